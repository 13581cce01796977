import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config.ts';
import { serveMetrics } from '../../src/metrics-server.ts';
import { openMetrics } from '../../src/platform/telemetry/metrics.ts';
import { openOwnGateway } from '../faults/gateway.ts';
import { complete, to } from '../support/completions.ts';
import { gatewayAt, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
let metricsUrl: string;
let close: () => Promise<void>;
beforeAll(async () => {
  const own = await openOwnGateway({ GLIDEPATH_METRICS_PORT: '0' });
  gateway = gatewayAt(own.gateway, own.server, own.key);
  const metrics = await serveMetrics({ host: '127.0.0.1', port: 0 }, own.gateway.metrics!);
  metricsUrl = `http://127.0.0.1:${metrics.port}/metrics`;
  close = async () => {
    metrics.close();
    await own.close();
  };
});
afterAll(() => close());

/** The value of a series; its labels are those that are not empty. */
async function counted(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number | undefined> {
  const text = await (await fetch(metricsUrl)).text();
  const series = text.split('\n').find((line) => {
    const said = Object.fromEntries([...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label, value]));
    const given = Object.entries(said).filter(([, value]) => value !== '');
    return line.split(/[{ ]/, 1)[0] === name && isDeepStrictEqual(Object.fromEntries(given), labels);
  });
  return series === undefined ? undefined : Number(series.split(' ').at(-1));
}

const small = {
  gen_ai_operation_name: 'chat',
  gen_ai_provider_name: 'sim',
  gen_ai_request_model: 'sim/small-1',
};

test('a call is counted by what it did, at whom, and how it ended', async () => {
  const person = { endUser: 'canary-person', tags: [{ key: 'canary-key', value: 'canary-value' }] };
  const result = await complete(gateway, { ...to('sim/small-1', 'Say something'), ...person });
  expect(await counted('gen_ai_server_request_duration_seconds_count', small)).toBe(1);
  expect(await counted('gen_ai_server_time_to_first_token_seconds_count', small)).toBe(1);
  expect(await counted('gen_ai_client_operation_duration_seconds_count', small)).toBe(1);
  expect(await counted('glidepath_overhead_seconds_count', { gen_ai_operation_name: 'chat' })).toBe(1);
  const { inputTokens, outputTokens } = result.completion!.usage;
  const tokens = (type: string) => counted('gen_ai_client_token_usage_sum', { ...small, gen_ai_token_type: type });
  expect([await tokens('input'), await tokens('output')]).toEqual([inputTokens, outputTokens]);
  expect(await counted('glidepath_cost_usd_total', small)).toBeCloseTo(
    Number(result.completion!.cost.total.nanos) / 1e9,
  );
  expect(await counted('glidepath_requests_active')).toBe(0);
  expect(await counted('glidepath_record_queue_ratio')).toBeLessThan(1);
  expect(await (await fetch(metricsUrl)).text()).not.toMatch(/canary|org_|prj_|key_/);
});

test('an attempt that failed is counted as that, and the call as what became of it', async () => {
  const overloaded = { debug: { simulate: { failWith: 'PROVIDER_OVERLOADED' } } };
  await complete(gateway, { ...to('sim/large-1', 'Say something'), ...overloaded });
  const large = { ...small, gen_ai_request_model: 'sim/large-1', error_type: 'PROVIDER_OVERLOADED' };
  expect(await counted('gen_ai_server_request_duration_seconds_count', large)).toBe(1);
  expect(await counted('gen_ai_client_operation_duration_seconds_count', large)).toBeGreaterThan(1);
});

test('calls of other kinds have names of their own', async () => {
  const input = { target: { model: 'sim/embed-1' }, inputs: ['some words'] };
  const { embeddingCreate } = await gateway.ask<{ embeddingCreate: object }>(
    'mutation ($input: EmbeddingInput!) { embeddingCreate(input: $input) { __typename ... on Error { message } } }',
    { input },
  );
  expect(embeddingCreate).toEqual({ __typename: 'EmbeddingBatch' });
  const embeddings = {
    gen_ai_operation_name: 'embeddings',
    gen_ai_provider_name: 'sim',
    gen_ai_request_model: 'sim/embed-1',
  };
  expect(await counted('gen_ai_server_request_duration_seconds_count', embeddings)).toBe(1);
});

test('nothing else is answered there, and nothing of it elsewhere', async () => {
  expect((await fetch(metricsUrl.replace('/metrics', '/'))).status).toBe(404);
  expect((await fetch(metricsUrl, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`${gateway.url}/metrics`)).status).toBe(404);
});

test('further series of a metric than a thousand are counted together', async () => {
  const metrics = openMetrics();
  const count = metrics.counter({ name: 'seen_total', help: 'Seen.', labels: ['model', 'kind'] });
  for (let model = 0; model < 1010; model++) count([`model ${model}`, 'x'], 2);
  const { text } = await metrics.read();
  expect(text.match(/^seen_total\{/gm)).toHaveLength(1001);
  expect(text).toContain('seen_total{model="other",kind="other"} 20\n');
});

test('without a port there is none of it', async () => {
  const plain = await openOwnGateway();
  expect(plain.gateway.metrics).toBeNull();
  await plain.close();
  expect(() => readConfig({ GLIDEPATH_METRICS_PORT: 'x' })).toThrow(ConfigError);
});

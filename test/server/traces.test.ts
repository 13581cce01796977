import { randomBytes } from 'node:crypto';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ConfigError, readConfig } from '../../src/config.ts';
import { type Logger, systemClock } from '../../src/core/runtime.ts';
import { traceParentOf } from '../../src/core/trace.ts';
import { openTraces } from '../../src/platform/telemetry/traces.ts';
import { type ContentHouse, kinds, modelOf, openContentHouse } from '../content/house.ts';
import { erase } from '../erasure/asking.ts';
import { answers, streams } from '../providers/loopback.ts';
import { wireFixtures } from '../providers/wire-fixtures.ts';
import { type Collector, openCollector, type SeenSpan } from '../support/collector.ts';
import { complete, to } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { freePort } from '../support/ports.ts';
import { systemRuntime } from '../support/runtime.ts';
import { ask, socketClient } from './ask.ts';

let collector: Collector;
let gateway: TestGateway;
beforeAll(async () => {
  collector = await openCollector();
  gateway = await openTestGateway({ environment: sendingTo(collector) });
});
afterAll(async () => {
  await gateway.close();
  collector.close();
});

function sendingTo({ url }: { readonly url: string }): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20canary, x-tenant=a',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,team=a%20b',
  };
}

/** A caller's own span, and the header that tells of it. */
function aTrace(flags = '01') {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}` };
}

/** Those of a trace, the call's own first: as soon as there are so many. */
async function spansOf(traceId: string, count = 2, from = collector): Promise<readonly SeenSpan[]> {
  const those = () => from.spans.filter((span) => span.traceId === traceId);
  await vi.waitFor(() => expect(those()).toHaveLength(count), { timeout: 15_000, interval: 50 });
  return those().sort((one, other) => one.kind - other.kind || one.name.localeCompare(other.name));
}

const REQUESTS = `query ($traceId: String!) { requests(filter: { traceId: $traceId }, first: 5) { nodes { id traceId } } }`;
async function requestsOf(traceId: string): Promise<readonly { id: string; traceId: string }[]> {
  return (await gateway.ask<{ requests: { nodes: [] } }>(REQUESTS, { traceId })).requests.nodes;
}

const CREATE = `mutation ($input: CompletionInput!) { completionCreate(input: $input, waitMs: 10000) {
  __typename ... on CompletionAccepted { completion { requestId } } } }`;
const STREAM = `subscription ($input: CompletionInput!) { completionStream(input: $input) { __typename } }`;
const EMBED = `mutation ($input: EmbeddingInput!) { embeddingCreate(input: $input) { __typename } }`;
const SAVE = `mutation ($input: OperationSaveInput!) { operationSave(input: $input) { __typename ... on Error { message } } }`;

const question = to('sim/small-1', 'Say something');
const streamed = () => ({ ...question, idempotencyKey: randomBytes(8).toString('hex') });

/** The ways in, each with a caller's trace. */
const ways: Readonly<Record<string, (traceparent: string) => Promise<unknown>>> = {
  'a mutation': (traceparent) => ask(gateway, CREATE, { input: question }, { headers: { traceparent } }),
  'a document that is known': async (traceparent) => {
    await ask(gateway, CREATE, { input: question });
    await ask(gateway, CREATE, { input: question }, { headers: { traceparent } });
  },
  'server-sent events': (traceparent) =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${gateway.key}`,
        accept: 'text/event-stream',
        traceparent,
      },
      body: JSON.stringify({ query: STREAM, variables: { input: streamed() } }),
    }).then((response) => response.text()),
  'a WebSocket': async (traceparent) => {
    const client = socketClient(gateway);
    const asked = { query: STREAM, variables: { input: streamed() }, extensions: { traceparent } };
    for await (const { errors } of client.iterate(asked)) expect(errors).toBeUndefined();
    await client.dispose();
  },
  'a registered operation': async (traceparent) => {
    const document = CREATE.replace('mutation', 'mutation Traced');
    expect(await gateway.ask(SAVE, { input: { document } })).toEqual({
      operationSave: { __typename: 'OperationSaved' },
    });
    await fetch(`${gateway.url}/operations/Traced`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${gateway.key}`, traceparent },
      body: JSON.stringify({ input: question }),
    });
  },
  "OpenAI's client": (traceparent) =>
    new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key }).chat.completions.create(
      { model: 'sim/small-1', messages: [{ role: 'user', content: 'Say something' }] },
      { headers: { traceparent } },
    ),
  "embeddings by OpenAI's client": (traceparent) =>
    new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key }).embeddings.create(
      { model: 'sim/embed-1', input: 'some words' },
      { headers: { traceparent } },
    ),
  embeddings: (traceparent) =>
    ask(
      gateway,
      EMBED,
      { input: { target: { model: 'sim/embed-1' }, inputs: ['some words'] } },
      { headers: { traceparent } },
    ),
};

test.each(Object.entries(ways))('a call by %s is part of its caller’s trace', async (_way, call) => {
  const { traceId, spanId, traceparent } = aTrace();
  await call(traceparent);
  const [own, attempt] = await spansOf(traceId);
  expect(own).toMatchObject({ kind: 2, parentSpanId: spanId });
  expect(attempt).toMatchObject({ kind: 3, parentSpanId: own!.spanId });
  expect(await requestsOf(traceId)).toEqual([{ id: own!.attributes['glidepath.request.id'], traceId }]);
});

test('spans say what the history says, and nothing of who or what it was about', async () => {
  const { traceId, traceparent } = aTrace();
  const person = { endUser: 'canary-person', tags: [{ key: 'canary-key', value: 'canary-value' }] };
  const input = {
    ...to('sim/small-1', 'canary-words'),
    ...person,
    run: { runId: 'canary-run', agent: 'canary-agent' },
  };
  const { body } = await ask(gateway, CREATE, { input }, { headers: { traceparent } });
  const { requestId } = (body.data as { completionCreate: { completion: { requestId: string } } }).completionCreate
    .completion;
  const { request } = await gateway.ask<{ request: Seen }>(
    `query ($id: ID!) { request(id: $id) { completionId projectId apiKeyId startedAt finishedAt
       cost { total { nanos } } attempts { durationMs usage { inputTokens outputTokens } } } }`,
    { id: requestId },
  );
  const [own, attempt] = await spansOf(traceId);
  const costUsd = Number(request.cost.total.nanos) / 1e9;
  expect(own).toMatchObject({
    name: 'chat sim/small-1',
    status: { code: 0 },
    attributes: {
      'glidepath.request.id': requestId,
      'glidepath.completion.id': request.completionId,
      'glidepath.project.id': request.projectId,
      'glidepath.api_key.id': request.apiKeyId,
      'glidepath.request.status': 'SUCCEEDED',
      'glidepath.cost_usd': costUsd,
    },
    resource: {
      ...{ 'service.name': 'glidepath', 'service.instance.id': expect.stringMatching(/^ins_./) },
      ...{ 'deployment.environment.name': 'test', team: 'a b' },
    },
  });
  expect(own!.attributes).not.toHaveProperty(['gen_ai.usage.input_tokens']);
  expect(msOf(own!.endTimeUnixNano)).toBe(Date.parse(request.finishedAt));
  expect(msOf(own!.startTimeUnixNano)).toBeLessThanOrEqual(Date.parse(request.startedAt));
  const { durationMs, usage } = request.attempts[0]!;
  expect(attempt).toMatchObject({
    name: 'chat sim/small-1',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'sim',
      'gen_ai.request.model': 'sim/small-1',
      'gen_ai.request.stream': false,
      'gen_ai.usage.input_tokens': usage.inputTokens,
      'gen_ai.usage.output_tokens': usage.outputTokens,
      'glidepath.attempt.number': 1,
      'glidepath.attempt.outcome': 'SUCCEEDED',
      'glidepath.cost_usd': costUsd,
    },
  });
  expect(msOf(attempt!.endTimeUnixNano) - msOf(attempt!.startTimeUnixNano)).toBeCloseTo(durationMs, -1);
  expect(JSON.stringify(collector.spans)).not.toContain('canary');
});

interface Seen {
  readonly completionId: string;
  readonly projectId: string;
  readonly apiKeyId: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly cost: { readonly total: { readonly nanos: string } };
  readonly attempts: readonly {
    readonly durationMs: number;
    readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
  }[];
}

const msOf = (nanos: string) => Number(BigInt(nanos) / 1_000_000n);

test('attempts that failed are errors, and so is a call that none could answer', async () => {
  const { traceId, traceparent } = aTrace();
  const overloaded = { debug: { simulate: { failWith: 'PROVIDER_OVERLOADED' } } };
  await ask(gateway, CREATE, { input: { ...question, ...overloaded } }, { headers: { traceparent } });
  const [own, ...attempts] = await spansOf(traceId, 3);
  for (const span of [own!, ...attempts]) {
    expect(span).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'PROVIDER_OVERLOADED' } });
  }
  expect(attempts.map(({ attributes }) => attributes['glidepath.attempt.number']).sort()).toEqual([1, 2]);
});

test('what is refused at a door is a span without attempts', async () => {
  const { traceId, traceparent } = aTrace();
  await ask(gateway, CREATE, { input: to('sim/no-such-model', 'Hi') }, { headers: { traceparent } });
  const [own] = await spansOf(traceId, 1);
  expect(own).toMatchObject({
    name: 'chat',
    status: { code: 2 },
    attributes: { 'glidepath.request.status': 'FAILED' },
  });
});

test('a caller who tells of no trace has one begun for the call', async () => {
  const { completion } = await complete(gateway, question);
  const { request } = await gateway.ask<{ request: { traceId: string } }>(
    'query ($id: ID!) { request(id: $id) { traceId } }',
    { id: completion!.requestId },
  );
  const [own, attempt] = await spansOf(request.traceId);
  expect(own!.parentSpanId).toBeUndefined();
  expect(own!.attributes['glidepath.request.id']).toBe(completion!.requestId);
  expect(attempt!.parentSpanId).toBe(own!.spanId);
});

test('a trace that its caller does not keep is known by its id, and no span is sent', async () => {
  const unkept = aTrace('00');
  await ask(gateway, CREATE, { input: question }, { headers: { traceparent: unkept.traceparent } });
  const kept = aTrace();
  await ask(gateway, CREATE, { input: question }, { headers: { traceparent: kept.traceparent } });
  await spansOf(kept.traceId);
  expect(collector.spans.filter(({ traceId }) => traceId === unkept.traceId)).toEqual([]);
  expect(await requestsOf(unkept.traceId)).toMatchObject([{ traceId: unkept.traceId }]);
});

test('a trace that would be the gateway’s own, and is not kept, is none', async () => {
  const environment = { ...sendingTo(collector), OTEL_TRACES_SAMPLER: 'always_off' };
  const silent = await openTestGateway({ environment });
  const { completion } = await complete(silent, question);
  const document = 'query ($id: ID!) { request(id: $id) { id traceId } }';
  const { request } = await silent.ask<{ request: object }>(document, { id: completion!.requestId });
  expect(request).toEqual({ id: completion!.requestId, traceId: null });
  await silent.close();
});

test('a call that is erased is in no trace any more', async () => {
  const { traceId, traceparent } = aTrace();
  const input = { ...question, endUser: 'somebody' };
  await ask(gateway, CREATE, { input }, { headers: { traceparent } });
  expect(await requestsOf(traceId)).toHaveLength(1);
  await erase({ gateway }, { endUser: 'somebody' });
  expect(await requestsOf(traceId)).toEqual([]);
});

test('batches come to the collector’s address with the headers it wants', async () => {
  const { traceId, traceparent } = aTrace();
  await ask(gateway, CREATE, { input: question }, { headers: { traceparent } });
  await spansOf(traceId);
  expect(collector.batches.at(-1)).toMatchObject({
    path: '/v1/traces',
    headers: { authorization: 'Bearer canary', 'x-tenant': 'a', 'content-type': 'application/json' },
  });
});

describe('where a trace goes on', () => {
  let house: ContentHouse;
  let unseen: ContentHouse;
  beforeAll(async () => {
    [house, unseen] = await Promise.all([openContentHouse(sendingTo(collector)), openContentHouse()]);
  });
  afterAll(() => Promise.all([house.close(), unseen.close()]));

  /** What the model's server hears of a call in this trace; null: nothing. */
  async function heard(at: ContentHouse, kind: string, trace: string): Promise<unknown> {
    let header: unknown;
    at.answer = (response, request, turn) => {
      header = request.headers.traceparent ?? null;
      streams(wireFixtures[kind]!.text)(response, request, turn);
    };
    const input = to(`${kind}/${modelOf(kind)}`, 'Hi');
    await ask(at.gateway, CREATE, { input }, { headers: { traceparent: trace } });
    at.answer = null;
    return header;
  }
  const selfHosted = ['ollama', 'openai-compatible'];

  test.each(selfHosted)('a server of one’s own (%s) hears which attempt it answers', async (kind) => {
    const { traceId, traceparent } = aTrace();
    const header = await heard(house, kind, traceparent);
    const [, attempt] = await spansOf(traceId);
    expect(header).toBe(`00-${traceId}-${attempt!.spanId}-01`);
  });

  test.each(selfHosted)('without a collector it (%s) hears what the caller has said', async (kind) => {
    const { traceparent } = aTrace('00');
    expect(await heard(unseen, kind, traceparent)).toBe(traceparent);
    expect(await heard(unseen, kind, 'none')).toBeNull();
  });

  test('embeddings of one’s own go on with it too', async () => {
    const { traceId, traceparent } = aTrace();
    let header: unknown;
    house.answer = (response, request, turn) => {
      header = request.headers.traceparent;
      const data = [{ index: 0, embedding: [1, 2] }];
      answers(200, { object: 'list', model: 'e', data, usage: { prompt_tokens: 1, total_tokens: 1 } })(
        response,
        request,
        turn,
      );
    };
    const input = { target: { model: 'openai-compatible/e' }, inputs: ['some words'] };
    await ask(house.gateway, EMBED, { input }, { headers: { traceparent } });
    house.answer = null;
    const [, attempt] = await spansOf(traceId);
    expect(header).toBe(`00-${traceId}-${attempt!.spanId}-01`);
  });

  test.each(kinds.filter((kind) => !selfHosted.includes(kind)))('a vendor (%s) hears nothing of it', async (kind) => {
    const { traceparent } = aTrace();
    expect(await heard(house, kind, traceparent)).toBeNull();
    expect(await heard(unseen, kind, traceparent)).toBeNull();
  });
});

describe('a collector', () => {
  const span = {
    id: 'req_1',
    name: 'one',
    kind: 'SERVER',
    from: 1000,
    to: 1001.5,
    attributes: { told: undefined },
    error: null,
  } as const;

  /** Spans on their way to it, and what the log has to say. */
  function sending(to: string, encoding: 'http/json' | 'http/protobuf' = 'http/json', more: NodeJS.ProcessEnv = {}) {
    const said: string[] = [];
    const why: unknown[] = [];
    const note = (fields: object, message: string) => {
      said.push(message);
      if ('err' in fields) why.push((fields.err as Error).message);
    };
    const log: Logger = { debug: () => {}, info: note, warn: note, error: note };
    const config = readConfig({
      ...{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: to, OTEL_EXPORTER_OTLP_PROTOCOL: encoding },
      ...more,
    }).traces!;
    const hasty = { ...systemClock, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 50, signal) };
    const traces = openTraces(config, { ...systemRuntime, clock: hasty, log });
    return { ...traces, tell: () => traces.tell(span, traces.placeOf('req_1', null), null), said, why };
  }

  test('is told which process it was, by its own name where it has one', async () => {
    const collector = await openCollector();
    const named = { OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=pod-1' };
    for (const traces of [sending(collector.url), sending(collector.url), sending(collector.url, 'http/json', named)]) {
      traces.tell();
      await traces.close();
    }
    const processes = collector.spans.map(({ resource }) => resource['service.instance.id']);
    expect(new Set(processes).size).toBe(3);
    expect(processes[2]).toBe('pod-1');
    collector.close();
  });

  test('that is busy is asked again', async () => {
    const busy = await openCollector();
    busy.answers.push([503, ''], [429, ''], [200, 'thank you']);
    const traces = sending(`${busy.url}/spans`);
    traces.tell();
    await traces.close();
    expect(busy.batches.map(({ path }) => path)).toEqual(['/spans', '/spans', '/spans']);
    expect(busy.spans).toMatchObject([
      { name: 'one', startTimeUnixNano: '1000000000', endTimeUnixNano: '1001500000', attributes: {} },
    ]);
    expect(traces.said).toEqual([]);
    busy.close();
  });

  test.each([
    ['refuses a batch', [400, '{}'], 'It answered 400.'],
    [
      'refuses a part of it',
      [200, '{"partialSuccess":{"rejectedSpans":1,"errorMessage":"too old"}}'],
      'It refused 1 spans: too old',
    ],
  ] as const)(
    'that %s is told of in the log, once, and so is that it takes the next one',
    async (_how, answer, why) => {
      const strict = await openCollector();
      strict.answers.push(answer, answer);
      const traces = sending(strict.url);
      for (let batch = 1; batch <= 3; batch++) {
        traces.tell();
        await vi.waitFor(() => expect(strict.batches).toHaveLength(batch), { timeout: 15_000, interval: 50 });
      }
      await traces.close();
      expect(traces.said).toEqual([
        'the collector does not take spans: they are lost',
        'the collector takes spans again',
      ]);
      expect(traces.why).toEqual([why]);
      strict.close();
    },
  );

  test('that has not answered yet is waited for at the end', async () => {
    const slow = await openCollector(300);
    const traces = sending(slow.url);
    traces.tell();
    await vi.waitFor(() => expect(slow.batches).toHaveLength(1), { timeout: 15_000, interval: 50 });
    await traces.close();
    expect(slow.answered()).toBe(1);
    expect(traces.said).toEqual([]);
    slow.close();
  });

  test('that is not there holds nobody up', async () => {
    const traces = sending(`http://127.0.0.1:${await freePort()}`);
    traces.tell();
    const from = performance.now();
    await traces.close();
    expect(performance.now() - from).toBeLessThan(9000);
    expect(traces.said).toEqual(['the collector does not take spans: they are lost']);
    expect(traces.why).toEqual([expect.stringMatching(/ECONNREFUSED/)]);
  });

  test('that is slower than calls has some left out, and the log says so', async () => {
    const slow = await openCollector();
    const traces = sending(slow.url);
    for (let spans = 0; spans < 6000; spans++) traces.tell();
    await vi.waitFor(() => expect(slow.batches.length).toBeGreaterThan(8), { timeout: 15_000, interval: 50 });
    traces.tell();
    await traces.close();
    expect(traces.said).toEqual(['spans were left out: they come faster than they go']);
    expect(slow.spans.length).toBeGreaterThan(4096);
    expect(slow.spans.length).toBeLessThan(6000);
    slow.close();
  });

  test('may speak protobuf, and does unless it says otherwise', async () => {
    const binary = await openCollector();
    const traces = sending(binary.url, 'http/protobuf');
    traces.tell();
    await traces.close();
    expect(binary.batches[0]!.headers['content-type']).toBe('application/x-protobuf');
    expect(binary.batches[0]!.body.includes('glidepath')).toBe(true);
    expect(traces.said).toEqual([]);
    binary.close();
    expect(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }).traces).toMatchObject({
      url: 'http://collector:4318/v1/traces',
      encoding: 'http/protobuf',
      sampler: 'parentbased_always_on',
    });
  });
});

describe('a sampler', () => {
  const config = readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }).traces!;
  const shares = { always_on: 1, always_off: 0, traceidratio: 0.25 };

  test.each(Object.entries(shares))(
    '%s takes its share of traces, of others’ only when it does not follow them',
    async (name, share) => {
      const kept = async (sampler: string, parent: 'kept' | 'left' | null) => {
        const traces = openTraces(
          { ...config, sampler: sampler as never, ratio: 0.25 },
          { ...systemRuntime, log: silence },
        );
        let sampled = 0;
        for (let spans = 0; spans < 400; spans++) {
          const { traceId, spanId } = aTrace();
          const told = parent && { traceId, spanId, sampled: parent === 'kept' };
          if (traces.placeOf(spanId, told).sampled) sampled++;
        }
        void traces.close();
        return sampled / 400;
      };
      for (const taken of [await kept(name, null), await kept(name, 'left'), await kept(`parentbased_${name}`, null)]) {
        expect(Math.abs(taken - share)).toBeLessThan(0.12);
      }
      expect(await kept(`parentbased_${name}`, 'left')).toBe(0);
      expect(await kept(`parentbased_${name}`, 'kept')).toBe(1);
    },
  );
});

const silence: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

describe('a traceparent', () => {
  const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];

  test.each([
    [`00-${traceId}-${spanId}-01`, true],
    [`00-${traceId}-${spanId}-00`, false],
    [`00-${traceId}-${spanId}-03`, true],
    [`cc-${traceId}-${spanId}-01-what-the-future-will-be-like`, true],
  ])('%s is one', (header, sampled) => {
    expect(traceParentOf(header)).toEqual({ traceId, spanId, sampled });
  });

  test.each([
    undefined,
    '',
    `00-${traceId}-${spanId}`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${traceId}-${spanId}-1`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `ff-${traceId}-${spanId}-01`,
    `cc-${traceId}-${spanId}-01.more`,
    [`00-${traceId}-${spanId}-01`],
  ])('%s is none, and refuses no call', (header) => {
    expect(traceParentOf(header)).toBeNull();
  });

  test('that cannot be read leaves the call as it is', async () => {
    const { body } = await ask(gateway, CREATE, { input: question }, { headers: { traceparent: '00-canary' } });
    expect(body.data).toMatchObject({ completionCreate: { __typename: 'CompletionAccepted' } });
  });
});

test('without a collector nothing is made, whatever the other variables say', () => {
  expect(readConfig({}).traces).toBeNull();
  expect(readConfig({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }).traces).toBeNull();
  const off = { OTEL_SDK_DISABLED: 'TRUE', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
  expect(readConfig(off).traces).toBeNull();
});

test.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:secret@collector:4318'],
  ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'grpc://collector:4317'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'secret'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
  ['OTEL_RESOURCE_ATTRIBUTES', '=secret'],
  ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
  ['OTEL_TRACES_SAMPLER_ARG', '5'],
  ['OTEL_TRACES_SAMPLER_ARG', 'half'],
])('%s=%s is a mistake that is named, without what it says', (variable, value) => {
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', [variable]: value };
  const wrong = () => readConfig(environment);
  expect(wrong).toThrow(ConfigError);
  try {
    wrong();
  } catch (error) {
    const { mistakes } = error as ConfigError;
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(new RegExp(`^${variable} .*Example: ${variable}=`));
    expect(mistakes[0]).not.toContain('secret');
  }
});

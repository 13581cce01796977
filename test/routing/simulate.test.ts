import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { costOf } from '../../src/core/money.ts';
import { aCaller } from '../support/callers.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { anAttempt, aRecord } from '../usage/records.ts';
import { someFacts } from './facts.ts';

/** An hour of production chat, 19,366 calls (CC-BY-4.0, Splitwise, ISCA 2024): time, context tokens, output tokens. */
const TRACE = resolve(import.meta.dirname, '../../../shared/data/azure-llm-2023/AzureLLMInferenceTrace_conv.csv');
const found = [TRACE, '/work/shared/data/azure-llm-2023/AzureLLMInferenceTrace_conv.csv'].find((path) =>
  existsSync(path),
);

const SAVE = `mutation ($input: RouteSaveInput!) { routeSave(input: $input) {
  ... on RouteSaved { route { id revision } warnings { message } } ... on Error { message } } }`;
const SIMULATE = `mutation ($input: RouteSimulateInput!) { routeSimulate(input: $input) {
  __typename ... on RouteSimulation { id status } ... on Error { message } } }`;
const SIMULATION = `query ($id: ID!) { routeSimulation(id: $id) {
  status error requestsReplayed changedDecisions refusedRequests undecidableRequests savedPercent
  costBefore { nanos } costAfter { nanos }
  byTarget { model beforePercent afterPercent } examples { requestId before after reason }
  suggestion { conditionSummary model movedPercent savedPercent } } }`;

interface Seen {
  readonly status: string;
  readonly requestsReplayed: number;
  readonly changedDecisions: number;
  readonly undecidableRequests: number;
  readonly savedPercent: number;
  readonly costBefore: { nanos: string };
  readonly costAfter: { nanos: string };
  readonly byTarget: readonly { model: string; beforePercent: number; afterPercent: number }[];
  readonly examples: readonly { requestId: string; after: string; reason: string }[];
  readonly suggestion: { conditionSummary: string; model: string; movedPercent: number; savedPercent: number } | null;
}

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const large = { model: 'sim/large-1' };
const small = { model: 'sim/small-1' };

async function saved(slug: string, rules: object[], id?: string): Promise<string> {
  const { routeSave } = await gateway.ask<{ routeSave: { route: { id: string } } }>(SAVE, {
    input: { ...(id && { id }), slug, name: slug, rules },
  });
  return routeSave.route.id;
}

/** Follows the job to its end, as anybody would: by asking. */
async function simulated(input: object): Promise<Seen & { tookMs: number }> {
  const from = performance.now();
  const { routeSimulate } = await gateway.ask<{ routeSimulate: { id: string } }>(SIMULATE, { input });
  for (;;) {
    const { routeSimulation } = await gateway.ask<{ routeSimulation: Seen }>(SIMULATION, { id: routeSimulate.id });
    if (routeSimulation.status !== 'RUNNING') return { ...routeSimulation, tookMs: performance.now() - from };
    await gateway.gateway.runtime.clock.sleep(100);
  }
}

/** Writes calls that `routeId` answered with the large model into the history. */
async function remember(routeId: string, calls: readonly { at: number; inputTokens: number; outputTokens: number }[]) {
  const { usage, models } = gateway.gateway.rooms;
  const { viewer } = await gateway.ask<{ viewer: { organization: { id: string } } }>(
    '{ viewer { organization { id } } }',
  );
  const organizationId = viewer.organization.id;
  const { prices } = (await models.book(organizationId)).get(large.model)!;
  for (const [place, { at, inputTokens, outputTokens }] of calls.entries()) {
    const id = `req_${routeId}_${String(place).padStart(6, '0')}`;
    const used = { ...anAttempt(id).usage, inputTokens, outputTokens, reasoningTokens: 0, cacheReadTokens: 0 };
    const cost = costOf(used, prices);
    const facts = { ...someFacts, inputTokens, inputChars: inputTokens * 4 };
    const record = aRecord(id, {
      caller: aCaller(organizationId),
      startedAt: at,
      finishedAt: at + 1000,
      usage: used,
      cost,
    });
    usage.record({
      ...record,
      attempts: [{ ...anAttempt(id), model: large.model, usage: used, cost }],
      decision: {
        ...record.decision!,
        route: { id: routeId, slug: 'any', version: 1 },
        basis: { at, seed: 1, turn: 0, placed: null, allowed: null, observed: {}, facts },
      },
    });
    if (place % 2000 === 1999) await usage.flush();
  }
  await usage.flush();
}

describe('a simulation', () => {
  const start = Date.UTC(2026, 0, 1);
  const hour = { between: { from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' } };

  test('says whom calls would have gone to, why, and what that would have cost', async () => {
    const id = await saved('halves', [{ name: 'all', targets: [large] }]);
    const calls = Array.from({ length: 40 }, (_, place) => ({
      at: start + place,
      inputTokens: place * 10,
      outputTokens: 10,
    }));
    await remember(id, calls);
    const short = { name: 'short', when: { inputChars: { lt: 800 } }, targets: [small] };
    await saved('halves', [short, { name: 'rest', targets: [large] }], id);
    const result = await simulated({ route: id, range: hour });
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      requestsReplayed: 40,
      changedDecisions: 20,
      undecidableRequests: 0,
    });
    expect(result.byTarget).toEqual([
      { model: 'sim/large-1', beforePercent: 100, afterPercent: 50 },
      { model: 'sim/small-1', beforePercent: 0, afterPercent: 50 },
    ]);
    expect(BigInt(result.costAfter.nanos)).toBeLessThan(BigInt(result.costBefore.nanos));
    expect(result.examples[0]).toMatchObject({
      after: 'sim/small-1',
      reason: expect.stringContaining('input under 800 characters: yes, 0 characters'),
    });
    // Nothing was decided anew about what really happened.
    expect(result.suggestion!.movedPercent).toBeLessThanOrEqual(50);
  });

  test('counts calls about whose text a condition asks that nobody kept', async () => {
    const id = await saved('texts', [{ name: 'all', targets: [large] }]);
    await remember(id, [{ at: start, inputTokens: 10, outputTokens: 10 }]);
    const refund = { name: 'refund', when: { contains: { anyOf: ['refund'] } }, targets: [small] };
    await saved('texts', [refund, { name: 'rest', targets: [large] }], id);
    const result = await simulated({ route: id, range: hour });
    expect(result).toMatchObject({ requestsReplayed: 1, changedDecisions: 0, undecidableRequests: 1 });
  });

  test('of another organization does not exist', async () => {
    const id = await saved('ours', [{ name: 'all', targets: [large] }]);
    const stranger = await gateway.stranger();
    const { routeSimulate } = await gateway.ask<{ routeSimulate: { __typename: string } }>(
      SIMULATE,
      { input: { route: id, range: hour } },
      stranger,
    );
    expect(routeSimulate.__typename).toBe('NotFoundError');
  });
});

test.skipIf(!found)(
  'an hour of production chat: the famous rule saves under 1 %, a rule it finds itself saves more',
  async () => {
    const id = await saved('azure', [{ name: 'all', targets: [large] }]);
    const lines = readFileSync(found!, 'utf8').trim().split('\n').slice(1);
    const calls = lines.map((line) => {
      const [time, inputTokens, outputTokens] = line.split(',');
      return {
        at: Date.parse(`${time!.slice(0, 23).replace(' ', 'T')}Z`),
        inputTokens: Number(inputTokens),
        outputTokens: Number(outputTokens),
      };
    });
    expect(calls).toHaveLength(19_366);
    await remember(id, calls);
    const short = { name: 'short', when: { inputChars: { lt: 300 } }, targets: [small] };
    await saved('azure', [short, { name: 'rest', targets: [large] }], id);
    const range = { between: { from: '2023-11-16T00:00:00Z', to: '2023-11-17T00:00:00Z' } };
    const result = await simulated({ route: id, range, maxRequests: 20_000 });
    const { suggestion } = result;
    console.log(
      `azure: under 300 characters moves ${((100 * result.changedDecisions) / 19_366).toFixed(2)} % and saves ` +
        `${result.savedPercent.toFixed(3)} %; "${suggestion!.conditionSummary}" -> ${suggestion!.model} moves ` +
        `${suggestion!.movedPercent.toFixed(1)} % and saves ${suggestion!.savedPercent.toFixed(1)} %; ` +
        `${result.requestsReplayed} calls in ${(result.tookMs / 1000).toFixed(1)} s`,
    );
    expect(result).toMatchObject({ status: 'SUCCEEDED', requestsReplayed: 19_366 });
    expect(result.savedPercent).toBeGreaterThan(0);
    expect(result.savedPercent).toBeLessThan(1);
    expect(suggestion!.savedPercent).toBeGreaterThan(10 * result.savedPercent);
  },
  120_000,
);

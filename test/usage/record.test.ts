import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Attempt, RequestFacts } from '../../src/core/decision.ts';
import type { Cost } from '../../src/core/money.ts';
import { type Usage as Consumed, totalTokens } from '../../src/core/usage.ts';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { createUsage, type RequestRecord, type Usage } from '../../src/usage/index.ts';
import { testDatabase } from '../support/database.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { silentLog } from '../support/runtime.ts';
import { arbitraryRecord } from './arbitrary.ts';
import { asking } from './ask.ts';
import { aCaller, aDecision, anAttempt, aRecord } from './records.ts';
import { requestFields } from './request-fields.ts';

const runtime = testRuntime();
let database: Database;
let usage: Usage;
let ask: ReturnType<typeof asking>;
beforeAll(async () => {
  database = await testDatabase();
  usage = createUsage({ database, bus: createMemoryBus(silentLog), metrics: null, traces: null, runtime });
  ask = asking(database, usage, runtime);
});
afterAll(async () => {
  await usage.close();
  await database.close();
});

const query = `${requestFields} query ($id: ID!) { request(id: $id) { ...Everything } }`;

async function readBack(record: RequestRecord): Promise<object> {
  const answer = await ask<{ request: { tags: { key: string }[] } }>(query, { id: record.id }, record.caller);
  return { ...answer.request, tags: byKey(answer.request.tags) };
}

test('what is recorded comes back equal, whatever it is', async () => {
  let count = 0;
  const records = fc.nat().chain(() => arbitraryRecord(`req_any_${++count}`, 'org_a'));
  const property = fc.asyncProperty(records, async (record) => {
    usage.record(record);
    expect(await readBack(record)).toEqual(expected(record));
  });
  await fc.assert(property, { numRuns: 60, endOnFailure: true });
  expect(runtime.log.lines).toEqual([]);
});

test('whole milliseconds are kept, and fractions of what the gateway itself took', async () => {
  const timing = { queuedMs: 0.2, routingMs: 1.5, ttftMs: 80.4, totalMs: 399.6, overheadMs: 5.49 };
  usage.record(aRecord('req_fraction', { timing, attempts: [anAttempt('req_fraction', { durationMs: 12.7 })] }));
  expect(await readBack(aRecord('req_fraction'))).toMatchObject({
    timing: { queuedMs: 0, routingMs: 1.5, ttftMs: 80, totalMs: 400, overheadMs: 5.49 },
    attempts: [{ durationMs: 13 }],
  });
});

test('text that PostgreSQL cannot hold is kept as far as it can', async () => {
  const tags = [{ key: 'a\0b', value: 'half \ud83d of a pair' }];
  const request = { endUser: 'NUL \0, and the word \\u0000', agent: { runId: '\udc00', name: 'whole 😀' }, tags };
  usage.record(aRecord('req_odd', { request }));
  expect(await readBack(aRecord('req_odd'))).toMatchObject({
    endUser: 'NUL \ufffd, and the word \\u0000',
    runId: '\ufffd',
    agent: 'whole 😀',
    tags: [{ key: 'a\ufffdb', value: 'half \ufffd of a pair' }],
  });
});

test('the model of a call is the one whose answer was kept, not one that failed after it was asked', async () => {
  const attempts = [
    anAttempt('req_models', { model: 'openai/gpt-4o', provider: 'openai', outcome: 'TIMED_OUT' }),
    anAttempt('req_models', { number: 2, model: 'sim/large-1' }),
  ];
  usage.record(aRecord('req_models', { attempts }));
  expect(await readBack(aRecord('req_models'))).toMatchObject({ model: 'sim/large-1', provider: 'sim' });
});

test('another organization and a key without USAGE_READ see nothing of it', async () => {
  usage.record(aRecord('req_private'));
  const one = 'query ($id: ID!) { request(id: $id) { id } }';
  const node = 'query ($id: ID!) { node(id: $id) { id ... on GatewayRequest { endUser } } }';
  await usage.flush();
  for (const id of ['req_private', 'req_nowhere']) {
    expect(await ask(one, { id }, aCaller('org_stranger'))).toEqual({ request: null });
    expect(await ask(node, { id }, aCaller('org_stranger'))).toEqual({ node: null });
  }
  expect(await ask(node, { id: 'req_private' })).toMatchObject({ node: { id: 'req_private' } });
  const blind = { ...aCaller('org_a'), scopes: new Set<never>() };
  await expect(ask(one, { id: 'req_private' }, blind)).rejects.toThrow(/USAGE_READ/);
  await expect(ask(node, { id: 'req_private' }, blind)).rejects.toThrow(/USAGE_READ/);
});

test('the facts that a decision went by stand beside it and come back with it, as they do from the rows of before', async () => {
  const facts = { task: 'CODE', taskConfidence: 0.9, matched: { $nanos: true } } as unknown as RequestFacts;
  const basis = { at: 1, seed: 2, turn: 3, placed: null, allowed: null, observed: {}, facts };
  const record = aRecord('req_facts', { decision: { ...aDecision, basis } });
  usage.record(record);
  const readBasis = async () => (await usage.find('org_a', 'req_facts'))?.decision?.basis;
  expect(await readBasis()).toEqual(basis);

  const stored =
    "SELECT decision #> '{basis,facts}' AS twice, facts ->> 'task' AS task FROM request WHERE id = 'req_facts'";
  expect(await database.query(stored)).toEqual([{ twice: null, task: 'CODE' }]);
  await database.query(
    `UPDATE request SET decision = jsonb_set(decision, '{basis,facts}', '{"task":"MATH"}') WHERE id = 'req_facts'`,
  );
  expect(await readBasis()).toMatchObject({ facts: { task: 'MATH' } });
});

/** What the schema says of a record, written down a second time and without the tables in between. */
function expected(record: RequestRecord): object {
  const { caller, request, decision, attempts, problem } = record;
  const kept = attempts.findLast(({ outcome }) => outcome === 'SUCCEEDED') ?? attempts.at(-1);
  return {
    id: record.id,
    completionId: record.completionId,
    kind: 'COMPLETION',
    status: record.status,
    startedAt: new Date(record.startedAt).toISOString(),
    finishedAt: new Date(record.finishedAt).toISOString(),
    teamId: caller.teamId,
    projectId: caller.projectId,
    apiKeyId: caller.apiKeyId,
    endUser: request.endUser,
    runId: request.agent?.runId ?? null,
    traceId: record.trace?.traceId ?? null,
    agent: request.agent?.name ?? null,
    tags: byKey(request.tags),
    routeId: decision?.route?.id ?? null,
    route: decision?.route?.slug ?? null,
    model: kept?.model ?? null,
    provider: kept?.provider ?? null,
    streamed: record.streamed,
    usage: sums(record.usage),
    cost: bill(record.cost),
    timing: record.timing,
    decision: decision && {
      route: decision.route,
      rule: decision.rule,
      strategy: decision.strategy,
      summary: decision.summary,
      tookMicros: decision.tookMicros,
      estimatedCost: money(decision.quoteNanos),
      candidates: decision.candidates.map(({ target, eligible, reasons, estimatedCostNanos }) => ({
        targetId: target.id,
        model: target.model,
        eligible,
        reasons,
        estimatedCost: money(estimatedCostNanos),
      })),
    },
    attempts: attempts.map(attempted),
    errorCode: problem?.code ?? null,
    error: problem && {
      __typename: problem.type,
      code: problem.code,
      message: problem.message,
      retryable: problem.retryable,
      retryAfterMs: problem.retryAfterMs ?? null,
      requestId: null,
    },
  };
}

function attempted({ usage, cost, startedAt, ...attempt }: Attempt): object {
  return { ...attempt, startedAt: new Date(startedAt).toISOString(), usage: sums(usage), cost: bill(cost) };
}

function sums(usage: Consumed): object {
  return { ...usage, totalTokens: totalTokens(usage) };
}

function bill({ totalNanos, complete, lines }: Cost): object {
  return {
    total: money(totalNanos),
    complete,
    lines: lines.map(({ meter, quantity, amountNanos, nanosPerUnit, per }) => ({
      meter,
      quantity,
      amount: money(amountNanos),
      unitPrice: { amount: money(nanosPerUnit), per },
    })),
  };
}

function money(nanos: bigint | null): object | null {
  return nanos === null ? null : { nanos: nanos.toString() };
}

function byKey<Entry extends { readonly key: string }>(tags: readonly Entry[]): Entry[] {
  return tags.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

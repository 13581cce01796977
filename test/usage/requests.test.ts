import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ValidationProblem } from '../../src/core/problem.ts';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { createUsage, type RequestRecord, type Usage } from '../../src/usage/index.ts';
import { testDatabase } from '../support/database.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { silentLog } from '../support/runtime.ts';
import { arbitraryRecords } from './arbitrary.ts';
import { asking } from './ask.ts';
import { aCaller, aRecord } from './records.ts';

const SEED = 11;
const start = Date.UTC(2026, 0, 1);
const DAY_MS = 24 * 3_600_000;

const runtime = testRuntime({ startsAt: start + 30 * DAY_MS });
const records = fc.sample(arbitraryRecords(57, 'org_a'), { seed: SEED, numRuns: 1 })[0]!;
let database: Database;
let usage: Usage;
let ask: ReturnType<typeof asking>;
beforeAll(async () => {
  database = await testDatabase();
  usage = createUsage({ database, bus: createMemoryBus(silentLog), metrics: null, traces: null, runtime });
  ask = asking(database, usage, runtime);
  for (const record of records) usage.record(record);
  for (const id of ['req_b1', 'req_b2']) usage.record(aRecord(id, { caller: aCaller('org_b') }));
});
afterAll(async () => {
  await usage.close();
  await database.close();
});

interface Page {
  readonly nodes: { readonly id: string }[];
  readonly edges: { readonly cursor: string }[];
  readonly pageInfo: Record<'startCursor' | 'endCursor', string> & Record<'hasNextPage' | 'hasPreviousPage', boolean>;
}

async function page(variables: object, caller = aCaller('org_a')): Promise<Page> {
  const source = /* GraphQL */ `
    query ($first: Int, $after: String, $last: Int, $before: String, $filter: RequestFilter, $order: RequestOrder! = NEWEST) {
      requests(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $order) {
        nodes { id }
        edges { cursor node { id endUser } }
        pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
      }
    }
  `;
  return (await ask<{ requests: Page }>(source, variables, caller)).requests;
}

async function found(filter: object): Promise<string[]> {
  const { nodes } = await page({ first: 100, filter });
  return idsOf(nodes).sort();
}

const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);
const oldestFirst = idsOf(records.toSorted((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1)));

const orders = { NEWEST: oldestFirst.toReversed(), OLDEST: oldestFirst };

for (const [order, expected] of Object.entries(orders)) {
  for (const size of [1, 10, 57, 100]) {
    test(`${order}: pages of ${size} forwards show every request once, in order`, async () => {
      const seen: string[] = [];
      let after: string | null = null;
      for (let more = true; more; ) {
        const { nodes, pageInfo }: Page = await page({ first: size, after, order });
        seen.push(...idsOf(nodes));
        after = pageInfo.endCursor;
        more = pageInfo.hasNextPage;
      }
      expect(seen).toEqual(expected);
    });

    test(`${order}: pages of ${size} backwards show every request once, in order`, async () => {
      const seen: string[] = [];
      let before: string | null = null;
      for (let more = true; more; ) {
        const { nodes, pageInfo }: Page = await page({ last: size, before, order });
        seen.unshift(...idsOf(nodes));
        before = pageInfo.startCursor;
        more = pageInfo.hasPreviousPage;
      }
      expect(seen).toEqual(expected);
    });
  }
}

test('a request that ended just now is on the page already', async () => {
  usage.record(aRecord('req_now', { caller: aCaller('org_now') }));
  expect(idsOf((await page({ first: 1 }, aCaller('org_now'))).nodes)).toEqual(['req_now']);
});

const tagged = records.find(({ request }) => request.tags.length > 1)!;

/** For each field of the filter: a value, and which records it means. */
const filters: [string, object, (record: RequestRecord) => boolean][] = [
  ['status', { status: ['FAILED', 'CANCELLED'] }, ({ status }) => status !== 'SUCCEEDED'],
  ['errorCode', { errorCode: ['VALIDATION_FAILED'] }, ({ problem }) => problem?.code === 'VALIDATION_FAILED'],
  ['project', { project: ['prj_1', 'prj_3'] }, ({ caller }) => caller.projectId !== 'prj_2'],
  ['team', { team: ['team_2'] }, ({ caller }) => caller.teamId === 'team_2'],
  ['apiKey', { apiKey: ['key_2'] }, ({ caller }) => caller.apiKeyId === 'key_2'],
  ['endUser', { endUser: ['ada', ''] }, ({ request }) => request.endUser === 'ada' || request.endUser === ''],
  ['runId', { runId: 'run_1' }, ({ request }) => request.agent?.runId === 'run_1'],
  ['traceId', { traceId: '0AF7'.repeat(8) }, ({ trace }) => trace?.traceId === '0af7'.repeat(8)],
  ['provider', { provider: ['sim'] }, ({ attempts }) => keptOf(attempts)?.provider === 'sim'],
  ['model', { model: ['sim/large-1'] }, ({ attempts }) => keptOf(attempts)?.model === 'sim/large-1'],
  ['route by slug', { route: ['fast'] }, ({ decision }) => decision?.route?.slug === 'fast'],
  ['route by id', { route: ['rte_cheap'] }, ({ decision }) => decision?.route?.id === 'rte_cheap'],
  ['minTotalMs', { minTotalMs: 1_000 }, ({ timing }) => timing.totalMs >= 1_000],
  [
    'all tags',
    { tag: tagged.request.tags },
    ({ request }) => tagged.request.tags.every((tag) => has(request.tags, tag)),
  ],
  [
    'range',
    { range: { between: { from: new Date(start + DAY_MS), to: new Date(start + 3 * DAY_MS) } } },
    ({ startedAt }) => startedAt >= start + DAY_MS && startedAt < start + 3 * DAY_MS,
  ],
  ['range that ends now', { range: { last: 'P25D' } }, ({ startedAt }) => startedAt >= start + 5 * DAY_MS],
  [
    'several fields',
    { status: ['SUCCEEDED'], team: ['team_1'], minTotalMs: 100 },
    ({ status, caller, timing }) => status === 'SUCCEEDED' && caller.teamId === 'team_1' && timing.totalMs >= 100,
  ],
  ['an empty list', { status: [] }, () => false],
];

test.each(filters)('filter by %s, in pages and in sums alike', async (_name, filter, matches) => {
  const expected = idsOf(records.filter(matches)).sort();
  expect(await found(filter)).toEqual(expected);
  const source = `query ($filter: RequestFilter) {
    usageReport(input: { range: { last: "P365D" }, filter: $filter }) { totals { requests } }
  }`;
  expect(await ask(source, { filter })).toEqual({ usageReport: { totals: { requests: expected.length } } });
});

test('another organization sees only its own, whatever cursor or filter it brings', async () => {
  const { edges } = await page({ first: 5 });
  const stranger = aCaller('org_b');
  const nowhere = `${start}.req_nowhere`;
  for (const after of [edges[2]!.cursor, nowhere]) {
    for (const id of idsOf((await page({ first: 10, after }, stranger)).nodes)) expect(id).toMatch(/^req_b/);
  }
  expect(idsOf((await page({ first: 10 }, stranger)).nodes)).toEqual(['req_b2', 'req_b1']);
  expect((await page({ first: 10, filter: { team: ['team_1'] } }, aCaller('org_nobody'))).nodes).toEqual([]);
});

test('a key without USAGE_READ reads no page', async () => {
  const blind = { ...aCaller('org_a'), scopes: new Set<never>() };
  await expect(page({ first: 1 }, blind)).rejects.toThrow(/USAGE_READ/);
});

test.each(['nonsense', '12', '12.', "1.req'; DROP TABLE request"])(
  'the cursor %j is refused by name',
  async (after) => {
    await expect(page({ first: 1, after })).rejects.toThrow(ValidationProblem);
  },
);

test('a range that ends before it starts is refused', async () => {
  const between = { from: new Date(start), to: new Date(start) };
  await expect(found({ range: { between } })).rejects.toThrow(/later than/);
});

function keptOf(attempts: RequestRecord['attempts']) {
  return attempts.findLast(({ outcome }) => outcome === 'SUCCEEDED') ?? attempts.at(-1);
}

function has(
  tags: RequestRecord['request']['tags'],
  wanted: { readonly key: string; readonly value: string },
): boolean {
  return tags.some(({ key, value }) => key === wanted.key && value === wanted.value);
}

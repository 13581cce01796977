import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ValidationProblem } from '../../src/core/problem.ts';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { createUsage, type RequestRecord, type Usage } from '../../src/usage/index.ts';
import { testDatabase } from '../support/database.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { silentLog } from '../support/runtime.ts';
import { arbitraryRecords } from './arbitrary.ts';
import { asking } from './ask.ts';
import { aCaller, aRecord, someCost } from './records.ts';

const SEED = 7;
const start = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const runtime = testRuntime({ startsAt: start + 30 * DAY_MS });
const records = fc.sample(arbitraryRecords(300, 'org_a'), { seed: SEED, numRuns: 1 })[0]!;
let database: Database;
let usage: Usage;
let ask: ReturnType<typeof asking>;
beforeAll(async () => {
  database = await testDatabase();
  usage = createUsage({ database, bus: createMemoryBus(silentLog), metrics: null, traces: null, runtime });
  ask = asking(database, usage, runtime);
  for (const record of records) usage.record(record);
});
afterAll(async () => {
  await usage.close();
  await database.close();
});

interface Metrics {
  readonly requests: number;
  readonly errors: number;
  readonly errorRatePercent: number;
  readonly totalTokens: number;
  readonly cost: { readonly nanos: string };
  readonly [name: string]: unknown;
}
interface Row {
  readonly bucketStart: string | null;
  readonly keys: { readonly dimension: string; readonly value: string | null; readonly label: string }[];
  readonly isOther: boolean;
  readonly metrics: Metrics;
}
interface Report {
  readonly range: { readonly from: string; readonly to: string; readonly timezone: string };
  readonly totals: Metrics;
  readonly previousTotals: Metrics | null;
  readonly rows: Row[];
  readonly truncated: boolean;
  readonly freshAsOf: string;
}

const range = { between: { from: new Date(start), to: new Date(start + 20 * DAY_MS) } };

async function report(input: object, caller = aCaller('org_a')): Promise<Report> {
  const source = /* GraphQL */ `
    fragment Figures on UsageMetrics {
      requests errors errorRatePercent
      inputTokens outputTokens reasoningTokens cacheReadTokens cacheWriteTokens totalTokens
      cost { nanos } costComplete uniqueEndUsers
      p50: latencyMs(percentile: 50) p95: latencyMs ttft: ttftMs(percentile: 90)
    }
    query ($input: UsageReportInput!) {
      usageReport(input: $input) {
        range { from to timezone } bucket truncated freshAsOf
        totals { ...Figures }
        previousTotals { ...Figures }
        rows { bucketStart isOther keys { dimension value label } metrics { ...Figures } }
      }
    }
  `;
  return (await ask<{ usageReport: Report }>(source, { input: { range, ...input } }, caller)).usageReport;
}

describe('sums are those of the records', () => {
  /** Every way to group, and what a record's value is. */
  const dimensions: [object, (record: RequestRecord) => string | null][] = [
    [{ by: 'MODEL' }, ({ attempts }) => keptOf(attempts)?.model ?? null],
    [{ by: 'PROVIDER' }, ({ attempts }) => keptOf(attempts)?.provider ?? null],
    [{ by: 'ROUTE' }, ({ decision }) => decision?.route?.slug ?? null],
    [{ by: 'TEAM' }, ({ caller }) => caller.teamId],
    [{ by: 'PROJECT' }, ({ caller }) => caller.projectId],
    [{ by: 'API_KEY' }, ({ caller }) => caller.apiKeyId],
    [{ by: 'END_USER' }, ({ request }) => request.endUser],
    [{ by: 'RUN' }, ({ request }) => request.agent?.runId ?? null],
    [{ by: 'STATUS' }, ({ status }) => status],
    [{ by: 'ERROR_CODE' }, ({ problem }) => problem?.code ?? null],
    [{ tagKey: 'feature' }, ({ request }) => request.tags.find(({ key }) => key === 'feature')?.value ?? null],
  ];

  test.each(dimensions)('grouped by %o', async (dimension, partOf) => {
    const { rows, totals } = await report({ groupBy: [dimension], topN: 100 });
    const groups = Map.groupBy(records, (record) => JSON.stringify([partOf(record)]));
    const own = rows.filter(({ isOther }) => !isOther);
    for (const { keys, metrics } of own) {
      expect(metrics).toEqual(expected(groups.get(JSON.stringify(keys.map(({ value }) => value)))!));
    }
    expect(own).toHaveLength(Math.min(groups.size, 100));
    expect(totals).toEqual(expected(records));
    const shown = new Set(own.map(({ keys }) => JSON.stringify(keys.map(({ value }) => value))));
    const merged = [...groups].filter(([key]) => !shown.has(key)).flatMap(([, group]) => group);
    const other = rows.filter(({ isOther }) => isOther);
    expect(other.map(({ keys, metrics }) => [keys, metrics])).toEqual(merged.length ? [[[], expected(merged)]] : []);
  });

  test('grouped by any two or three things and by time, in any order', async () => {
    const some = fc.tuple(
      fc.shuffledSubarray(dimensions, { minLength: 2, maxLength: 3 }),
      fc.constantFrom('HOUR', 'DAY', 'WEEK', null),
      fc.constantFrom('COST_DESC', 'REQUESTS_DESC', 'TOKENS_DESC', 'TIME_ASC'),
      fc.integer({ min: 1, max: 8 }),
    );
    const property = fc.asyncProperty(some, async ([picked, bucket, orderBy, topN]) => {
      const groupBy = picked.map(([dimension]) => dimension);
      const { rows, truncated } = await report({ groupBy, bucket, orderBy, topN });
      const cellOf = (record: RequestRecord) => {
        const key = picked.map(([, partOf]) => partOf(record));
        const known = rows.some(
          ({ keys, isOther }) =>
            !isOther &&
            same(
              keys.map(({ value }) => value),
              key,
            ),
        );
        return JSON.stringify([bucket && bucketOf(record.startedAt, bucket), known ? key : []]);
      };
      const cells = new Map(
        rows.map((row) => [JSON.stringify([row.bucketStart, row.keys.map(({ value }) => value)]), row.metrics]),
      );
      const groups = new Map([...Map.groupBy(records, cellOf)].map(([cell, group]) => [cell, expected(group)]));
      expect(cells).toEqual(groups);
      expect(truncated).toBe(rows.some(({ isOther }) => isOther));
      expect(rows.toSorted(byOrder(orderBy))).toEqual(rows);
    });
    await fc.assert(property, { numRuns: 25, seed: SEED });
  });

  test('grouped by nothing but time', async () => {
    const { rows } = await report({ bucket: 'HOUR', orderBy: 'TIME_ASC' });
    const hours = Map.groupBy(records, ({ startedAt }) => bucketOf(startedAt, 'HOUR'));
    expect(rows.map(({ bucketStart, metrics }) => [bucketStart, metrics])).toEqual(
      [...hours].sort(([a], [b]) => (a < b ? -1 : 1)).map(([hour, group]) => [hour, expected(group)]),
    );
  });
});

test('the most expensive groups have rows, the rest is one row', async () => {
  const caller = aCaller('org_top');
  for (const [index, cents] of [5n, 30n, 20n, 1n].entries()) {
    const cost = { ...someCost, totalNanos: cents * 10_000_000n };
    usage.record(
      aRecord(`req_top${index}`, { caller, cost, request: { endUser: `user${cents}`, agent: null, tags: [] } }),
    );
  }
  const { rows, truncated } = await report({ groupBy: [{ by: 'END_USER' }], topN: 2 }, caller);
  expect(rows.map(({ keys, isOther, metrics }) => [keys[0]?.value, isOther, metrics.cost.nanos])).toEqual([
    ['user30', false, '300000000'],
    ['user20', false, '200000000'],
    [undefined, true, '60000000'],
  ]);
  expect(truncated).toBe(true);
});

test('days begin at midnight of the time zone, also when the clocks change', async () => {
  const caller = aCaller('org_dst');
  // In Berlin 2026-03-29 has 23 hours and begins at 23:00Z; the day after begins at 22:00Z.
  const moments = [
    '2026-03-28T22:59:59.999Z',
    '2026-03-28T23:00:00Z',
    '2026-03-29T21:59:59.999Z',
    '2026-03-29T22:00:00Z',
  ];
  for (const [index, moment] of moments.entries()) {
    usage.record(aRecord(`req_dst${index}`, { caller, startedAt: Date.parse(moment) }));
  }
  const between = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-04-01T00:00:00Z') };
  const days = await report(
    { range: { between }, bucket: 'DAY', timezone: 'Europe/Berlin', orderBy: 'TIME_ASC' },
    caller,
  );
  expect(days.rows.map(({ bucketStart, metrics }) => [bucketStart, metrics.requests])).toEqual([
    ['2026-03-27T23:00:00.000Z', 1],
    ['2026-03-28T23:00:00.000Z', 2],
    ['2026-03-29T22:00:00.000Z', 1],
  ]);
  const months = await report({ range: { between }, bucket: 'MONTH', timezone: 'Europe/Berlin' }, caller);
  expect(months.rows.map(({ bucketStart }) => bucketStart)).toEqual(['2026-02-28T23:00:00.000Z']);
});

test('the hour that comes twice in autumn is two buckets', async () => {
  const caller = aCaller('org_autumn');
  for (const [index, moment] of ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'].entries()) {
    usage.record(aRecord(`req_autumn${index}`, { caller, startedAt: Date.parse(moment) }));
  }
  const between = { from: new Date('2026-10-25T00:00:00Z'), to: new Date('2026-10-26T00:00:00Z') };
  const input = { range: { between }, bucket: 'HOUR', timezone: 'Europe/Berlin', orderBy: 'TIME_ASC' };
  const { rows } = await report(input, caller);
  expect(rows.map(({ bucketStart }) => bucketStart)).toEqual(['2026-10-25T00:00:00.000Z', '2026-10-25T01:00:00.000Z']);
});

test('the range before has the same length and ends where this one begins', async () => {
  const between = { from: new Date(start + 4 * DAY_MS), to: new Date(start + 7 * DAY_MS) };
  const { totals, previousTotals } = await report({ range: { between }, compareToPrevious: true });
  const within = (from: number, to: number) => {
    return records.filter(({ startedAt }) => startedAt >= start + from * DAY_MS && startedAt < start + to * DAY_MS);
  };
  expect(totals).toEqual(expected(within(4, 7)));
  expect(previousTotals).toEqual(expected(within(1, 4)));
});

test('the range before one of thousands of years begins in 1970', async () => {
  const between = { from: new Date(start + 1000 * DAY_MS), to: new Date('9999-12-31T23:59:59Z') };
  const { previousTotals } = await report({ range: { between }, compareToPrevious: true });
  expect(previousTotals).toEqual(expected(records));
});

test('a report over nothing is full of zeros and has no rows', async () => {
  const { totals, rows } = await report({ groupBy: [{ by: 'MODEL' }], bucket: 'DAY' }, aCaller('org_nobody'));
  expect(totals).toEqual(expected([]));
  expect(rows).toEqual([]);
});

test('a call that ended just now is counted', async () => {
  usage.record(aRecord('req_now', { caller: aCaller('org_now') }));
  expect((await report({}, aCaller('org_now'))).totals.requests).toBe(1);
});

test('ids are labelled with the names of the own organization only', async () => {
  for (const own of ['org_mine', 'org_theirs']) {
    const at = new Date(start);
    await database.prisma.organization.create({ data: { id: own, slug: own, name: own, createdAt: at } });
    const place = { slug: 'main', createdAt: at, updatedAt: at, organizationId: own };
    await database.prisma.team.create({ data: { ...place, id: `team_${own}`, name: `Team of ${own}` } });
    const caller = { ...aCaller('org_mine'), teamId: `team_${own}` };
    usage.record(aRecord(`req_${own}`, { caller }));
  }
  const { rows } = await report({ groupBy: [{ by: 'TEAM' }] }, aCaller('org_mine'));
  expect(rows.map(({ keys }) => keys[0]!.label).sort()).toEqual(['Team of org_mine', 'team_org_theirs']);
});

test('a key without USAGE_READ gets no report', async () => {
  const blind = { ...aCaller('org_a'), scopes: new Set<never>() };
  await expect(report({}, blind)).rejects.toThrow(/USAGE_READ/);
});

test.each([
  ['timezone', { timezone: 'Europe/Atlantis' }],
  ['timezone', { timezone: '+05:30' }],
  ['timezone', { timezone: "UTC'; --" }],
  ['topN', { topN: 0 }],
  ['topN', { topN: 101 }],
  ['bucket', { bucket: 'MINUTE', groupBy: [{ by: 'MODEL' }] }],
  ['bucket', { bucket: 'MINUTE' }],
  ['groupBy', { groupBy: ['MODEL', 'ROUTE', 'TEAM', 'RUN'].map((by) => ({ by })) }],
])('a wrong %s is named: %o', async (field, input) => {
  const refusal = await report(input).catch((error) => error);
  expect(refusal).toBeInstanceOf(ValidationProblem);
  expect(refusal.issues[0].path).toEqual([field]);
});

test.each([-1, 100.5])('there is no percentile %d', async (percentile) => {
  const source = `query ($percentile: Float!) {
    usageReport(input: { range: { last: "P30D" } }) { totals { latencyMs(percentile: $percentile) } }
  }`;
  await expect(ask(source, { percentile })).rejects.toThrow(/between 0 and 100/);
});

/** The figures of a group, added up by hand. */
function expected(group: readonly RequestRecord[]): Metrics {
  const sum = (numberOf: (record: RequestRecord) => number) =>
    group.reduce((total, record) => total + numberOf(record), 0);
  const errors = group.filter(({ status }) => status === 'FAILED').length;
  const latencies = group.map(({ timing }) => timing.totalMs);
  const ttfts = group.map(({ timing }) => timing.ttftMs).filter((ms) => ms !== null);
  return {
    requests: group.length,
    errors,
    errorRatePercent: group.length === 0 ? 0 : (100 * errors) / group.length,
    inputTokens: sum(({ usage }) => usage.inputTokens),
    outputTokens: sum(({ usage }) => usage.outputTokens),
    reasoningTokens: sum(({ usage }) => usage.reasoningTokens),
    cacheReadTokens: sum(({ usage }) => usage.cacheReadTokens),
    cacheWriteTokens: sum(({ usage }) => usage.cacheWriteTokens),
    totalTokens: sum(({ usage }) => usage.inputTokens + usage.outputTokens),
    cost: { nanos: group.reduce((total, { cost }) => total + cost.totalNanos, 0n).toString() },
    costComplete: group.every(({ cost }) => cost.complete),
    uniqueEndUsers: new Set(group.map(({ request }) => request.endUser).filter((name) => name !== null)).size,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    ttft: percentile(ttfts, 0.9),
  };
}

/** Between the two nearest values, in proportion. */
function percentile(values: readonly number[], fraction: number): unknown {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const place = fraction * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return expect.closeTo(below + (above - below) * (place - Math.floor(place)), 4);
}

function keptOf(attempts: RequestRecord['attempts']) {
  return attempts.findLast(({ outcome }) => outcome === 'SUCCEEDED') ?? attempts.at(-1);
}

function bucketOf(unixMs: number, bucket: string): string {
  const size = bucket === 'HOUR' ? HOUR_MS : DAY_MS;
  const day = new Date(Math.floor(unixMs / size) * size);
  // 1970-01-01 was a Thursday; weeks begin on Monday.
  if (bucket === 'WEEK') day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString();
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A stable order that the rows must already be in. */
function byOrder(order: string): (a: Row, b: Row) => number {
  const measure = ({ metrics }: Row) =>
    order === 'COST_DESC'
      ? Number(metrics.cost.nanos)
      : order === 'REQUESTS_DESC'
        ? metrics.requests
        : metrics.totalTokens;
  const byTime = (a: Row, b: Row) =>
    Date.parse(a.bucketStart ?? '1970-01-01') - Date.parse(b.bucketStart ?? '1970-01-01');
  if (order === 'TIME_ASC') return (a, b) => byTime(a, b) || Number(a.isOther) - Number(b.isOther);
  return (a, b) => Number(a.isOther) - Number(b.isOther) || measure(b) - measure(a);
}

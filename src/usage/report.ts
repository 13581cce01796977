import type { Nanos } from '../core/money.ts';
import { ValidationProblem } from '../core/problem.ts';
import type { Database } from '../platform/database/database.ts';
import { bucketCount, checkTimezone, type TimeBucket } from './buckets.ts';
import { nameOf } from './dimensions.ts';
import { type BaseSums, baseSums, type ReportOrder, rankings, slowMeasures, type UsageMetrics } from './metrics.ts';
import { addUp, type Cell, type Key, type Scope, topKeys } from './sums.ts';

export interface ReportQuery extends Omit<Scope, 'organizationId'> {
  readonly bucket: TimeBucket | null;
  readonly orderBy: ReportOrder;
  /** How many keys get rows of their own, 1..100; the rest of each bucket is merged into one row. */
  readonly topN: number;
  /** Also add up the range of the same length just before. */
  readonly compareToPrevious: boolean;
}

export interface UsageReport {
  readonly totals: UsageMetrics;
  readonly previousTotals: UsageMetrics | null;
  /** Buckets in which nothing happened have no row; without bucket and grouping there are none. */
  readonly rows: readonly UsageRow[];
  /** True when some keys had to be merged. */
  readonly truncated: boolean;
  readonly freshAsOf: Date;
}

export interface UsageRow {
  readonly bucketStart: Date | null;
  /** In the order of `groupBy`; empty when `isOther`. */
  readonly keys: readonly { readonly dimension: string; readonly value: string | null }[];
  readonly isOther: boolean;
  readonly metrics: UsageMetrics;
}

const MAX_ROWS = 5_000;

/**
 * @param now Unix ms
 * @throws ValidationProblem when the query asks for what cannot be answered
 * The largest keys are found once and named in every later statement, so all figures of a row are of the same calls.
 */
export async function report(
  database: Database,
  organizationId: string,
  query: ReportQuery,
  now: number,
): Promise<UsageReport> {
  check(query);
  const scope: Scope = { ...query, organizationId };
  const keys: readonly Key[] =
    query.groupBy.length > 0 ? await topKeys(database, scope, rankings[query.orderBy], query.topN) : [[]];
  const cells = await metricsOf(database, scope, keys);
  const rows = query.bucket || query.groupBy.length > 0 ? cells.filter(({ total }) => !total) : [];
  return {
    totals: totalOf(cells),
    previousTotals: query.compareToPrevious ? await totalsBefore(database, scope) : null,
    rows: rows.toSorted(comparing(query.orderBy)).map((cell) => rowOf(cell, scope, keys)),
    truncated: rows.some(({ place }) => place === null),
    freshAsOf: new Date(now),
  };
}

function check({ range, bucket, timezone, groupBy, topN }: ReportQuery): void {
  checkTimezone(timezone);
  if (groupBy.length > 3) {
    throw ValidationProblem.at('groupBy', 'TOO_MANY', 'A report can be grouped by three things at most.');
  }
  if (!Number.isInteger(topN) || topN < 1 || topN > 100) {
    throw ValidationProblem.at('topN', 'OUT_OF_RANGE', 'topN must be between 1 and 100.');
  }
  if (bucket === null) return;
  const rows = bucketCount(bucket, range) * (groupBy.length > 0 ? topN + 1 : 1);
  if (rows <= MAX_ROWS) return;
  throw ValidationProblem.at(
    'bucket',
    'TOO_MANY_ROWS',
    `This report could have ${rows} rows, more than ${MAX_ROWS}. Use a longer bucket, a shorter range or a smaller topN.`,
  );
}

async function metricsOf(database: Database, scope: Scope, keys: readonly Key[]): Promise<Cell<UsageMetrics>[]> {
  const cells = await addUp(database, scope, keys, baseSums);
  const metrics = slowMeasures((aggregates) => addUp(database, scope, keys, aggregates));
  return cells.map((cell) => ({ ...cell, sums: metrics(cell as Cell<BaseSums>) }));
}

async function totalsBefore(database: Database, scope: Scope): Promise<UsageMetrics> {
  const { from, to } = scope.range;
  // Nothing here is older than 1970, and before very long ranges there are times that no database holds.
  const earlier = { from: new Date(Math.max(0, 2 * from.getTime() - to.getTime())), to: from };
  return totalOf(await metricsOf(database, { ...scope, range: earlier, bucket: null, groupBy: [] }, []));
}

function totalOf(cells: readonly Cell<UsageMetrics>[]): UsageMetrics {
  return cells.find(({ total }) => total)!.sums;
}

function rowOf({ bucket, place, sums }: Cell<UsageMetrics>, { groupBy }: Scope, keys: readonly Key[]): UsageRow {
  const key = place === null ? [] : keys[place]!;
  return {
    bucketStart: bucket,
    keys: key.map((value, part) => ({ dimension: nameOf(groupBy[part]!), value })),
    isOther: place === null,
    metrics: sums,
  };
}

type Compare = (a: Cell<UsageMetrics>, b: Cell<UsageMetrics>) => number;

/** What is merged comes last: after all rows, or in time order after those of its bucket. */
function comparing(order: ReportOrder): Compare {
  const byTime: Compare = (a, b) => Number(a.bucket) - Number(b.bucket);
  const byPlace: Compare = (a, b) => (a.place ?? Infinity) - (b.place ?? Infinity) || 0;
  const mergedLast: Compare = (a, b) => Number(a.place === null) - Number(b.place === null);
  switch (order) {
    case 'TIME_ASC':
      return (a, b) => byTime(a, b) || byPlace(a, b);
    case 'COST_DESC':
      return (a, b) => mergedLast(a, b) || compareNanos(b.sums.costNanos, a.sums.costNanos) || byTime(a, b);
    case 'REQUESTS_DESC':
      return (a, b) => mergedLast(a, b) || b.sums.requests - a.sums.requests || byTime(a, b);
    case 'TOKENS_DESC':
      return (a, b) => mergedLast(a, b) || b.sums.totalTokens - a.sums.totalTokens || byTime(a, b);
  }
}

function compareNanos(a: Nanos, b: Nanos): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

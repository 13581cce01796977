import type { Database } from '../platform/database/database.ts';
import { type Dimension, sqlOf } from './dimensions.ts';
import { type RequestFilter, sqlWhere } from './filter.ts';
import { type Bind, parameterList } from './sql.ts';

/** Which calls to add up, and how to cut them. */
export interface Scope {
  readonly organizationId: string;
  readonly range: { readonly from: Date; readonly to: Date };
  readonly filter: RequestFilter;
  readonly bucket: string | null;
  readonly timezone: string;
  /** At most three. */
  readonly groupBy: readonly Dimension[];
}

/** One value per dimension of the scope, null where calls have none. */
export type Key = readonly (string | null)[];

/** One row of sums: a bucket of a key, or everything at once. */
export interface Cell<Sums> {
  readonly bucket: Date | null;
  /** The key's place in the list that was asked for; null: calls of any other key. */
  readonly place: number | null;
  readonly total: boolean;
  readonly sums: Sums;
}

const REPORT_LIMIT_MS = 10_000;

/** The `limit` keys with the largest `measure`, largest first. @param measure an aggregate over columns of `request` */
export async function topKeys(database: Database, scope: Scope, measure: string, limit: number): Promise<Key[]> {
  const { values, bind } = parameterList();
  const rows = await database.query<{ k1: string | null; k2: string | null; k3: string | null }>(
    `SELECT k1, k2, k3 FROM (${facts(scope, bind)}) AS fact GROUP BY k1, k2, k3
     ORDER BY ${measure} DESC, k1, k2, k3 LIMIT ${bind(limit, 'integer')}`,
    values,
    REPORT_LIMIT_MS,
  );
  return rows.map(({ k1, k2, k3 }) => [k1, k2, k3].slice(0, scope.groupBy.length));
}

/**
 * Adds up per bucket and key, and over everything; there is always exactly one total. One pass over the calls.
 * @param aggregates named aggregates over columns of `request`, by the name they get in `sums`
 */
export async function addUp<Name extends string>(
  database: Database,
  scope: Scope,
  keys: readonly Key[],
  aggregates: (bind: Bind) => Readonly<Record<Name, string>>,
): Promise<Cell<Record<Name, unknown>>[]> {
  const { values, bind } = parameterList();
  const columns = Object.entries<string>(aggregates(bind)).map(([name, sql]) => `${sql} AS "${name}"`);
  const wanted = JSON.stringify(keys.map(([k1, k2, k3], place) => ({ place, k1, k2, k3 })));
  const rows = await database.query<Record<Name, unknown> & { bucket: Date | null; place: number; total: boolean }>(
    `SELECT fact.bucket, wanted.place, grouping(fact.bucket, wanted.place) > 0 AS total, ${columns.join(', ')}
     FROM (${facts(scope, bind)}) AS fact
     LEFT JOIN jsonb_to_recordset(${bind(wanted, 'jsonb')}) AS wanted (place integer, k1 text, k2 text, k3 text)
       ON ${same('k1')} AND ${same('k2')} AND ${same('k3')}
     GROUP BY GROUPING SETS ((fact.bucket, wanted.place), ())`,
    values,
    REPORT_LIMIT_MS,
  );
  return rows.map(({ bucket, place, total, ...sums }) => ({
    bucket,
    place,
    total,
    sums: sums as Record<Name, unknown>,
  }));
}

/** The calls of the scope with their bucket and up to three key parts; unused parts are null. */
function facts({ organizationId, range, filter, bucket, timezone, groupBy }: Scope, bind: Bind): string {
  const start = bucket
    ? `date_trunc(${bind(bucket, 'text')}, started_at, ${bind(timezone, 'text')})`
    : 'NULL::timestamptz';
  const parts = [0, 1, 2].map((place) => (groupBy[place] ? sqlOf(groupBy[place], bind) : 'NULL::text'));
  return `SELECT ${start} AS bucket, ${parts.map((part, place) => `${part} AS k${place + 1}`).join(', ')},
            status, end_user, total_ms, ttft_ms, cost_nanos, cost_complete,
            input_tokens, output_tokens, reasoning_tokens, cache_read_tokens, cache_write_tokens
          FROM request
          WHERE started_at >= ${bind(range.from, 'timestamptz')} AND started_at < ${bind(range.to, 'timestamptz')}
            AND ${sqlWhere(organizationId, filter, bind)}`;
}

/** IS NOT DISTINCT FROM, in the two halves that PostgreSQL can hash. */
function same(part: string): string {
  return `(wanted.${part} IS NULL) = (fact.${part} IS NULL) AND coalesce(wanted.${part}, '') = coalesce(fact.${part}, '')`;
}

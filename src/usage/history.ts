import type { RecordedCall, RequestFacts } from '../core/decision.ts';
import type { Usage, UsageSource } from '../core/usage.ts';
import type { Database } from '../platform/database/database.ts';

export type { RecordedCall } from '../core/decision.ts';

export interface HistoryRange {
  readonly routeId: string;
  readonly from: Date;
  readonly to: Date;
  /** No more calls than this, the oldest of the range first. */
  readonly most: number;
}

/** 2,000 rows of some 600 bytes: small enough for the embedded database's one connection. */
const PAGE = 2000;

/** The calls that a route answered, with their facts, oldest first. Each page is one statement. */
export async function* history(
  database: Database,
  organizationId: string,
  { routeId, from, to, most }: HistoryRange,
): AsyncGenerator<readonly RecordedCall[]> {
  let after: { startedAt: Date; id: string } = { startedAt: from, id: '' };
  for (let left = most; left > 0; ) {
    const rows = await database.query<Row>(READ_PAGE, [
      organizationId,
      routeId,
      to,
      after.startedAt,
      after.id,
      Math.min(PAGE, left),
    ]);
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map(callOf);
    left -= rows.length;
    after = { startedAt: new Date(last.started_at), id: last.id };
  }
}

interface Row extends Omit<Usage, 'source'> {
  readonly id: string;
  readonly started_at: Date | string;
  readonly model: string;
  readonly source: string;
  readonly cost: string;
  readonly facts: RequestFacts;
}

/** $4, $5: the place after which to go on. Walks the index on (organization_id, started_at, id). */
const READ_PAGE = `
  SELECT id, started_at, model, facts, input_tokens AS "inputTokens", output_tokens AS "outputTokens",
         reasoning_tokens AS "reasoningTokens", cache_read_tokens AS "cacheReadTokens",
         cache_write_tokens AS "cacheWriteTokens", usage_source AS source, cost_nanos::text AS cost
  FROM request
  WHERE organization_id = $1 AND route_id = $2 AND started_at < $3 AND (started_at, id) > ($4, $5)
    AND status = 'SUCCEEDED' AND model IS NOT NULL AND facts IS NOT NULL
  ORDER BY started_at, id LIMIT $6`;

function callOf({ id, started_at, model, source, cost, facts, ...tokens }: Row): RecordedCall {
  return {
    id,
    startedAt: new Date(started_at).getTime(),
    model,
    usage: { ...tokens, source: source as UsageSource },
    costNanos: BigInt(cost),
    facts,
  };
}

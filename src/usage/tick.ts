import type { Nanos } from '../core/money.ts';
import type { Clock } from '../core/runtime.ts';
import type { Database } from '../platform/database/database.ts';
import { type RequestFilter, sqlWhere } from './filter.ts';
import type { InFlight } from './in-flight.ts';
import { parameterList } from './sql.ts';

/** What the calls that came in during the last minute add up to, over all instances. */
export interface UsageTick {
  /** Unix ms. */
  readonly at: number;
  readonly requestsPerSecond: number;
  readonly tokensPerSecond: number;
  readonly costPerHourNanos: Nanos;
  readonly errorRatePercent: number;
  readonly ttftP95Ms: number | null;
  /** Calls of the organization that are running, whatever the filter. */
  readonly inFlight: number;
  readonly organizationId: string;
}

const SPAN_S = 60;

/** One at once, then one every `intervalMs`, until `signal` aborts. A tick that cannot be read ends the stream. */
export async function* ticks(
  database: Database,
  inFlight: Pick<InFlight, 'of'>,
  clock: Clock,
  organizationId: string,
  filter: RequestFilter,
  intervalMs: number,
  signal: AbortSignal,
): AsyncGenerator<UsageTick> {
  while (!signal.aborted) {
    const ended = await endedLately(database, clock.now(), organizationId, filter);
    yield { ...ended, inFlight: inFlight.of(organizationId), organizationId };
    await clock.sleep(intervalMs, signal).catch(() => {});
  }
}

async function endedLately(
  database: Database,
  now: number,
  organizationId: string,
  filter: RequestFilter,
): Promise<Omit<UsageTick, 'inFlight' | 'organizationId'>> {
  const { bind, values } = parameterList();
  const range = { from: new Date(now - SPAN_S * 1000), to: new Date(now + 1) };
  const where = sqlWhere(organizationId, { ...filter, range }, bind);
  const [row] = await database.query<{
    requests: number;
    tokens: string;
    cost: string;
    failures: number;
    ttft: number | null;
  }>(
    `SELECT count(*)::int AS requests, coalesce(sum(input_tokens + output_tokens), 0)::text AS tokens,
       coalesce(sum(cost_nanos), 0)::text AS cost, count(*) FILTER (WHERE status = 'FAILED')::int AS failures,
       percentile_disc(0.95) WITHIN GROUP (ORDER BY ttft_ms) AS ttft
     FROM request WHERE ${where}`,
    values,
  );
  const { requests, tokens, cost, failures, ttft } = row!;
  return {
    at: now,
    requestsPerSecond: requests / SPAN_S,
    tokensPerSecond: Number(tokens) / SPAN_S,
    costPerHourNanos: BigInt(cost) * BigInt(3600 / SPAN_S),
    errorRatePercent: requests === 0 ? 0 : (100 * failures) / requests,
    ttftP95Ms: ttft,
  };
}

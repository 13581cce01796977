import { z } from 'zod';
import type { TellAlert } from '../core/alert.ts';
import type { Caller } from '../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../core/change.ts';
import { parse } from '../core/parse.ts';
import { ValidationProblem } from '../core/problem.ts';
import type { Clock } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import { type Anomaly, alertOfAnomaly, anomaliesIn, BASELINE_MS, HOUR_MS, type Hour } from './anomaly.ts';

const saveInput = z.object({ enabled: z.boolean(), sensitivity: z.number().min(1).max(100) });
export type AnomalyWatchInput = z.input<typeof saveInput>;

const MAX_BACKTEST_MS = 31 * 24 * HOUR_MS;

/** The hours of an organization, and of the fortnight before them. Reads recorded calls, never content. */
async function hoursOf(
  query: Transaction['query'] | Database['query'],
  organizationId: string,
  from: number,
  to: number,
): Promise<Hour[]> {
  const rows = await query<{
    api_key_id: string;
    route: string | null;
    at: Date;
    requests: number;
    cost: string;
    output: string;
    failures: number;
  }>(
    `SELECT api_key_id, route_slug AS route, date_trunc('hour', started_at, 'UTC') AS at, count(*)::int AS requests,
       sum(cost_nanos)::text AS cost, sum(output_tokens)::text AS output,
       count(*) FILTER (WHERE status = 'FAILED')::int AS failures
     FROM request WHERE organization_id = $1 AND started_at >= $2 AND started_at < $3
     GROUP BY 1, 2, 3`,
    [organizationId, new Date(from - BASELINE_MS), new Date(to)],
  );
  return rows.map(({ api_key_id, route, at, requests, cost, output, failures }) => ({
    apiKeyId: api_key_id,
    route,
    at: at.getTime(),
    requests,
    costNanos: Number(cost),
    outputTokens: Number(output),
    failures,
  }));
}

export function anomalyWatch(database: Database, changes: Changes, clock: Clock) {
  return {
    /** What would have been raised: the same code over recorded hours. @throws ValidationProblem for a long range */
    async backtest(organizationId: string, from: Date, to: Date, sensitivity: number): Promise<readonly Anomaly[]> {
      const { sensitivity: checked } = parse(saveInput, { enabled: true, sensitivity });
      if (to.getTime() - from.getTime() > MAX_BACKTEST_MS) {
        throw ValidationProblem.at('range', 'TOO_LONG', 'A backtest covers 31 days at most.');
      }
      const [start, end] = [from.getTime(), Math.min(to.getTime(), currentHour(clock.now()))];
      return anomaliesIn(await hoursOf(database.query, organizationId, start, end), start, end, checked);
    },

    async save(caller: Caller, input: AnomalyWatchInput): Promise<{ change: ChangeReceipt } & AnomalyWatchInput> {
      const wanted = parse(saveInput, input);
      const { organizationId } = caller;
      const change = await changes.make(`alerts:${organizationId}`, async (tx) => {
        const [before] = await tx.query<AnomalyWatchInput>(
          'SELECT enabled, sensitivity FROM anomaly_watch WHERE organization_id = $1',
          [organizationId],
        );
        await tx.query(
          `INSERT INTO anomaly_watch (organization_id, enabled, sensitivity, updated_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT (organization_id) DO UPDATE SET enabled = $2, sensitivity = $3, updated_at = $4`,
          [organizationId, wanted.enabled, wanted.sensitivity, new Date(clock.now())],
        );
        return {
          organizationId,
          actor: actorOf(caller),
          action: 'anomalyWatch.save',
          resourceType: 'AnomalyWatch',
          resourceId: organizationId,
          diff: diffOf(before ? { ...before } : null, wanted),
        };
      });
      return { ...wanted, change };
    },

    /**
     * The last whole hour of every organization that wants it, and the one before, for calls that were written late.
     * The alerts are told after the job's transaction: keeping one takes a transaction of its own.
     */
    async look(tx: Transaction, tell: TellAlert): Promise<void> {
      const to = currentHour(clock.now());
      const watched = await tx.query<{ id: string; sensitivity: number }>(
        'SELECT organization_id AS id, sensitivity FROM anomaly_watch WHERE enabled',
      );
      for (const { id, sensitivity } of watched) {
        const from = to - 2 * HOUR_MS;
        for (const anomaly of anomaliesIn(await hoursOf(tx.query, id, from, to), from, to, sensitivity)) {
          tell(alertOfAnomaly(id, anomaly));
        }
      }
    },
  };
}

function currentHour(now: number): number {
  return Math.floor(now / HOUR_MS) * HOUR_MS;
}

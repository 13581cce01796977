import type { Database } from '../platform/database/database.ts';
import { LEAST_SHARE, OUTPACED, PACE } from './forecast.ts';

const MOST = 100;

/**
 * The budgets with an account in its running period that has come to its first threshold, or that will not last the
 * period at the rate it had so far; the fullest first.
 */
export async function atRisk(
  database: Pick<Database, 'query'>,
  organizationId: string,
  nowMs: number,
): Promise<readonly string[]> {
  const rows = await database.query<{ id: string }>(
    `SELECT b.id FROM budget_account a JOIN budget b ON b.id = a.budget_id, ${PACE}
     WHERE a.organization_id = $3 AND a.period_start <= $1 AND coalesce(a.period_end > $1, true)
       AND (a.posted_nanos::numeric * 100 >= a.limit_nanos * (
              SELECT least(100, min(percent))::numeric FROM unnest(b.thresholds_percent) AS threshold (percent))
            OR ${OUTPACED})
     GROUP BY b.id ORDER BY max(a.posted_nanos::numeric / greatest(a.limit_nanos, 1)) DESC, b.id LIMIT ${MOST}`,
    [new Date(nowMs), LEAST_SHARE, organizationId],
  );
  return rows.map(({ id }) => id);
}

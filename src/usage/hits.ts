import type { Database } from '../platform/database/database.ts';

/** In how many calls of a time a policy had something to say, by what came of it. A call can be in several of them. */
export interface PolicyHits {
  readonly requests: number;
  readonly blocked: number;
  readonly redacted: number;
  /** Flagged, or not asked since what judges could not be reached. */
  readonly flagged: number;
  /** It only watched, and would have blocked, redacted or flagged. */
  readonly monitored: number;
}

export const noHits: PolicyHits = { requests: 0, blocked: 0, redacted: 0, flagged: 0, monitored: 0 };

/** By the verdicts that are kept with calls, so it costs nothing while calls are made. One statement for all policies. */
export async function hits(
  database: Pick<Database, 'query'>,
  organizationId: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<ReadonlyMap<string, PolicyHits>> {
  const rows = await database.query<PolicyHits & { readonly policyId: string }>(
    `SELECT verdict ->> 'policyId' AS "policyId",
       count(DISTINCT id)::integer AS requests,
       count(DISTINCT id) FILTER (WHERE enforced AND outcome = 'BLOCKED')::integer AS blocked,
       count(DISTINCT id) FILTER (WHERE enforced AND outcome = 'REDACTED')::integer AS redacted,
       count(DISTINCT id) FILTER (WHERE enforced AND outcome IN ('FLAGGED', 'ERRORED'))::integer AS flagged,
       count(DISTINCT id) FILTER (WHERE NOT enforced)::integer AS monitored
     FROM request
     CROSS JOIN LATERAL jsonb_array_elements(verdicts) AS verdict
     CROSS JOIN LATERAL (SELECT verdict ->> 'mode' = 'ENFORCE' AS enforced, verdict ->> 'outcome' AS outcome) AS said
     WHERE organization_id = $1 AND started_at >= $2 AND started_at < $3 AND verdicts <> '[]'
     GROUP BY 1`,
    [organizationId, from, to],
  );
  return new Map(rows.map(({ policyId, ...counts }) => [policyId, counts]));
}

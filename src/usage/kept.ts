import type { SubjectCall } from '../core/erasure.ts';
import type { KeptPlace } from '../core/kept-place.ts';
import type { Transaction } from '../platform/database/database.ts';
import { dropUnusedParts } from './decisions.ts';

/** The rows of the history, for whoever decides how long they are kept; see retention/index.ts. */
export const keptRequests = {
  kept: 'metadata',
  places: (tx: Transaction, organizationId: string, before: Date) =>
    tx.query<KeptPlace & { [name: string]: unknown }>(
      `SELECT DISTINCT team_id AS "teamId", project_id AS "projectId", api_key_id AS "apiKeyId", route_slug AS route
       FROM request WHERE organization_id = $1 AND started_at < $2`,
      [organizationId, before],
    ),
  /** Attempts go with their request; what other rooms have about it, too; parts of decisions with the last that has them. */
  async expire(
    tx: Transaction,
    organizationId: string,
    place: KeptPlace,
    { before, now }: { readonly before: Date; readonly now: Date },
    limit: number,
    besides: (calls: readonly SubjectCall[]) => Promise<void>,
  ) {
    const { teamId, projectId, apiKeyId, route } = place;
    const rows = await tx.query<{ id: string; completionId: string; runId: string | null }>(
      `SELECT id, completion_id AS "completionId", run_id AS "runId" FROM request
       WHERE organization_id = $1 AND team_id = $2 AND project_id = $3 AND api_key_id = $4
         AND route_slug IS NOT DISTINCT FROM $5 AND started_at < $6
       ORDER BY started_at LIMIT $7`,
      [organizationId, teamId, projectId, apiKeyId, route, before, limit],
    );
    if (rows.length === 0) return 0;
    await besides(rows.map(({ id: requestId, ...call }) => ({ requestId, ...call, place })));
    await tx.query('DELETE FROM request WHERE organization_id = $1 AND id = ANY($2)', [
      organizationId,
      rows.map(({ id }) => id),
    ]);
    await dropUnusedParts(tx, organizationId, now);
    return rows.length;
  },
} as const;

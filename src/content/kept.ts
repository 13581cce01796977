import type { KeptPlace } from '../core/kept-place.ts';
import type { DataKeys } from '../platform/data-keys.ts';
import type { Transaction } from '../platform/database/database.ts';
import { keyOwnerOf } from './subjects.ts';

/** The rows of the room, for whoever decides how long they are kept; see retention/index.ts. */
export function keptContent(dataKeys: Pick<DataKeys, 'shred'>) {
  return {
    kept: 'content',
    places: (tx: Transaction, organizationId: string, before: Date) =>
      tx.query<KeptPlace & { [name: string]: unknown }>(
        `SELECT DISTINCT team_id AS "teamId", project_id AS "projectId", api_key_id AS "apiKeyId", route_slug AS route
         FROM content WHERE organization_id = $1 AND at < $2 AND sealed IS NOT NULL`,
        [organizationId, before],
      ),
    /** The row stays, to say why there is nothing in it; the call's key goes, so that copies of the row say nothing. */
    async expire(
      tx: Transaction,
      organizationId: string,
      place: KeptPlace,
      { before, policy, now }: { readonly before: Date; readonly policy: string; readonly now: Date },
      limit: number,
    ) {
      const { teamId, projectId, apiKeyId, route } = place;
      const rows = await tx.query<{ id: string }>(
        `UPDATE content SET sealed = NULL, gone = 'RETENTION_EXPIRED', gone_policy = $7, gone_at = $9
         WHERE request_id IN (
           SELECT request_id FROM content
           WHERE organization_id = $1 AND team_id = $2 AND project_id = $3 AND api_key_id = $4
             AND route_slug IS NOT DISTINCT FROM $5 AND at < $6 AND sealed IS NOT NULL
           ORDER BY at LIMIT $8)
         RETURNING request_id AS id`,
        [organizationId, teamId, projectId, apiKeyId, route, before, policy, limit, now],
      );
      await dataKeys.shred(
        tx,
        organizationId,
        rows.map(({ id }) => keyOwnerOf(id)),
      );
      return rows.length;
    },
  } as const;
}

import { type CountedThings, type ErasedThings, type ErasureSubject, gone, type SubjectCall } from '../core/erasure.ts';
import type { DataKeys } from '../platform/data-keys.ts';
import type { Transaction } from '../platform/database/database.ts';
import { keyOwnerOf, type SubjectOf } from './subjects.ts';

/**
 * The room's part of an erasure: what was said goes from the rows, and so do the keys of these calls, so that copies of
 * the rows elsewhere are unreadable too. A person's key goes with the last row about them. See erasure/index.ts.
 */
export function erasableContent(subjectOf: SubjectOf, dataKeys: Pick<DataKeys, 'shred'>) {
  const idsOf = (calls: readonly SubjectCall[]) => calls.map(({ requestId }) => requestId);

  return {
    /** Content whose call is not in the history any more is found by whom it is about. */
    async find(
      tx: Transaction,
      organizationId: string,
      subject: ErasureSubject,
      before: Date,
      after: string,
      limit: number,
    ): Promise<readonly SubjectCall[]> {
      const condition = conditionOf(subjectOf, organizationId, subject);
      if (!condition) return [];
      const rows = await tx.query<Row>(
        `SELECT request_id, team_id, project_id, api_key_id, route_slug FROM content
         WHERE organization_id = $1 AND at <= $2 AND request_id > $3 AND gone IS DISTINCT FROM 'ERASED' AND ${condition[0]}
           AND NOT EXISTS (SELECT FROM request WHERE request.id = content.request_id AND erased_at IS NULL)
         ORDER BY request_id LIMIT $4`,
        [organizationId, before, after, limit, condition[1]],
      );
      return rows.map((row) => ({
        requestId: row.request_id,
        completionId: null,
        runId: null,
        place: { teamId: row.team_id, projectId: row.project_id, apiKeyId: row.api_key_id, route: row.route_slug },
      }));
    },
    async count(tx: Transaction, organizationId: string, calls: readonly SubjectCall[]): Promise<CountedThings> {
      const rows = await tx.query(
        `SELECT request_id FROM content
         WHERE organization_id = $1 AND request_id = ANY($2) AND gone IS DISTINCT FROM 'ERASED'`,
        [organizationId, idsOf(calls)],
      );
      return { content: rows.length };
    },
    /** The row stays to say so, without even the mark of whom it was about. */
    async erase(
      tx: Transaction,
      organizationId: string,
      calls: readonly SubjectCall[],
      { at }: { readonly at: Date },
    ): Promise<ErasedThings> {
      const rows = await tx.query<{ id: string; subject: Buffer }>(
        `WITH gone AS (
           SELECT request_id, subject FROM content
           WHERE organization_id = $1 AND request_id = ANY($2) AND gone IS DISTINCT FROM 'ERASED' FOR UPDATE)
         UPDATE content SET sealed = NULL, subject = '', gone = 'ERASED', gone_policy = NULL, gone_at = $3
         FROM gone WHERE content.request_id = gone.request_id RETURNING gone.request_id AS id, gone.subject`,
        [organizationId, idsOf(calls), at],
      );
      if (rows.length === 0) return { content: gone(0), contentKeys: gone(0) };
      const persons = [...new Map(rows.map(({ subject }) => [subject.toString('hex'), subject])).values()];
      const keys = await dataKeys.shred(tx, organizationId, [
        ...rows.map(({ id }) => keyOwnerOf(id)),
        ...(await unused(tx, organizationId, persons)),
      ]);
      return { content: gone(rows.length), contentKeys: gone(keys) };
    },
  };
}

/** Those of the subjects about whom nothing is left that a key could open. */
async function unused(tx: Transaction, organizationId: string, subjects: readonly Buffer[]): Promise<Buffer[]> {
  const rows = await tx.query<{ subject: Buffer }>(
    `SELECT subject FROM unnest($2::bytea[]) AS subject
     WHERE NOT EXISTS (SELECT FROM content
                       WHERE organization_id = $1 AND content.subject = subject.subject AND sealed IS NOT NULL)`,
    [organizationId, subjects],
  );
  return rows.map(({ subject }) => subject);
}

/** With one parameter, $5. */
function conditionOf(
  subjectOf: SubjectOf,
  organizationId: string,
  subject: ErasureSubject,
): readonly [string, unknown] | null {
  switch (subject.kind) {
    case 'END_USER':
      return ['subject = $5', subjectOf(organizationId, { endUser: subject.endUser, apiKeyId: '' })];
    case 'API_KEY':
      return ['api_key_id = $5', subject.apiKeyId];
    case 'REQUESTS':
      return ['request_id = ANY($5)', subject.ids];
    case 'TAG':
      return null;
  }
}

type Row = {
  readonly request_id: string;
  readonly team_id: string;
  readonly project_id: string;
  readonly api_key_id: string;
  readonly route_slug: string | null;
};

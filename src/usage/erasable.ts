import type { CountedThings, ErasedThings, ErasureSubject, SubjectCall } from '../core/erasure.ts';
import type { Transaction } from '../platform/database/database.ts';

/** The room's part of an erasure: the history, by which the calls of a subject are found; see erasure/index.ts. */
export const erasableRequests = {
  /** Calls that came in before `before` and have not been erased, in the order of their ids, after `after`. */
  async find(
    tx: Pick<Transaction, 'query'>,
    organizationId: string,
    subject: ErasureSubject,
    before: Date,
    after: string,
    limit: number,
  ): Promise<readonly SubjectCall[]> {
    const [condition, values] = conditionOf(subject);
    const rows = await tx.query<Row>(
      `SELECT id, completion_id, run_id, team_id, project_id, api_key_id, route_slug FROM request
       WHERE organization_id = $1 AND started_at <= $2 AND id > $3 AND erased_at IS NULL AND ${condition}
       ORDER BY id LIMIT $4`,
      [organizationId, before, after, limit, ...values],
    );
    return rows.map((row) => ({
      requestId: row.id,
      completionId: row.completion_id,
      runId: row.run_id,
      place: { teamId: row.team_id, projectId: row.project_id, apiKeyId: row.api_key_id, route: row.route_slug },
    }));
  },
  async count(tx: Transaction, organizationId: string, calls: readonly SubjectCall[]): Promise<CountedThings> {
    const rows = await tx.query(
      'SELECT id FROM request WHERE organization_id = $1 AND id = ANY($2) AND erased_at IS NULL',
      [organizationId, idsOf(calls)],
    );
    return { requests: rows.length };
  },
  /**
   * With `keepAggregates` what a call cost and how it went stays for the sums; who it was for, how it was tagged, what
   * rules went by and what providers said to it goes.
   */
  async erase(
    tx: Transaction,
    organizationId: string,
    calls: readonly SubjectCall[],
    how: { readonly keepAggregates: boolean; readonly at: Date },
  ): Promise<ErasedThings> {
    const parameters = [organizationId, idsOf(calls)];
    if (!how.keepAggregates) {
      const sql = 'DELETE FROM request WHERE organization_id = $1 AND id = ANY($2) RETURNING id';
      return { requests: { erased: (await tx.query(sql, parameters)).length, anonymized: 0 } };
    }
    await tx.query(
      `UPDATE attempt SET provider_message = NULL, provider_request_id = NULL
       WHERE organization_id = $1 AND request_id = ANY($2)`,
      parameters,
    );
    const rows = await tx.query(
      `UPDATE request SET end_user = NULL, run_id = NULL, agent = NULL, tags = '{}', problem = NULL, decision = NULL,
         facts = NULL, verdicts = '[]', trace_id = NULL, erased_at = $3
       WHERE organization_id = $1 AND id = ANY($2) AND erased_at IS NULL RETURNING id`,
      [...parameters, how.at],
    );
    return { requests: { erased: 0, anonymized: rows.length } };
  },
};

/** With parameters from $5 on. */
function conditionOf(subject: ErasureSubject): readonly [string, readonly unknown[]] {
  switch (subject.kind) {
    case 'END_USER':
      return ['end_user = $5', [subject.endUser]];
    case 'API_KEY':
      return ['api_key_id = $5', [subject.apiKeyId]];
    case 'TAG':
      return ['tags ->> $5 = $6', [subject.key, subject.value]];
    case 'REQUESTS':
      return ['id = ANY($5)', [subject.ids]];
  }
}

function idsOf(calls: readonly SubjectCall[]): string[] {
  return calls.map(({ requestId }) => requestId);
}

type Row = {
  readonly id: string;
  readonly completion_id: string;
  readonly run_id: string | null;
  readonly team_id: string;
  readonly project_id: string;
  readonly api_key_id: string;
  readonly route_slug: string | null;
};

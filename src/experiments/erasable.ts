import { type CountedThings, type ErasedThings, gone, type SubjectCall } from '../core/erasure.ts';
import type { Transaction } from '../platform/database/database.ts';

/** The room's part of an erasure: what was thought of the calls and of the runs they belonged to. See erasure/index.ts. */
export const erasableScores = {
  async count(tx: Transaction, organizationId: string, calls: readonly SubjectCall[]): Promise<CountedThings> {
    const rows = await tx.query(
      'SELECT id FROM score WHERE organization_id = $1 AND (request_id = ANY($2) OR run_id = ANY($3))',
      [organizationId, requestsOf(calls), runsOf(calls)],
    );
    return { scores: rows.length };
  },
  /** With `keepAggregates` the numbers given to calls stay for the averages; what was written about them goes. */
  async erase(
    tx: Transaction,
    organizationId: string,
    calls: readonly SubjectCall[],
    { keepAggregates }: { readonly keepAggregates: boolean },
  ): Promise<ErasedThings> {
    const ofRuns = 'DELETE FROM score WHERE organization_id = $1 AND run_id = ANY($2) RETURNING id';
    const ofCalls = keepAggregates
      ? `UPDATE score SET comment = NULL, idempotency_key = NULL
         WHERE organization_id = $1 AND request_id = ANY($2) AND (comment IS NOT NULL OR idempotency_key IS NOT NULL)
         RETURNING id`
      : 'DELETE FROM score WHERE organization_id = $1 AND request_id = ANY($2) RETURNING id';
    const runs = (await tx.query(ofRuns, [organizationId, runsOf(calls)])).length;
    const changed = (await tx.query(ofCalls, [organizationId, requestsOf(calls)])).length;
    return { scores: keepAggregates ? { erased: runs, anonymized: changed } : gone(runs + changed) };
  },
};

export function requestsOf(calls: readonly SubjectCall[]): string[] {
  return calls.map(({ requestId }) => requestId);
}

export function runsOf(calls: readonly SubjectCall[]): string[] {
  return calls.flatMap(({ runId }) => (runId === null ? [] : [runId]));
}

import { type CountedThings, type ErasedThings, gone, type SubjectCall } from '../core/erasure.ts';
import type { Transaction } from '../platform/database/database.ts';

/** The room's part of an erasure: what it knows of the runs that the calls belonged to. See erasure/index.ts. */
export const erasableAgentRuns = {
  async count(tx: Transaction, organizationId: string, calls: readonly SubjectCall[]): Promise<CountedThings> {
    const sql = 'SELECT id FROM agent_run WHERE organization_id = $1 AND run_id = ANY($2)';
    return { agentRuns: (await tx.query(sql, [organizationId, runsOf(calls)])).length };
  },
  async erase(tx: Transaction, organizationId: string, calls: readonly SubjectCall[]): Promise<ErasedThings> {
    const sql = 'DELETE FROM agent_run WHERE organization_id = $1 AND run_id = ANY($2) RETURNING id';
    return { agentRuns: gone((await tx.query(sql, [organizationId, runsOf(calls)])).length) };
  },
};

function runsOf(calls: readonly SubjectCall[]): string[] {
  return calls.flatMap(({ runId }) => (runId === null ? [] : [runId]));
}

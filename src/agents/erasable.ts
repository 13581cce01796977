import { type CountedThings, type ErasedThings, gone, type SubjectCall } from '../core/erasure.ts';
import type { Transaction } from '../platform/database/database.ts';

/** Runs of these calls to which no other call belongs that is still known. $2: runs, $3: requests */
const ENDED = `organization_id = $1 AND run_id = ANY($2) AND NOT EXISTS (
  SELECT FROM request WHERE request.organization_id = agent_run.organization_id AND request.run_id = agent_run.run_id
    AND request.id <> ALL($3))`;

/** The room's part of an erasure, and of retention: what it knows of the runs that calls belonged to. */
export const erasableAgentRuns = {
  async count(tx: Transaction, organizationId: string, calls: readonly SubjectCall[]): Promise<CountedThings> {
    const sql = `SELECT id FROM agent_run WHERE ${ENDED}`;
    return { agentRuns: (await tx.query(sql, [organizationId, runsOf(calls), requestsOf(calls)])).length };
  },
  async erase(tx: Transaction, organizationId: string, calls: readonly SubjectCall[]): Promise<ErasedThings> {
    const sql = `DELETE FROM agent_run WHERE ${ENDED} RETURNING id`;
    return { agentRuns: gone((await tx.query(sql, [organizationId, runsOf(calls), requestsOf(calls)])).length) };
  },
};

function runsOf(calls: readonly SubjectCall[]): string[] {
  return calls.flatMap(({ runId }) => (runId === null ? [] : [runId]));
}

function requestsOf(calls: readonly SubjectCall[]): string[] {
  return calls.map(({ requestId }) => requestId);
}

import { type CountedThings, type ErasedThings, gone, type SubjectCall } from '../core/erasure.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { Transaction } from '../platform/database/database.ts';
import type { RunLog } from '../platform/runlog/runlog.ts';

/** News for the instances that have logs of their own: these runs are to be forgotten. */
export const forgetTopic = 'runs.forget';

/** The room's part of an erasure: what runs said, and the keys they were asked under. See erasure/index.ts. */
export function erasableRuns(runlog: RunLog, bus: Bus) {
  const runsOf = (calls: readonly SubjectCall[]) =>
    calls.flatMap(({ completionId }) => (completionId === null ? [] : [completionId]));

  return {
    async count(tx: Transaction, _organizationId: string, calls: readonly SubjectCall[]): Promise<CountedThings> {
      const runs = runsOf(calls);
      const keys = await tx.query('SELECT key FROM idempotency_key WHERE completion_id = ANY($1)', [runs]);
      return { runLogs: await runlog.count(runs), idempotencyKeys: keys.length };
    },
    async erase(tx: Transaction, _organizationId: string, calls: readonly SubjectCall[]): Promise<ErasedThings> {
      const runs = runsOf(calls);
      const logs = await runlog.forget(runs);
      await bus.publish(forgetTopic, { ids: runs });
      const keys = await tx.query(ERASE, [runs]);
      return { runLogs: gone(logs), idempotencyKeys: gone(keys.length) };
    },
  };
}

/** Locked in the order of the keys, like everywhere else; see idempotency.ts. */
const ERASE = `
WITH erased AS MATERIALIZED (
  SELECT api_key_id, key FROM idempotency_key WHERE completion_id = ANY($1) ORDER BY api_key_id, key FOR UPDATE
)
DELETE FROM idempotency_key USING erased
WHERE idempotency_key.api_key_id = erased.api_key_id AND idempotency_key.key = erased.key
RETURNING idempotency_key.key`;

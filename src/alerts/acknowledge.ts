import type { Caller } from '../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../core/change.ts';
import { NotFoundProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';

const MAX_IDS = 100;

/** See the door. */
export function acknowledge(changes: Changes, { clock }: Runtime) {
  return async (
    caller: Caller,
    ids: readonly string[],
    comment: string | null,
  ): Promise<{ ids: readonly string[]; change: ChangeReceipt }> => {
    const { organizationId, apiKeyId } = caller;
    if (ids.length === 0 || ids.length > MAX_IDS) {
      throw ValidationProblem.at('ids', 'OUT_OF_RANGE', `Name 1 to ${MAX_IDS} alerts.`);
    }
    if (comment !== null && comment.length > 1000) {
      throw ValidationProblem.at('comment', 'TOO_LONG', 'A comment has at most 1000 characters.');
    }
    const change = await changes.make(`alerts:${organizationId}`, async (tx) => {
      const found = await tx.query<{ id: string }>(
        'SELECT id FROM alert WHERE organization_id = $1 AND id = ANY($2::text[]) FOR UPDATE',
        [organizationId, ids],
      );
      const missing = ids.find((id) => !found.some((row) => row.id === id));
      if (missing !== undefined) throw new NotFoundProblem('Alert', missing);
      await tx.query(
        `UPDATE alert SET acknowledged_at = $3, acknowledged_by = $4, acknowledge_comment = $5
         WHERE organization_id = $1 AND id = ANY($2::text[]) AND acknowledged_at IS NULL`,
        [organizationId, ids, new Date(clock.now()), apiKeyId, comment],
      );
      return {
        organizationId,
        actor: actorOf(caller),
        action: 'alert.acknowledge',
        resourceType: 'Alert',
        resourceId: ids[0]!,
        reason: comment,
        diff: diffOf(null, { acknowledged: [...ids] }),
      };
    });
    return { ids, change };
  };
}

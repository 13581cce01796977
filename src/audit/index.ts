import type { Runtime } from '../core/runtime.ts';
import type { AppendAudit } from '../platform/changes.ts';

/**
 * What happened to the control plane, and who did it. Events are written inside the transaction of the change they tell
 * of, and never changed afterwards; reading them is a matter of graphql.ts.
 */
export interface Audit {
  readonly append: AppendAudit;
}

/** Writes one event. @returns its id; the answer to the same idempotency key is found by `mark` */
export function appendAudit({ clock, ids }: Runtime): AppendAudit {
  return async (tx, change, revision, mark) => {
    const id = ids.next('aud');
    await tx.query(
      `INSERT INTO audit_event (id, organization_id, at, actor_id, actor_name, action, resource_type, resource_id,
         reason, diff, ip, revision, idempotency_key, input_hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        id,
        change.organizationId,
        new Date(clock.now()),
        change.actor.id,
        change.actor.name,
        change.action,
        change.resourceType,
        change.resourceId,
        change.reason ?? null,
        JSON.stringify(change.diff),
        change.actor.ip,
        revision.toString(),
        mark?.key ?? null,
        mark?.inputHash ?? null,
      ],
    );
    return id;
  };
}

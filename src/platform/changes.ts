import type { Caller } from '../core/caller.ts';
import type { Change, ChangeReceipt } from '../core/change.ts';
import { digestOf } from '../core/digest.ts';
import { IdempotencyConflictProblem } from '../core/problem.ts';
import type { Bus } from './bus/bus.ts';
import type { Database, Transaction } from './database/database.ts';
import type { Revision } from './snapshots.ts';

/** Every write to the control plane goes through here: rows, audit event and revision together, or none of them. */
export interface Changes {
  /**
   * @param topic what readers' snapshots are refreshed by, e.g. `routes:org_01…`
   * @param write makes the rows inside the transaction and says what changed
   * @throws IdempotencyConflictProblem when `idempotency.key` was used before with another input
   */
  make(topic: string, write: (tx: Transaction) => Promise<Change>, idempotency?: Idempotency): Promise<MadeChange>;
}

export interface Idempotency {
  readonly organizationId: string;
  readonly actorId: string;
  readonly key: string;
  readonly input: unknown;
}

/**
 * A key is remembered per caller; the same words for another operation are another input.
 * @param asked what the operation was asked for, as JSON can say it: no secrets, no bigints
 */
export function idempotencyOf<Asked extends { readonly idempotencyKey?: string | null | undefined }>(
  { organizationId, apiKeyId }: Caller,
  operation: string,
  { idempotencyKey: key, ...asked }: Asked,
): Idempotency | undefined {
  return key ? { organizationId, actorId: apiKeyId, key, input: { operation, ...asked } } : undefined;
}

export interface MadeChange extends ChangeReceipt {
  readonly resourceId: string;
}

/** Writes the audit event; the audit room's door, handed in by gateway.ts. */
export type AppendAudit = (
  tx: Transaction,
  change: Change,
  revision: bigint,
  idempotency: { readonly key: string; readonly inputHash: string } | null,
) => Promise<string>;

export function createChanges(database: Database, bus: Bus, append: AppendAudit): Changes {
  return {
    async make(topic, write, idempotency) {
      const mark = idempotency && { key: idempotency.key, inputHash: digestOf(idempotency.input) };
      const made = await database.transaction(async (tx): Promise<MadeChange> => {
        // The row lock on the topic makes changes to one topic take turns, so a repeated key waits for the first.
        const [row] = await tx.query<{ revision: string }>(
          `INSERT INTO revision (topic, revision) VALUES ($1, 1)
           ON CONFLICT (topic) DO UPDATE SET revision = revision.revision + 1 RETURNING revision`,
          [topic],
        );
        const earlier = idempotency && mark ? await earlierChange(tx, idempotency, mark.inputHash) : null;
        if (earlier) return earlier;
        const change = await write(tx);
        const revision = BigInt(row!.revision);
        const auditEventId = await append(tx, change, revision, mark ?? null);
        return { auditEventId, revision, resourceId: change.resourceId, replayed: false };
      });
      if (!made.replayed) await bus.publish('revisions', { topic, revision: `${made.revision}` } satisfies Revision);
      return made;
    },
  };
}

async function earlierChange(tx: Transaction, given: Idempotency, inputHash: string): Promise<MadeChange | null> {
  const [event] = await tx.query<{ id: string; at: Date; resource_id: string; revision: string; input_hash: string }>(
    `SELECT id, at, resource_id, revision, input_hash FROM audit_event
     WHERE organization_id = $1 AND actor_id = $2 AND idempotency_key = $3`,
    [given.organizationId, given.actorId, given.key],
  );
  if (!event) return null;
  if (event.input_hash !== inputHash) throw new IdempotencyConflictProblem(event.at.getTime(), event.resource_id);
  return { auditEventId: event.id, revision: BigInt(event.revision), resourceId: event.resource_id, replayed: true };
}

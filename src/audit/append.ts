import type { Runtime } from '../core/runtime.ts';
import type { AppendAudit } from '../platform/changes.ts';
import type { Transaction } from '../platform/database/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { type Entry, GENESIS, hashOf } from './entry.ts';

/** Writes what a change says about itself, in the change's own transaction. @returns the entry's id */
export function appendAudit({ clock, ids }: Runtime, keyring: Keyring): AppendAudit {
  return async (tx, change, revision, mark) => {
    const { organizationId, actor, action, resourceType, resourceId, reason, diff } = change;
    const entry: Entry = {
      id: ids.next('aud'),
      organizationId,
      at: clock.now(),
      actorId: actor.id,
      actorName: actor.name,
      action,
      resourceType,
      resourceId,
      outcome: 'ALLOWED',
      reason: reason ?? null,
      diff,
      ip: actor.ip,
      revision,
      idempotencyKey: mark?.key ?? null,
      inputHash: mark?.inputHash ?? null,
    };
    await appendEntry(tx, keyring, entry);
    return entry.id;
  };
}

/**
 * Puts an entry at the end of its organization's chain. The lock on the head's row, held until the transaction ends,
 * makes writers take turns: no two entries follow the same one, and none is followed before it is certain.
 */
export async function appendEntry(tx: Transaction, keyring: Keyring, entry: Entry): Promise<void> {
  const { organizationId } = entry;
  const [head] = await tx.query<{ seq: string; hash: Buffer }>(
    `INSERT INTO audit_head (organization_id, seq, hash) VALUES ($1, 0, $2)
     ON CONFLICT (organization_id) DO UPDATE SET seq = audit_head.seq RETURNING seq, hash`,
    [organizationId, Buffer.from(GENESIS)],
  );
  const seq = BigInt(head!.seq) + 1n;
  const hash = hashOf(keyring, seq, head!.hash, entry);
  await tx.query(
    `INSERT INTO audit_event (id, organization_id, at, actor_id, actor_name, action, resource_type, resource_id, outcome,
       reason, diff, ip, revision, idempotency_key, input_hash, seq, prev_hash, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
    [
      entry.id,
      organizationId,
      new Date(entry.at),
      entry.actorId,
      entry.actorName,
      entry.action,
      entry.resourceType,
      entry.resourceId,
      entry.outcome,
      entry.reason,
      JSON.stringify(entry.diff),
      entry.ip,
      entry.revision.toString(),
      entry.idempotencyKey,
      entry.inputHash,
      seq.toString(),
      head!.hash,
      hash,
    ],
  );
  await tx.query('UPDATE audit_head SET seq = $2, hash = $3 WHERE organization_id = $1', [
    organizationId,
    seq.toString(),
    hash,
  ]);
}

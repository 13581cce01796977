import type { FieldChange } from '../core/change.ts';
import type { AuditOutcome } from '../core/happening.ts';
import { canonicalJson, type Json } from '../core/json.ts';
import type { Keyring } from '../platform/keyring.ts';

/** What one entry of the audit log says. */
export interface Entry {
  readonly id: string;
  readonly organizationId: string;
  /** Unix ms */
  readonly at: number;
  readonly actorId: string;
  readonly actorName: string;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly outcome: AuditOutcome;
  readonly reason: string | null;
  readonly diff: readonly FieldChange[];
  readonly ip: string | null;
  readonly revision: bigint;
  readonly idempotencyKey: string | null;
  readonly inputHash: string | null;
}

/** An entry in its place. */
export interface ChainedEntry extends Entry {
  readonly seq: bigint;
  readonly prevHash: Uint8Array;
  readonly hash: Uint8Array;
}

/** What the first entry of every chain follows. */
export const GENESIS: Uint8Array = new Uint8Array(32);

/**
 * HMAC-SHA256 over the hash before and all that the entry says: whoever can write to the database, but does not hold the
 * gateway's secret, can make no entry that fits.
 */
export function hashOf(keyring: Keyring, seq: bigint, prevHash: Uint8Array, entry: Entry): Buffer {
  const said: Json = [
    Buffer.from(prevHash).toString('hex'),
    seq.toString(),
    entry.organizationId,
    entry.id,
    entry.at,
    entry.actorId,
    entry.actorName,
    entry.action,
    entry.resourceType,
    entry.resourceId,
    entry.outcome,
    entry.reason,
    // The database keeps objects in an order of its own.
    canonicalJson(entry.diff),
    entry.ip,
    entry.revision.toString(),
    entry.idempotencyKey,
    entry.inputHash,
  ];
  return keyring.hash('audit', JSON.stringify(said));
}

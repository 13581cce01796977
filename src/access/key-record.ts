import type { DocumentPolicy, Scope } from '../core/caller.ts';

/** What authentication has to know of an API key: one row, joined with its project. */
export interface KeyRecord {
  readonly id: string;
  readonly name: string;
  readonly organizationId: string;
  readonly teamId: string;
  readonly projectId: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly documents: DocumentPolicy;
  readonly hash: Buffer;
  /** The secret before the last rotation. */
  readonly previousHash: Buffer | null;
  /** Unix ms. */
  readonly graceUntil: number | null;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** As it was written down, which is a minute late. */
  readonly lastUsedAt: number | null;
}

/**
 * Until when the secret with this hash opens the door, in Unix ms; Infinity when nothing ends it. A time that has
 * passed means that it does not: revocation, expiry and the end of grace are one question with one answer.
 */
export function validUntil(key: KeyRecord, hash: Buffer): number {
  return Math.min(
    key.revokedAt === null ? Infinity : -Infinity,
    key.expiresAt ?? Infinity,
    key.hash.equals(hash) ? Infinity : graceOf(key, hash),
  );
}

function graceOf(key: KeyRecord, hash: Buffer): number {
  return key.previousHash?.equals(hash) ? (key.graceUntil ?? -Infinity) : -Infinity;
}

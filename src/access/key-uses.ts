import type { NoteOnce } from '../core/happening.ts';
import type { KeyRecord } from './key-record.ts';

/** Uses of API keys that somebody will want to know of: the first, one with an old secret, one of a key that has ended. */
export interface KeyUses {
  note(key: KeyRecord, hash: Buffer, valid: boolean, ip: string | null): void;
}

const HOUR_MS = 60 * 60 * 1000;

export function createKeyUses(note: NoteOnce): KeyUses {
  /** What was last said of a copy of a key, which lives for seconds and may be used a thousand times. */
  const said = new WeakMap<KeyRecord, string>();
  return {
    note(key, hash, valid, ip) {
      const reason = valid ? remarkable(key, hash) : endOf(key, hash);
      if (reason === null || said.get(key) === reason) return;
      said.set(key, reason);
      const { organizationId, id, name } = key;
      const about = { action: 'apiKey.use', resourceType: 'ApiKey', resourceId: id };
      const outcome = valid ? 'ALLOWED' : 'DENIED';
      note({ organizationId, actor: { id, name, ip }, ...about, outcome, reason }, HOUR_MS);
    },
  };
}

function remarkable(key: KeyRecord, hash: Buffer): string | null {
  if (!key.hash.equals(hash)) return 'The secret before the last rotation, which is in its grace.';
  return key.lastUsedAt === null ? 'For the first time.' : null;
}

function endOf({ revokedAt, expiresAt, hash: current }: KeyRecord, hash: Buffer): string {
  if (revokedAt !== null) return 'It has been revoked.';
  if (!current.equals(hash)) return 'The secret before the last rotation, whose grace is over.';
  return `It expired at ${new Date(expiresAt ?? 0).toISOString()}.`;
}

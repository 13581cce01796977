import type { Caller } from '../core/caller.ts';
import { Unauthenticated } from '../core/problem.ts';
import type { Clock } from '../core/runtime.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Directory } from './directory.ts';
import { validUntil } from './key-record.ts';
import type { LastUsed } from './last-used.ts';
import { isMistyped } from './secrets.ts';

export interface Credentials {
  /** The header's value: `Bearer gp_live_…`. */
  readonly authorization: string | null;
  /** Where the call comes from, for the audit log. */
  readonly ip: string | null;
}

/** Which secret a caller came with: after a rotation the old one ends earlier than the key does. */
export type SecretsInUse = WeakMap<Caller, Buffer>;

/** Keys are looked up by this hash; nothing ever compares secrets. */
export function hashOf(keyring: Keyring, secret: string): Buffer {
  return keyring.hash('api-key', secret);
}

/** Every refusal is the same `Unauthenticated`: no hint whether the key is unknown, expired, revoked or mistyped. */
export function createAuthenticate(
  directory: Directory,
  lastUsed: LastUsed,
  secretsInUse: SecretsInUse,
  keyring: Keyring,
  clock: Clock,
): (credentials: Credentials) => Promise<Caller> {
  return async ({ authorization, ip }) => {
    const secret = bearerOf(authorization);
    if (secret === null || isMistyped(secret)) throw new Unauthenticated();
    const hash = hashOf(keyring, secret);
    const key = await directory.find(hash);
    if (!key || clock.now() >= validUntil(key, hash)) throw new Unauthenticated();
    lastUsed.note(key.id);
    const { organizationId, teamId, projectId, scopes, documents } = key;
    const caller = { organizationId, teamId, projectId, apiKeyId: key.id, apiKeyName: key.name, scopes, documents, ip };
    secretsInUse.set(caller, hash);
    return caller;
  };
}

function bearerOf(authorization: string | null): string | null {
  return /^Bearer +([\x21-\x7e]{1,512})$/i.exec(authorization ?? '')?.[1] ?? null;
}

import type { Caller } from '../core/caller.ts';
import { Unauthenticated } from '../core/problem.ts';
import type { Clock } from '../core/runtime.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Directory } from './directory.ts';
import { type KeyRecord, validUntil } from './key-record.ts';
import type { KeyUses } from './key-uses.ts';
import { knownHashes } from './known-hashes.ts';
import type { LastUsed } from './last-used.ts';
import { hashOfToken, type SessionRecord } from './people/sessions.ts';
import { isMistyped } from './secrets.ts';

export interface Credentials {
  /** The header's value: `Bearer gp_live_…`. */
  readonly authorization: string | null;
  /** A session's token, where one of our own pages brings it and no key is shown; left out: none. */
  readonly session?: string | null;
  /** Where the call comes from, for the audit log. */
  readonly ip: string | null;
}

/** The secret that a caller came with, for whoever serves him longer than a moment. */
export interface SecretInUse {
  /** What `validUntil` said when he came; null: something has changed since. */
  known(): number | null;
  /** Until when it opens the door, in Unix ms. @throws UnavailableProblem when nobody can tell */
  validUntil(): Promise<number>;
}

/** Which secret a caller came with: after a rotation the old one ends earlier than the key does. */
export type SecretsInUse = WeakMap<Caller, SecretInUse>;

/** Keys are looked up by this hash; nothing ever compares secrets. */
export function hashOf(keyring: Keyring, secret: string): Buffer {
  return keyring.hash('api-key', secret);
}

export interface AuthenticateNeeds {
  readonly keys: Directory<KeyRecord>;
  readonly sessions: Directory<SessionRecord>;
  readonly secretsInUse: SecretsInUse;
  readonly lastUsed: LastUsed;
  readonly keyUses: KeyUses;
  /** Keeps a session from going unused. */
  readonly touch: (session: SessionRecord) => void;
  readonly keyring: Keyring;
  readonly clock: Clock;
}

/** Every refusal is the same `Unauthenticated`: no hint whether the key is unknown, expired, revoked or mistyped. */
export function createAuthenticate(needs: AuthenticateNeeds): (credentials: Credentials) => Promise<Caller> {
  const { keys, sessions, secretsInUse, lastUsed, keyUses, touch, keyring, clock } = needs;
  /** A checksum that was right once is right. */
  const hashOfKey = knownHashes((secret) => {
    if (isMistyped(secret)) throw new Unauthenticated();
    return hashOf(keyring, secret);
  });

  /**
   * The caller whom a copy of a key was last made into: who comes next, from the same place, is no other. A copy is of one
   * secret: while a key has two, there are two of it.
   */
  const latest = new WeakMap<KeyRecord, { readonly caller: Caller; readonly changes: number }>();

  async function byKey(secret: string | null, ip: string | null): Promise<Caller> {
    if (secret === null) throw new Unauthenticated();
    const hash = hashOfKey(secret);
    const changes = keys.changes();
    const key = await keys.find(hash);
    if (!key) throw new Unauthenticated();
    const until = validUntil(key, hash);
    const valid = clock.now() < until;
    keyUses.note(key, hash, valid, ip);
    if (!valid) throw new Unauthenticated();
    lastUsed.note(key.id);
    const before = latest.get(key);
    if (before?.changes === changes && before.caller.ip === ip) return before.caller;
    const { organizationId, teamId, projectId, scopes, documents } = key;
    const caller = { organizationId, teamId, projectId, apiKeyId: key.id, apiKeyName: key.name, scopes, documents, ip };
    latest.set(key, { caller, changes });
    secretsInUse.set(caller, {
      known: () => (keys.changes() === changes ? until : null),
      async validUntil() {
        const found = await keys.find(hash);
        return found ? validUntil(found, hash) : -Infinity;
      },
    });
    return caller;
  }

  async function bySession(token: string, ip: string | null): Promise<Caller> {
    const hash = hashOfToken(keyring, token);
    const changes = sessions.changes();
    const session = await sessions.find(hash);
    if (!session || clock.now() >= Math.min(session.validUntil, session.lastUsedAt.getTime() + session.idleMs)) {
      throw new Unauthenticated();
    }
    touch(session);
    const { organizationId, teamId, projectId, userId, name, scopes, id: sessionId } = session;
    const caller = { organizationId, teamId, projectId, apiKeyId: userId, apiKeyName: name, scopes, ip, sessionId };
    secretsInUse.set(caller, {
      known: () => (sessions.changes() === changes ? session.validUntil : null),
      async validUntil() {
        const found = await sessions.find(hash);
        // What began with rights that the person has no more would go on with them.
        const asStrong = found && [...scopes].every((scope) => found.scopes.has(scope));
        return asStrong ? found.validUntil : -Infinity;
      },
    });
    return caller;
  }

  return ({ authorization, session, ip }) => {
    // A page may leave the place for a key empty.
    if (session && /^(?:Bearer *)?$/i.test(authorization ?? '')) return bySession(session, ip);
    return byKey(bearerOf(authorization), ip);
  };
}

function bearerOf(authorization: string | null): string | null {
  return /^Bearer +([\x21-\x7e]{1,512})$/i.exec(authorization ?? '')?.[1] ?? null;
}

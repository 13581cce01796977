import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Caller, Scope } from '../../core/caller.ts';
import { actorOf, type ChangeReceipt, diffOf } from '../../core/change.ts';
import { parse } from '../../core/parse.ts';
import { NotFoundProblem } from '../../core/problem.ts';
import { demand } from '../../core/rights.ts';
import type { Runtime } from '../../core/runtime.ts';
import { Secret } from '../../core/secret.ts';
import type { Changes } from '../../platform/changes.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Jobs } from '../../platform/jobs.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { peopleTopic } from '../rights.ts';
import { type SessionEndInput, sessionEndInput } from './inputs.ts';
import { rolesOf, scopesOf } from './roles.ts';
import {
  deleteOldSessions,
  endSession,
  type Queries,
  readProvider,
  type SessionRow,
  sessionByHash,
  touchSession,
} from './store.ts';
import { roleIdsOf } from './users.ts';

export function newToken(): Secret {
  return new Secret(`gps_${randomBytes(32).toString('base64url')}`);
}

export function hashOfToken(keyring: Keyring, token: string): Buffer {
  return keyring.hash('session', token);
}

/** What authentication has to know of a session. */
export interface SessionRecord extends Omit<SessionRow, 'roles' | 'groups' | 'disabledAt' | 'endedAt' | 'expiresAt'> {
  readonly scopes: ReadonlySet<Scope>;
  /** Unix ms. A time that has passed means that the session opens nothing; going unused ends it earlier. */
  readonly validUntil: number;
}

/** Roles and groups are asked each time, so that a change of either holds for those who are signed in. */
export async function readSession(db: Queries, hash: Buffer): Promise<SessionRecord | null> {
  const row = await sessionByHash(db, hash);
  if (!row) return null;
  const { roles, groups, disabledAt, endedAt, expiresAt, ...session } = row;
  const [known, provider] = await Promise.all([
    rolesOf(db, session.organizationId),
    readProvider(db, session.organizationId),
  ]);
  const scopes = scopesOf(known, roleIdsOf({ roles, groups }, provider?.groupRoles ?? []));
  return { ...session, scopes: new Set(scopes), validUntil: disabledAt || endedAt ? -Infinity : expiresAt.getTime() };
}

export interface SessionEnded {
  readonly sessionId: string;
  readonly change: ChangeReceipt;
}

/** Everybody may end his own sessions; those of others, who manages people. */
export function sessionEnd(changes: Changes, { clock }: Runtime) {
  return async (caller: Caller, given: SessionEndInput): Promise<SessionEnded> => {
    const { id, reason } = parse(sessionEndInput, given);
    const { organizationId } = caller;
    const change = await changes.make(peopleTopic(organizationId), async (tx) => {
      const at = new Date(clock.now());
      const ended = await endSession(tx, organizationId, id, at);
      const own = ended?.userId === caller.apiKeyId;
      if (!own) demand(caller, ['MEMBERS_WRITE']);
      if (!ended) throw new NotFoundProblem('UserSession', id);
      const before = ended.endedAt?.toISOString() ?? null;
      return {
        organizationId,
        actor: actorOf(caller),
        action: caller.sessionId === id ? 'user.signOut' : 'session.end',
        resourceType: 'UserSession',
        resourceId: id,
        reason,
        diff: diffOf({ endedAt: before }, { endedAt: before ?? at.toISOString() }),
      };
    });
    return { sessionId: id, change };
  };
}

const TOUCH_MS = 60_000;
const HOUR_MS = 60 * 60 * 1000;
const KEPT_MS = 30 * 24 * HOUR_MS;

/**
 * Writes down, once a minute at most, that a session is in use; nobody waits for it. Sessions that ended a month ago are
 * taken away.
 */
export function sessionsInUse(
  database: Database,
  jobs: Jobs,
  { clock, log }: Runtime,
): (session: SessionRecord) => void {
  jobs.every('sessions', HOUR_MS, (tx) => deleteOldSessions(tx, new Date(clock.now() - KEPT_MS)));
  const touched = new LRUCache<string, number>({ max: 10_000 });
  return ({ id, lastUsedAt }) => {
    const now = clock.now();
    if (now - Math.max(lastUsedAt.getTime(), touched.get(id) ?? 0) < TOUCH_MS) return;
    touched.set(id, now);
    touchSession(database, id, new Date(now)).catch((error: unknown) => {
      touched.delete(id);
      log.warn({ err: error }, 'that a session is in use was not written down');
    });
  };
}

import { invariant } from '../core/assert.ts';
import { scopes } from '../core/caller.ts';
import { diffOf, systemActor } from '../core/change.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Secret } from '../core/secret.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { hashOf } from './authenticate.ts';
import { validUntil } from './key-record.ts';
import { foundOrganization } from './organizations.ts';
import { topicOf } from './rights.ts';
import { isMistyped, newSecret, prefixOf } from './secrets.ts';
import { type FirstPlace, firstPlace, insertKey, keyByHash, keyById, resetSecret } from './store.ts';

export interface FirstStart {
  readonly organizationId: string;
  /** The key this start made, to be shown once; null when there was one, or when the environment named it. */
  readonly newAdminKey: Secret | null;
}

/** The key of GLIDEPATH_ADMIN_KEY is always this row, so that another value replaces the one before. */
const ENVIRONMENT_KEY = 'key_environment';

/** Thrown inside a transaction to leave it without a trace: another instance was faster. */
class NothingToDo extends Error {}

/**
 * Makes a house somebody can enter: an organization and a key that may do everything. Instances that start at once take
 * turns on a row lock; one makes it, the others find it.
 */
export function createFirstStart(
  database: Database,
  changes: Changes,
  keyring: Keyring,
  runtime: Runtime,
): (adminKey: Secret | null) => Promise<FirstStart> {
  const found = async (adminKey: Secret | null): Promise<FirstStart> => {
    const secret = adminKey ?? newSecret();
    const change = await changes.make('access:*', async (tx) => {
      if (await firstPlace(tx)) throw new NothingToDo();
      const { organizationId, diff } = await foundOrganization(tx, keyring, runtime, {
        slug: 'default',
        name: 'Default',
        adminKeyId: adminKey ? ENVIRONMENT_KEY : runtime.ids.next('key'),
        adminKey: secret,
        scopes,
        everyScope: true,
      });
      const about = { resourceType: 'Organization', resourceId: organizationId };
      return { organizationId, actor: systemActor, action: 'organization.create', ...about, diff };
    });
    return { organizationId: change.resourceId, newAdminKey: adminKey ? null : secret };
  };

  /** A revoked key stays revoked, whatever the environment says; a new value of the variable is a new key. */
  const register = async ({ organizationId, projectId }: FirstPlace, adminKey: Secret): Promise<void> => {
    const hash = hashOf(keyring, adminKey.reveal());
    const known = await keyByHash(database, hash);
    if (known && validUntil(known, hash) <= runtime.clock.now()) {
      runtime.log.warn(
        { apiKeyId: known.id },
        'GLIDEPATH_ADMIN_KEY is a key that was revoked or has expired: set another',
      );
    }
    if (known) return;
    await changes.make(topicOf(organizationId), async (tx) => {
      if (await keyByHash(tx, hash)) throw new NothingToDo();
      const id = ENVIRONMENT_KEY;
      const prefix = prefixOf(adminKey);
      const before = await keyById(tx, organizationId, id);
      if (before) await resetSecret(tx, id, { hash, prefix });
      else {
        const createdAt = runtime.clock.now();
        const row = {
          id,
          organizationId,
          projectId,
          name: 'admin',
          prefix,
          hash,
          scopes,
          everyScope: true,
          issuedTo: null,
          createdAt,
          expiresAt: null,
          documents: 'ANY' as const,
        };
        await insertKey(tx, row);
      }
      const action = before ? 'apiKey.rotate' : 'apiKey.create';
      const old = before && {
        prefix: before.prefix,
        secret: 'old',
        revokedAt: before.revokedAt?.toISOString() ?? null,
      };
      const diff = diffOf(old, { prefix, secret: 'new', revokedAt: null }, ['secret']);
      const about = { resourceType: 'ApiKey', resourceId: id, reason: 'GLIDEPATH_ADMIN_KEY' };
      return { organizationId, actor: systemActor, action, ...about, diff };
    });
  };

  return async (adminKey) => {
    if (adminKey && isMistyped(adminKey.reveal())) {
      throw new Error('GLIDEPATH_ADMIN_KEY is a mistyped API key: its checksum is wrong. Copy it again.');
    }
    const made = (await firstPlace(database)) ? null : await found(adminKey).catch(unlessDone);
    if (made) return made;
    const place = await firstPlace(database);
    invariant(place, 'whoever was faster has made the first organization');
    if (adminKey) await register(place, adminKey).catch(unlessDone);
    return { organizationId: place.organizationId, newAdminKey: null };
  };
}

function unlessDone(error: unknown): null {
  if (error instanceof NothingToDo) return null;
  throw error;
}

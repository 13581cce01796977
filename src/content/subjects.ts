import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Runtime } from '../core/runtime.ts';
import { Secret } from '../core/secret.ts';
import type { Database } from '../platform/database/database.ts';
import { createKeyring, type Keyring } from '../platform/keyring.ts';

/** Keys of people, one each per organization, made when they are first needed. */
export interface Subjects {
  /** What a person is called in the tables: tells nothing to whoever does not hold the gateway's secret. */
  subjectOf(organizationId: string, who: { readonly endUser: string | null; readonly apiKeyId: string }): Buffer;
  /** The person's own keyring, made now if there is none. */
  keyring(organizationId: string, subject: Buffer): Promise<Keyring>;
  /** Null when the key is gone: what was sealed with it stays sealed. */
  known(organizationId: string, subject: Buffer): Promise<Keyring | null>;
}

const KEPT = 10_000;
/** How long after a key is gone another instance may still read with it. */
const KEPT_MS = 30_000;

export function createSubjects(database: Database, keyring: Keyring, { clock }: Runtime): Subjects {
  const keyrings = new LRUCache<string, Keyring>({
    max: KEPT,
    ttl: KEPT_MS,
    ttlResolution: 0,
    perf: { now: () => clock.now() },
  });
  const nameOf = (organizationId: string, subject: Buffer) => `${organizationId} ${subject.toString('hex')}`;
  const aad = (organizationId: string, subject: Buffer) => `content-key ${nameOf(organizationId, subject)}`;

  async function known(organizationId: string, subject: Buffer): Promise<Keyring | null> {
    const name = nameOf(organizationId, subject);
    const cached = keyrings.get(name);
    if (cached) return cached;
    const [row] = await database.query<{ sealed: Buffer }>(
      'SELECT sealed FROM content_key WHERE organization_id = $1 AND subject = $2',
      [organizationId, subject],
    );
    if (!row) return null;
    const own = createKeyring(new Secret(keyring.open(row.sealed, aad(organizationId, subject))));
    keyrings.set(name, own);
    return own;
  }

  return {
    subjectOf: (organizationId, { endUser, apiKeyId }) =>
      keyring.hash('content-subject', JSON.stringify([organizationId, endUser === null ? { apiKeyId } : { endUser }])),
    known,
    async keyring(organizationId, subject) {
      const there = await known(organizationId, subject);
      if (there) return there;
      const sealed = keyring.seal(randomBytes(32).toString('hex'), aad(organizationId, subject));
      // Of two that make one at once the first is kept, and both read that.
      await database.query(
        `INSERT INTO content_key (organization_id, subject, sealed, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING`,
        [organizationId, subject, sealed, new Date(clock.now())],
      );
      return (await known(organizationId, subject))!;
    },
  };
}

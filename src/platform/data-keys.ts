import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Runtime } from '../core/runtime.ts';
import { Secret } from '../core/secret.ts';
import type { Database, Transaction } from './database/database.ts';
import { createKeyring, type Keyring } from './keyring.ts';

/**
 * Keys that can be destroyed, one per organization and owner, made when they are first needed. They stand in a table
 * that holds nothing else, `content_key`: without it, copies of everything that was sealed with them say nothing.
 */
export interface DataKeys {
  /** The owner's own keyring, made now if there is none. */
  keyring(organizationId: string, owner: Buffer): Promise<Keyring>;
  /** Null when the key is gone: what was sealed with it stays sealed. */
  known(organizationId: string, owner: Buffer): Promise<Keyring | null>;
  /** Destroys keys, with the transaction. Other instances may open with them for 30 s more. @returns how many there were */
  shred(tx: Transaction, organizationId: string, owners: readonly Buffer[]): Promise<number>;
}

const KEPT = 10_000;
/** How long after a key is gone another instance may still read with it. */
const KEPT_MS = 30_000;

export function createDataKeys(database: Database, keyring: Keyring, { clock }: Runtime): DataKeys {
  const keyrings = new LRUCache<string, Keyring>({
    max: KEPT,
    ttl: KEPT_MS,
    ttlResolution: 0,
    perf: { now: () => clock.now() },
  });
  const nameOf = (organizationId: string, owner: Buffer) => `${organizationId} ${owner.toString('hex')}`;
  const aad = (organizationId: string, owner: Buffer) => `content-key ${nameOf(organizationId, owner)}`;

  async function known(organizationId: string, owner: Buffer): Promise<Keyring | null> {
    const name = nameOf(organizationId, owner);
    const cached = keyrings.get(name);
    if (cached) return cached;
    const [row] = await database.query<{ sealed: Buffer }>(
      'SELECT sealed FROM content_key WHERE organization_id = $1 AND subject = $2',
      [organizationId, owner],
    );
    if (!row) return null;
    const own = createKeyring(new Secret(keyring.open(row.sealed, aad(organizationId, owner))));
    keyrings.set(name, own);
    return own;
  }

  return {
    known,
    async keyring(organizationId, owner) {
      const there = await known(organizationId, owner);
      if (there) return there;
      const sealed = keyring.seal(randomBytes(32).toString('hex'), aad(organizationId, owner));
      // Of two that make one at once the first is kept, and both read that.
      await database.query(
        `INSERT INTO content_key (organization_id, subject, sealed, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING`,
        [organizationId, owner, sealed, new Date(clock.now())],
      );
      return (await known(organizationId, owner))!;
    },
    async shred(tx, organizationId, owners) {
      for (const owner of owners) keyrings.delete(nameOf(organizationId, owner));
      const rows = await tx.query(
        'DELETE FROM content_key WHERE organization_id = $1 AND subject = ANY($2) RETURNING subject',
        [organizationId, owners],
      );
      return rows.length;
    },
  };
}

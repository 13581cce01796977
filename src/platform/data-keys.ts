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
  /**
   * A new key, which opens only where `by` is known as well. It is none until its row is written, with `insert`, together
   * with what was sealed with it.
   */
  fresh(organizationId: string, owner: Buffer, by: Keyring): { readonly keyring: Keyring; readonly row: KeyRow };
  /** Owners that have a key already keep it. */
  insert(tx: Transaction, rows: readonly KeyRow[]): Promise<void>;
  /** Such a key; null when it is gone. It is not remembered: there are many, and each is seldom used. */
  under(organizationId: string, owner: Buffer, by: Keyring): Promise<Keyring | null>;
  /** Destroys keys, with the transaction. Other instances may open with them for 30 s more. @returns how many there were */
  shred(tx: Transaction, organizationId: string, owners: readonly Buffer[]): Promise<number>;
}

export interface KeyRow {
  readonly organizationId: string;
  readonly owner: Buffer;
  readonly sealed: Buffer;
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
    const own = await stored(organizationId, owner, keyring);
    if (own) keyrings.set(name, own);
    return own;
  }

  async function stored(organizationId: string, owner: Buffer, by: Keyring): Promise<Keyring | null> {
    const [row] = await database.query<{ sealed: Buffer }>(
      'SELECT sealed FROM content_key WHERE organization_id = $1 AND subject = $2',
      [organizationId, owner],
    );
    return row ? createKeyring(new Secret(by.open(row.sealed, aad(organizationId, owner)))) : null;
  }

  function fresh(organizationId: string, owner: Buffer, by: Keyring) {
    const secret = randomBytes(32).toString('hex');
    const row = { organizationId, owner, sealed: by.seal(secret, aad(organizationId, owner)) };
    return { keyring: createKeyring(new Secret(secret)), row };
  }

  async function insert(db: Pick<Database, 'query'>, rows: readonly KeyRow[]): Promise<void> {
    await db.query(
      `INSERT INTO content_key (organization_id, subject, sealed, created_at)
       SELECT organization, owner, sealed, $4 FROM unnest($1::text[], $2::bytea[], $3::bytea[]) AS key (organization, owner, sealed)
       ON CONFLICT DO NOTHING`,
      [
        rows.map(({ organizationId }) => organizationId),
        rows.map(({ owner }) => owner),
        rows.map(({ sealed }) => sealed),
        new Date(clock.now()),
      ],
    );
  }

  return {
    known,
    fresh,
    insert,
    under: stored,
    async keyring(organizationId, owner) {
      const there = await known(organizationId, owner);
      if (there) return there;
      // Of two that make one at once the first is kept, and both read that.
      await insert(database, [fresh(organizationId, owner, keyring).row]);
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

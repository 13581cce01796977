import type { DocumentPolicy, Scope } from '../core/caller.ts';
import type { Transaction } from '../platform/database/database.ts';
import type { KeyRecord } from './key-record.ts';
import { scopesOfKey } from './key-scopes.ts';

/**
 * The SQL of the room, one function per statement. Whatever is found by an id from outside is found within an
 * organization. Writers read before they write without locks of their own: Changes lets the writers of a topic take turns.
 */
type Queries = Pick<Transaction, 'query'>;

export interface Place {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

export interface ProjectPlace extends Place {
  readonly teamId: string;
}

export interface NewKey {
  readonly id: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly name: string;
  readonly prefix: string;
  readonly hash: Buffer;
  readonly scopes: readonly Scope[];
  /** See key-scopes.ts. */
  readonly everyScope: boolean;
  readonly issuedTo: string | null;
  /** Unix ms */
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly documents: DocumentPolicy;
}

/** An API key as its managers see it; the hash stays in the database. */
export interface ManagedKey {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly projectId: string;
  readonly scopes: readonly Scope[];
  readonly issuedTo: string | null;
  readonly graceUntil: Date | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

type StoredKey = Omit<KeyRecord, 'scopes' | 'graceUntil' | 'expiresAt' | 'revokedAt' | 'lastUsedAt'> & {
  readonly scopes: readonly string[];
  readonly everyScope: boolean;
  readonly graceUntil: Date | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
};

const MANAGED = `id, name, prefix, project_id AS "projectId", scopes, every_scope AS "everyScope",
  issued_to AS "issuedTo", grace_until AS "graceUntil", expires_at AS "expiresAt", revoked_at AS "revokedAt"`;

/** By the hash of a secret in use, or of the one before it. Two unique indexes: one row at most. */
export async function keyByHash(db: Queries, hash: Buffer): Promise<KeyRecord | null> {
  const [found] = await db.query<StoredKey>(
    `SELECT k.id, k.name, k.organization_id AS "organizationId", p.team_id AS "teamId", k.project_id AS "projectId",
       k.scopes, k.every_scope AS "everyScope", k.documents, k.hash, k.previous_hash AS "previousHash",
       k.grace_until AS "graceUntil", k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt",
       k.last_used_at AS "lastUsedAt"
     FROM api_key k JOIN project p ON p.id = k.project_id
     WHERE k.hash = $1 OR k.previous_hash = $1`,
    [hash],
  );
  if (!found) return null;
  const { everyScope, ...row } = found;
  return {
    ...row,
    scopes: new Set(scopesOfKey(row.scopes, everyScope)),
    graceUntil: row.graceUntil?.getTime() ?? null,
    expiresAt: row.expiresAt?.getTime() ?? null,
    revokedAt: row.revokedAt?.getTime() ?? null,
    lastUsedAt: row.lastUsedAt?.getTime() ?? null,
  };
}

export async function keyById(tx: Queries, organizationId: string, id: string): Promise<ManagedKey | null> {
  const sql = `SELECT ${MANAGED} FROM api_key WHERE id = $1 AND organization_id = $2`;
  const [found] = await tx.query<ManagedKey & { readonly everyScope: boolean }>(sql, [id, organizationId]);
  if (!found) return null;
  const { everyScope, ...row } = found;
  return { ...row, scopes: scopesOfKey(row.scopes, everyScope) };
}

/** Keys that still work, by who was shown their secrets. */
export function workingKeysOf(
  db: Queries,
  organizationId: string,
  issuedTo: readonly string[],
  at: number,
): Promise<readonly { readonly id: string; readonly issuedTo: string }[]> {
  return db.query<{ id: string; issuedTo: string }>(
    `SELECT id, issued_to AS "issuedTo" FROM api_key WHERE organization_id = $1 AND issued_to = ANY ($2)
       AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3) ORDER BY id`,
    [organizationId, issuedTo, new Date(at)],
  );
}

export async function insertKey(tx: Queries, key: NewKey): Promise<void> {
  await tx.query(
    `INSERT INTO api_key (id, organization_id, project_id, name, prefix, hash, scopes, every_scope, issued_to, created_at,
       expires_at, documents)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      key.id,
      key.organizationId,
      key.projectId,
      key.name,
      key.prefix,
      key.hash,
      key.scopes,
      key.everyScope,
      key.issuedTo,
      new Date(key.createdAt),
      key.expiresAt === null ? null : new Date(key.expiresAt),
      key.documents,
    ],
  );
}

/** The secret in use becomes the previous one, or is dropped when there is no grace; an older one is dropped anyway. */
export async function rotateSecret(
  tx: Queries,
  id: string,
  next: Pick<NewKey, 'hash' | 'prefix' | 'issuedTo'> & { readonly graceUntil: number | null },
): Promise<void> {
  await tx.query(
    `UPDATE api_key SET
       previous_hash = CASE WHEN $4::timestamptz IS NULL THEN NULL ELSE hash END,
       grace_until = $4::timestamptz, hash = $2, prefix = $3, issued_to = $5
     WHERE id = $1`,
    [id, next.hash, next.prefix, next.graceUntil === null ? null : new Date(next.graceUntil), next.issuedTo],
  );
}

/** Another secret from now on, for the operator's key, which may have been revoked, and may do everything. */
export async function resetSecret(
  tx: Queries,
  id: string,
  next: { readonly hash: Buffer; readonly prefix: string },
): Promise<void> {
  await tx.query(
    `UPDATE api_key SET hash = $2, prefix = $3, previous_hash = NULL, grace_until = NULL, revoked_at = NULL,
       every_scope = true WHERE id = $1`,
    [id, next.hash, next.prefix],
  );
}

/** The first revocation's time stays. */
export async function revokeKey(tx: Queries, id: string, at: number): Promise<void> {
  await tx.query('UPDATE api_key SET revoked_at = COALESCE(revoked_at, $2) WHERE id = $1', [id, new Date(at)]);
}

/** @param usedAt key id to Unix ms. Other instances write too: a later date stays. */
export async function touchKeys(db: Queries, usedAt: ReadonlyMap<string, number>): Promise<void> {
  await db.query(
    `UPDATE api_key SET last_used_at = GREATEST(last_used_at, used.at)
     FROM unnest($1::text[], $2::timestamptz[]) AS used (id, at) WHERE api_key.id = used.id`,
    [[...usedAt.keys()], Array.from(usedAt.values(), (ms) => new Date(ms))],
  );
}

export interface FirstPlace {
  readonly organizationId: string;
  readonly projectId: string;
}

/** What the first start made, or null before it: the oldest organization and its oldest project. */
export async function firstPlace(db: Queries): Promise<FirstPlace | null> {
  const [row] = await db.query<FirstPlace & Record<string, string>>(
    `SELECT o.id AS "organizationId", p.id AS "projectId"
     FROM organization o JOIN project p ON p.organization_id = o.id
     ORDER BY o.created_at, o.id, p.created_at, p.id LIMIT 1`,
  );
  return row ?? null;
}

export async function insertOrganization(tx: Queries, { id, slug, name }: Place, at: number): Promise<void> {
  await tx.query('INSERT INTO organization (id, slug, name, created_at) VALUES ($1, $2, $3, $4)', [
    id,
    slug,
    name,
    new Date(at),
  ]);
}

export async function teamById(tx: Queries, organizationId: string, id: string): Promise<Place | null> {
  const [row] = await tx.query<Place>('SELECT id, slug, name FROM team WHERE id = $1 AND organization_id = $2', [
    id,
    organizationId,
  ]);
  return row ?? null;
}

export async function saveTeam(tx: Queries, organizationId: string, team: Place, at: number): Promise<void> {
  await tx.query(
    `INSERT INTO team (id, organization_id, slug, name, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)
     ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, name = excluded.name, updated_at = excluded.updated_at`,
    [team.id, organizationId, team.slug, team.name, new Date(at)],
  );
}

export async function projectById(tx: Queries, organizationId: string, id: string): Promise<ProjectPlace | null> {
  const [row] = await tx.query<ProjectPlace>(
    'SELECT id, slug, name, team_id AS "teamId" FROM project WHERE id = $1 AND organization_id = $2',
    [id, organizationId],
  );
  return row ?? null;
}

export async function saveProject(
  tx: Queries,
  organizationId: string,
  project: ProjectPlace,
  at: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO project (id, organization_id, team_id, slug, name, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $6)
     ON CONFLICT (id) DO UPDATE SET
       team_id = excluded.team_id, slug = excluded.slug, name = excluded.name, updated_at = excluded.updated_at`,
    [project.id, organizationId, project.teamId, project.slug, project.name, new Date(at)],
  );
}

import { scopes as knownScopes, type Scope } from '../../core/caller.ts';
import type { Transaction } from '../../platform/database/database.ts';
import type { Role } from './built-in.ts';

/** The SQL about people, one function per statement; each finds within an organization. */
export type Queries = Pick<Transaction, 'query'>;

export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly projectId: string;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly disabledAt: Date | null;
}

const USER = `id, email, name, roles, groups, project_id AS "projectId", issuer, subject, disabled_at AS "disabledAt"`;

async function oneUser(tx: Queries, where: string, parameters: readonly unknown[]): Promise<UserRow | null> {
  const sql = `SELECT ${USER} FROM user_account WHERE organization_id = $1 AND ${where}`;
  const [row] = await tx.query<UserRow & Record<string, unknown>>(sql, parameters);
  return row ?? null;
}

export const userById = (tx: Queries, organizationId: string, id: string) =>
  oneUser(tx, 'id = $2', [organizationId, id]);

export const userByEmail = (tx: Queries, organizationId: string, email: string) =>
  oneUser(tx, 'email = $2', [organizationId, email]);

export const userBySubject = (tx: Queries, organizationId: string, issuer: string, subject: string) =>
  oneUser(tx, 'issuer = $2 AND subject = $3', [organizationId, issuer, subject]);

/** Whether there is such a person who may sign in; nobody disables him before the transaction ends. */
export async function holdEnabledUser(tx: Queries, organizationId: string, id: string): Promise<boolean> {
  const sql = 'SELECT 1 FROM user_account WHERE organization_id = $1 AND id = $2 AND disabled_at IS NULL FOR SHARE';
  return (await tx.query(sql, [organizationId, id])).length > 0;
}

export async function writeUser(tx: Queries, organizationId: string, user: UserRow, at: Date): Promise<void> {
  await tx.query(
    `INSERT INTO user_account (id, organization_id, email, name, roles, groups, project_id, issuer, subject, disabled_at,
       created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
     ON CONFLICT (id) DO UPDATE SET email = $3, name = $4, roles = $5, groups = $6, project_id = $7, issuer = $8,
       subject = $9, disabled_at = $10, updated_at = $11`,
    [
      user.id,
      organizationId,
      user.email,
      user.name,
      user.roles,
      user.groups,
      user.projectId,
      user.issuer,
      user.subject,
      user.disabledAt,
      at,
    ],
  );
}

/** The oldest: where a person's own calls count when nobody said otherwise. */
export async function firstProject(tx: Queries, organizationId: string): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(
    'SELECT id FROM project WHERE organization_id = $1 ORDER BY created_at, id LIMIT 1',
    [organizationId],
  );
  return row?.id ?? null;
}

/** Roles and groups of everybody who can sign in. */
export async function rightsInUse(
  tx: Queries,
  organizationId: string,
): Promise<readonly Pick<UserRow, 'roles' | 'groups'>[]> {
  return tx.query<Pick<UserRow, 'roles' | 'groups'> & Record<string, unknown>>(
    'SELECT DISTINCT roles, groups FROM user_account WHERE organization_id = $1 AND disabled_at IS NULL',
    [organizationId],
  );
}

// ---------------------------------------------------------------- roles

export async function rolesOfOrganization(tx: Queries, organizationId: string): Promise<Role[]> {
  const rows = await tx.query<{ id: string; name: string; description: string; scopes: readonly Scope[] }>(
    'SELECT id, name, description, scopes FROM role WHERE organization_id = $1 ORDER BY name',
    [organizationId],
  );
  // A scope that a newer release wrote means nothing to this one.
  return rows.map(({ scopes, ...row }) => {
    return { ...row, scopes: knownScopes.filter((scope) => scopes.includes(scope)), builtIn: false };
  });
}

export async function writeRole(tx: Queries, organizationId: string, role: Role, at: Date): Promise<void> {
  await tx.query(
    `INSERT INTO role (id, organization_id, name, description, scopes, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $6)
     ON CONFLICT (id) DO UPDATE SET name = $3, description = $4, scopes = $5, updated_at = $6`,
    [role.id, organizationId, role.name, role.description, role.scopes, at],
  );
}

export async function deleteRole(tx: Queries, organizationId: string, id: string): Promise<void> {
  await tx.query('DELETE FROM role WHERE organization_id = $1 AND id = $2', [organizationId, id]);
}

export async function rolesUsed(tx: Queries, organizationId: string, id: string): Promise<boolean> {
  const rows = await tx.query('SELECT 1 FROM user_account WHERE organization_id = $1 AND $2 = ANY (roles) LIMIT 1', [
    organizationId,
    id,
  ]);
  return rows.length > 0;
}

// ---------------------------------------------------------------- identity provider

/** People of a group have a role; `*` is everybody whom the issuer lets in. */
export interface GroupRole {
  readonly group: string;
  readonly role: string;
}

export interface ProviderRow {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: Buffer | null;
  readonly scopes: readonly string[];
  readonly groupsClaim: string;
  readonly groupRoles: readonly GroupRole[];
  readonly trustEmail: boolean;
  readonly maxAgeMs: number;
  readonly idleMs: number;
  readonly updatedAt: Date;
}

export async function readProvider(db: Queries, organizationId: string): Promise<ProviderRow | null> {
  const [row] = await db.query<ProviderRow & Record<string, unknown>>(
    `SELECT issuer, client_id AS "clientId", client_secret AS "clientSecret", scopes, groups_claim AS "groupsClaim",
       group_roles AS "groupRoles", trust_email AS "trustEmail", max_age_ms AS "maxAgeMs", idle_ms AS "idleMs",
       updated_at AS "updatedAt"
     FROM identity_provider WHERE organization_id = $1`,
    [organizationId],
  );
  return row ?? null;
}

export async function writeProvider(tx: Queries, organizationId: string, row: ProviderRow): Promise<void> {
  await tx.query(
    `INSERT INTO identity_provider (organization_id, issuer, client_id, client_secret, scopes, groups_claim, group_roles,
       trust_email, max_age_ms, idle_ms, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (organization_id) DO UPDATE SET issuer = $2, client_id = $3, client_secret = $4, scopes = $5,
       groups_claim = $6, group_roles = $7, trust_email = $8, max_age_ms = $9, idle_ms = $10, updated_at = $11`,
    [
      organizationId,
      row.issuer,
      row.clientId,
      row.clientSecret,
      row.scopes,
      row.groupsClaim,
      JSON.stringify(row.groupRoles),
      row.trustEmail,
      row.maxAgeMs,
      row.idleMs,
      row.updatedAt,
    ],
  );
}

export async function deleteProvider(tx: Queries, organizationId: string): Promise<void> {
  await tx.query('DELETE FROM identity_provider WHERE organization_id = $1', [organizationId]);
}

/** @param slug null for the one that was first here */
export async function organizationBySlug(db: Queries, slug: string | null): Promise<string | null> {
  const [row] = await db.query<{ id: string }>(
    'SELECT id FROM organization WHERE $1::text IS NULL OR slug = $1 ORDER BY created_at, id LIMIT 1',
    [slug],
  );
  return row?.id ?? null;
}

// ---------------------------------------------------------------- sessions

export interface NewSession {
  readonly id: string;
  readonly userId: string;
  readonly hash: Buffer;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly idleMs: number;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

export async function insertSession(tx: Queries, organizationId: string, session: NewSession): Promise<void> {
  const { id, userId, hash, createdAt, expiresAt, idleMs, ip, userAgent } = session;
  await tx.query(
    `INSERT INTO user_session (id, organization_id, user_id, hash, created_at, last_used_at, expires_at, idle_ms, ip,
       user_agent)
     VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9)`,
    [id, organizationId, userId, hash, createdAt, expiresAt, idleMs, ip, userAgent],
  );
  await tx.query('UPDATE user_account SET last_sign_in_at = $2 WHERE id = $1', [userId, createdAt]);
}

/** Nobody is signed in more often than this: the oldest go. */
export async function endSurplusSessions(tx: Queries, userId: string, most: number, at: Date): Promise<void> {
  await tx.query(
    `UPDATE user_session SET ended_at = $3 WHERE id IN (
       SELECT id FROM user_session WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $3
       ORDER BY created_at DESC, id DESC OFFSET $2)`,
    [userId, most, at],
  );
}

/** @returns whose it was, or null when there is no such session of the organization that goes on */
export async function endSession(
  tx: Queries,
  organizationId: string,
  id: string,
  at: Date,
): Promise<{ readonly userId: string; readonly endedAt: Date | null } | null> {
  const [row] = await tx.query<{ userId: string; endedAt: Date | null }>(
    `SELECT user_id AS "userId", ended_at AS "endedAt" FROM user_session WHERE organization_id = $1 AND id = $2`,
    [organizationId, id],
  );
  if (!row) return null;
  await tx.query('UPDATE user_session SET ended_at = COALESCE(ended_at, $2) WHERE id = $1', [id, at]);
  return row;
}

/** A session with its person, as authentication reads them. */
export interface SessionRow {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly organizationId: string;
  readonly teamId: string;
  readonly projectId: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly idleMs: number;
  readonly endedAt: Date | null;
  readonly disabledAt: Date | null;
}

export async function sessionByHash(db: Queries, hash: Buffer): Promise<SessionRow | null> {
  const [row] = await db.query<SessionRow & Record<string, unknown>>(
    `SELECT s.id, u.id AS "userId", u.name, u.organization_id AS "organizationId", p.team_id AS "teamId",
       u.project_id AS "projectId", u.roles, u.groups, s.last_used_at AS "lastUsedAt", s.expires_at AS "expiresAt",
       s.idle_ms AS "idleMs", s.ended_at AS "endedAt", u.disabled_at AS "disabledAt"
     FROM user_session s JOIN user_account u ON u.id = s.user_id JOIN project p ON p.id = u.project_id
     WHERE s.hash = $1`,
    [hash],
  );
  return row ?? null;
}

export async function touchSession(db: Queries, id: string, at: Date): Promise<void> {
  await db.query('UPDATE user_session SET last_used_at = GREATEST(last_used_at, $2) WHERE id = $1', [id, at]);
}

/** Nobody asks after sessions that ended long ago; the audit log has what is worth knowing. */
export async function deleteOldSessions(tx: Queries, before: Date): Promise<void> {
  await tx.query('DELETE FROM user_session WHERE LEAST(expires_at, COALESCE(ended_at, expires_at)) < $1', [before]);
}

import type { Transaction } from '../platform/database/database.ts';
import type { RouteRule } from './rules.ts';

/** The statements of the routing room. All run inside a change (platform/changes.ts), which lets only one of an
 * organization's route changes happen at a time: what is read here stays true until the change is done. */

export interface RouteRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly publishedVersion: number | null;
  readonly revision: number;
}

export interface VersionRow {
  readonly version: number;
  readonly rules: readonly RouteRule[];
}

const routeColumns = 'id, slug, name, description, published_version AS "publishedVersion", revision';

export async function routeById(tx: Transaction, organizationId: string, id: string): Promise<RouteRow | null> {
  const rows = await tx.query<RouteRow>(`SELECT ${routeColumns} FROM route WHERE organization_id = $1 AND id = $2`, [
    organizationId,
    id,
  ]);
  return rows[0] ?? null;
}

export async function routeBySlug(tx: Transaction, organizationId: string, slug: string): Promise<RouteRow | null> {
  const rows = await tx.query<RouteRow>(`SELECT ${routeColumns} FROM route WHERE organization_id = $1 AND slug = $2`, [
    organizationId,
    slug,
  ]);
  return rows[0] ?? null;
}

export async function insertRoute(tx: Transaction, organizationId: string, route: RouteRow, at: Date): Promise<void> {
  await tx.query(
    `INSERT INTO route
       (id, organization_id, slug, name, description, published_version, revision, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
    [route.id, organizationId, route.slug, route.name, route.description, route.publishedVersion, route.revision, at],
  );
}

/** Writes the row's fields and counts its revision up by one. */
export async function updateRoute(tx: Transaction, route: RouteRow, at: Date): Promise<void> {
  await tx.query(
    `UPDATE route SET name = $2, description = $3, published_version = $4, revision = revision + 1, updated_at = $5
     WHERE id = $1`,
    [route.id, route.name, route.description, route.publishedVersion, at],
  );
}

export async function latestVersion(tx: Transaction, routeId: string): Promise<VersionRow | null> {
  const rows = await tx.query<VersionRow>(
    'SELECT version, rules FROM route_version WHERE route_id = $1 ORDER BY version DESC LIMIT 1',
    [routeId],
  );
  return rows[0] ?? null;
}

export async function versionOf(tx: Transaction, routeId: string, version: number): Promise<VersionRow | null> {
  const rows = await tx.query<VersionRow>(
    'SELECT version, rules FROM route_version WHERE route_id = $1 AND version = $2',
    [routeId, version],
  );
  return rows[0] ?? null;
}

export async function insertVersion(
  tx: Transaction,
  row: VersionRow & {
    readonly id: string;
    readonly organizationId: string;
    readonly routeId: string;
    readonly note: string | null;
    readonly createdBy: string;
    readonly createdAt: Date;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO route_version (id, organization_id, route_id, version, rules, note, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      row.id,
      row.organizationId,
      row.routeId,
      row.version,
      JSON.stringify(row.rules),
      row.note,
      row.createdBy,
      row.createdAt,
    ],
  );
}

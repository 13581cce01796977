import type { DataHandling } from '../core/decision.ts';
import type { Transaction } from '../platform/database/database.ts';

/** The SQL of the room, one function per statement. Whatever is found by an id from outside is found within an organization. */
type Queries = Pick<Transaction, 'query'>;

export interface ProviderRow {
  readonly id: string;
  readonly slug: string;
  readonly kind: string;
  readonly displayName: string;
  readonly baseUrl: string | null;
  /** By the names in CatalogueRow.settings. */
  readonly settings: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  /** What the organization states; null: nothing of its own. */
  readonly dataHandling: DataHandling | null;
  readonly revision: number;
}

/** Either `envName` or `ciphertext` is set: where the secret is. */
export interface CredentialRow {
  readonly id: string;
  readonly providerId: string;
  readonly label: string;
  readonly envName: string | null;
  readonly ciphertext: Uint8Array | null;
  readonly lastFour: string | null;
  /** 0 and up: its share among the provider's usable credentials. */
  readonly weight: number;
}

const PROVIDER =
  'id, slug, kind, display_name AS "displayName", base_url AS "baseUrl", settings, enabled, data_handling AS "dataHandling", revision';
const CREDENTIAL = `id, provider_id AS "providerId", label, env_name AS "envName", ciphertext, last_four AS "lastFour", weight`;

type Row<T> = T & Record<string, unknown>;

export function providersOf(db: Queries, organizationId: string): Promise<readonly ProviderRow[]> {
  return db.query<Row<ProviderRow>>(
    `SELECT ${PROVIDER} FROM provider WHERE organization_id = $1 ORDER BY created_at, id`,
    [organizationId],
  );
}

/** Oldest first. */
export function credentialsOf(db: Queries, organizationId: string): Promise<readonly CredentialRow[]> {
  return db.query<Row<CredentialRow>>(
    `SELECT ${CREDENTIAL} FROM credential WHERE organization_id = $1 ORDER BY created_at, id`,
    [organizationId],
  );
}

export async function providerById(db: Queries, organizationId: string, id: string): Promise<ProviderRow | null> {
  const [row] = await db.query<Row<ProviderRow>>(
    `SELECT ${PROVIDER} FROM provider WHERE id = $1 AND organization_id = $2`,
    [id, organizationId],
  );
  return row ?? null;
}

export async function providerBySlug(db: Queries, organizationId: string, slug: string): Promise<ProviderRow | null> {
  const [row] = await db.query<Row<ProviderRow>>(
    `SELECT ${PROVIDER} FROM provider WHERE slug = $1 AND organization_id = $2`,
    [slug, organizationId],
  );
  return row ?? null;
}

/** Inserts, or overwrites all but id, organization and date of creation. */
export async function saveProvider(db: Queries, organizationId: string, row: ProviderRow, at: Date): Promise<void> {
  await db.query(
    `INSERT INTO provider (id, organization_id, slug, kind, display_name, base_url, enabled, revision, created_at, updated_at, settings, data_handling)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10::jsonb, $11::jsonb)
     ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, kind = excluded.kind, display_name = excluded.display_name,
       base_url = excluded.base_url, enabled = excluded.enabled, revision = excluded.revision,
       updated_at = excluded.updated_at, settings = excluded.settings,
       data_handling = excluded.data_handling`,
    [
      ...[row.id, organizationId, row.slug, row.kind, row.displayName, row.baseUrl, row.enabled, row.revision, at],
      JSON.stringify(row.settings),
      row.dataHandling && JSON.stringify(row.dataHandling),
    ],
  );
}

export async function credentialById(db: Queries, organizationId: string, id: string): Promise<CredentialRow | null> {
  const [row] = await db.query<Row<CredentialRow>>(
    `SELECT ${CREDENTIAL} FROM credential WHERE id = $1 AND organization_id = $2`,
    [id, organizationId],
  );
  return row ?? null;
}

/** A provider's credential by the label its managers gave it. */
export async function credentialByLabel(db: Queries, providerId: string, label: string): Promise<CredentialRow | null> {
  const [row] = await db.query<Row<CredentialRow>>(
    `SELECT ${CREDENTIAL} FROM credential WHERE provider_id = $1 AND label = $2`,
    [providerId, label],
  );
  return row ?? null;
}

/** Whether one of a provider's keys is a variable of the gateway's environment. */
export async function hasEnvironmentKey(db: Queries, providerId: string): Promise<boolean> {
  const rows = await db.query('SELECT 1 FROM credential WHERE provider_id = $1 AND env_name IS NOT NULL LIMIT 1', [
    providerId,
  ]);
  return rows.length > 0;
}

/** Inserts, or replaces the secret of the same row. */
export async function saveCredential(db: Queries, organizationId: string, row: CredentialRow, at: Date): Promise<void> {
  await db.query(
    `INSERT INTO credential (id, organization_id, provider_id, label, env_name, ciphertext, last_four, created_at, updated_at, weight)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)
     ON CONFLICT (id) DO UPDATE SET env_name = excluded.env_name, ciphertext = excluded.ciphertext,
       last_four = excluded.last_four, updated_at = excluded.updated_at, weight = excluded.weight`,
    [...[row.id, organizationId, row.providerId, row.label, row.envName, row.ciphertext, row.lastFour, at], row.weight],
  );
}

export async function deleteCredential(db: Queries, id: string): Promise<void> {
  await db.query('DELETE FROM credential WHERE id = $1', [id]);
}

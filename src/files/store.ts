import type { Transaction } from '../platform/database/database.ts';

/** The SQL of the room, one function per statement. A file past its `expiresAt` is none, whether or not it is removed. */
type Queries = Pick<Transaction, 'query'>;
type Row<T> = T & Record<string, unknown>;

export interface FileRow {
  readonly id: string;
  readonly organizationId: string;
  readonly filename: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** Of the bytes, in hex. */
  readonly sha256: string;
  readonly purpose: string | null;
  /** Whom it is about, as the application names them. */
  readonly endUser: string | null;
  /** An API key's id. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

/** Null: what the deployment says. */
export interface LimitRow {
  readonly maxFileBytes: number | null;
  readonly maxTotalBytes: number | null;
  readonly mimeTypes: readonly string[];
}

/** Which of an organization's files, in the order of their age. */
export interface FileSelection {
  /** In the order of the list: only what comes after this id. */
  readonly after: string | null;
  readonly purpose: string | null;
  readonly newestFirst: boolean;
  readonly limit: number;
}

const COLUMNS = `id, organization_id AS "organizationId", filename, mime_type AS "mimeType", size_bytes AS "sizeBytes",
  sha256, purpose, end_user AS "endUser", created_by AS "createdBy", created_at AS "createdAt", expires_at AS "expiresAt"`;
/** Still there at $3. */
const KEPT = '(expires_at IS NULL OR expires_at > $3)';

export async function insertFile(db: Queries, row: FileRow, sealed: Buffer): Promise<void> {
  await db.query(
    `INSERT INTO stored_file (id, organization_id, filename, mime_type, size_bytes, sha256, purpose, end_user,
       created_by, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      row.id,
      row.organizationId,
      row.filename,
      row.mimeType,
      row.sizeBytes,
      row.sha256,
      row.purpose,
      row.endUser,
      row.createdBy,
      row.createdAt,
      row.expiresAt,
    ],
  );
  await db.query('INSERT INTO file_content (file_id, sealed) VALUES ($1, $2)', [row.id, sealed]);
}

/** @returns what it was; null when there was none */
export async function deleteFile(db: Queries, organizationId: string, id: string, at: Date): Promise<FileRow | null> {
  const [row] = await db.query<Row<FileRow>>(
    `DELETE FROM stored_file WHERE organization_id = $1 AND id = $2 AND ${KEPT} RETURNING ${COLUMNS}`,
    [organizationId, id, at],
  );
  return row ?? null;
}

/** @returns null when there is none */
export async function fileOf(db: Queries, organizationId: string, id: string, at: Date): Promise<FileRow | null> {
  const [row] = await db.query<Row<FileRow>>(
    `SELECT ${COLUMNS} FROM stored_file WHERE organization_id = $1 AND id = $2 AND ${KEPT}`,
    [organizationId, id, at],
  );
  return row ?? null;
}

/** A page of them by age. Ids grow with time, so a page begins where the one before it ended. */
export async function filesOf(
  db: Queries,
  organizationId: string,
  { after, purpose, newestFirst, limit }: FileSelection,
  at: Date,
): Promise<readonly FileRow[]> {
  const [comes, order] = newestFirst ? ['<', 'DESC'] : ['>', 'ASC'];
  return db.query<Row<FileRow>>(
    `SELECT ${COLUMNS} FROM stored_file WHERE organization_id = $1 AND ($2::text IS NULL OR id ${comes} $2)
       AND ${KEPT} AND ($4::text IS NULL OR purpose = $4)
     ORDER BY id ${order} LIMIT $5`,
    [organizationId, after, at, purpose, limit],
  );
}

export interface SealedFile {
  readonly id: string;
  readonly filename: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
  readonly sealed: Uint8Array;
}

/** Size and type before bytes: whoever wants too much is told so before anything is read. */
export async function sizesOf(
  db: Queries,
  organizationId: string,
  ids: readonly string[],
  at: Date,
): Promise<readonly Omit<SealedFile, 'sealed'>[]> {
  return db.query<Row<Omit<SealedFile, 'sealed'>>>(
    `SELECT id, filename, mime_type AS "mimeType", size_bytes AS "sizeBytes" FROM stored_file
     WHERE organization_id = $1 AND id = ANY($2) AND ${KEPT}`,
    [organizationId, ids, at],
  );
}

export async function sealedOf(db: Queries, organizationId: string, id: string): Promise<Uint8Array | null> {
  const [row] = await db.query<{ sealed: Uint8Array }>(
    `SELECT sealed FROM file_content JOIN stored_file ON stored_file.id = file_id
     WHERE organization_id = $1 AND stored_file.id = $2`,
    [organizationId, id],
  );
  return row?.sealed ?? null;
}

/** Bytes that an organization keeps, expired ones included for as long as they take room. */
export async function keptBytes(db: Queries, organizationId: string): Promise<number> {
  const [row] = await db.query<{ bytes: string }>(
    'SELECT coalesce(sum(size_bytes), 0) AS bytes FROM stored_file WHERE organization_id = $1',
    [organizationId],
  );
  return Number(row!.bytes);
}

/** At most `batch` of those whose time has come. @returns how many */
export async function removeExpired(db: Queries, at: Date, batch: number): Promise<number> {
  const gone = await db.query(
    `DELETE FROM stored_file WHERE id IN (SELECT id FROM stored_file WHERE expires_at <= $1 LIMIT $2) RETURNING id`,
    [at, batch],
  );
  return gone.length;
}

export async function limitsOf(db: Queries, organizationId: string): Promise<LimitRow | null> {
  const [row] = await db.query<{ max_file_bytes: number | null; max_total_bytes: string | null; mime_types: string[] }>(
    'SELECT max_file_bytes, max_total_bytes, mime_types FROM file_limit WHERE organization_id = $1',
    [organizationId],
  );
  if (!row) return null;
  const maxTotalBytes = row.max_total_bytes === null ? null : Number(row.max_total_bytes);
  return { maxFileBytes: row.max_file_bytes, maxTotalBytes, mimeTypes: row.mime_types };
}

export async function saveLimits(db: Queries, organizationId: string, row: LimitRow, at: Date): Promise<void> {
  await db.query(
    `INSERT INTO file_limit (organization_id, max_file_bytes, max_total_bytes, mime_types, updated_at)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (organization_id) DO UPDATE SET max_file_bytes = excluded.max_file_bytes,
       max_total_bytes = excluded.max_total_bytes, mime_types = excluded.mime_types, updated_at = excluded.updated_at`,
    [organizationId, row.maxFileBytes, row.maxTotalBytes, row.mimeTypes, at],
  );
}

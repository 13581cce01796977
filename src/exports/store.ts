import type { ExportFormat, ExportKind } from '../core/export.ts';
import type { JobStatus } from '../core/job.ts';
import type { Transaction } from '../platform/database/database.ts';

/** The statements of the room. An export past its `expiresAt` is none, whether or not it is removed. */
type Queries = Pick<Transaction, 'query'>;

export interface ExportRow {
  readonly id: string;
  readonly organizationId: string;
  readonly what: ExportKind;
  readonly format: ExportFormat;
  readonly question: Buffer;
  readonly status: JobStatus;
  /** How often it was begun, this time included: what is written of it says so, and counts for the last time alone. */
  readonly begun: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

const COLUMNS = `id, organization_id AS "organizationId", what, format, question, status, begun, created_by AS "createdBy",
  created_at AS "createdAt", expires_at AS "expiresAt"`;
type Row = ExportRow & Record<string, unknown>;

export async function insertExport(tx: Queries, row: ExportRow): Promise<void> {
  await tx.query(
    `INSERT INTO export_job (id, organization_id, what, format, question, status, begun, rows, size_bytes,
       created_by, created_at, updated_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, $9, $9, $10)`,
    [
      row.id,
      row.organizationId,
      row.what,
      row.format,
      row.question,
      row.status,
      row.begun,
      row.createdBy,
      row.createdAt,
      row.expiresAt,
    ],
  );
}

export async function exportById(db: Queries, organizationId: string, id: string, at: Date): Promise<ExportRow | null> {
  const sql = `SELECT ${COLUMNS} FROM export_job WHERE organization_id = $1 AND id = $2 AND expires_at > $3`;
  return (await db.query<Row>(sql, [organizationId, id, at]))[0] ?? null;
}

/** Takes up an export that nobody has worked on since `before`: from its beginning, since half of one is none. */
export async function takeUpResting(tx: Queries, before: Date, at: Date): Promise<readonly ExportRow[]> {
  const rows = await tx.query<Row>(
    `UPDATE export_job SET updated_at = $2, begun = begun + 1 WHERE id IN (
       SELECT id FROM export_job WHERE status = 'RUNNING' AND updated_at <= $1 LIMIT 5 FOR UPDATE SKIP LOCKED)
     RETURNING ${COLUMNS}`,
    [before, at],
  );
  return rows;
}

/** @returns false when there is nothing to go on with: somebody else has begun it again, or it has gone meanwhile */
export async function writeChunk(
  tx: Queries,
  { id, begun }: Pick<ExportRow, 'id' | 'begun'>,
  chunk: { readonly number: number; readonly sealed: Buffer; readonly rows: number; readonly bytes: number },
  at: Date,
): Promise<boolean> {
  const [row] = await tx.query(
    `UPDATE export_job SET rows = CASE WHEN $2 = 0 THEN 0 ELSE rows END + $3,
       size_bytes = CASE WHEN $2 = 0 THEN 0 ELSE size_bytes END + $4, updated_at = $5
     WHERE id = $1 AND status = 'RUNNING' AND begun = $6 RETURNING id`,
    [id, chunk.number, chunk.rows, chunk.bytes, at, begun],
  );
  if (!row) return false;
  if (chunk.number === 0) await tx.query('DELETE FROM export_chunk WHERE export_id = $1', [id]);
  await tx.query('INSERT INTO export_chunk (export_id, number, sealed) VALUES ($1, $2, $3)', [
    id,
    chunk.number,
    chunk.sealed,
  ]);
  return true;
}

export async function endExport(
  db: Queries,
  { id, begun }: Pick<ExportRow, 'id' | 'begun'>,
  error: string | null,
  at: Date,
): Promise<void> {
  await db.query(
    `UPDATE export_job SET status = $2, error = $3, updated_at = $4
     WHERE id = $1 AND status = 'RUNNING' AND begun = $5`,
    [id, error === null ? 'SUCCEEDED' : 'FAILED', error, at, begun],
  );
}

export async function chunkOf(db: Queries, id: string, number: number): Promise<Buffer | null> {
  const sql = 'SELECT sealed FROM export_chunk WHERE export_id = $1 AND number = $2';
  return (await db.query<{ sealed: Buffer }>(sql, [id, number]))[0]?.sealed ?? null;
}

/** At most `batch` whose time has come, or all of an organization's. @returns which they were */
export async function removeExports(
  tx: Queries,
  which: { readonly expiredAt: Date; readonly batch: number } | { readonly organizationId: string },
): Promise<readonly { id: string; organizationId: string }[]> {
  const [condition, values] =
    'organizationId' in which
      ? ['organization_id = $1', [which.organizationId]]
      : ['id IN (SELECT id FROM export_job WHERE expires_at <= $1 LIMIT $2)', [which.expiredAt, which.batch]];
  const rows = await tx.query<{ id: string; organizationId: string }>(
    `DELETE FROM export_job WHERE ${condition} RETURNING id, organization_id AS "organizationId"`,
    values,
  );
  await tx.query('DELETE FROM export_chunk WHERE export_id = ANY($1)', [rows.map(({ id }) => id)]);
  return rows;
}

export async function countExports(db: Queries, organizationId: string): Promise<number> {
  const sql = 'SELECT count(*)::integer AS count FROM export_job WHERE organization_id = $1';
  return (await db.query<{ count: number }>(sql, [organizationId]))[0]!.count;
}

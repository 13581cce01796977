import type { Transaction } from '../platform/database/database.ts';
import type { ErasureProgress } from './progress.ts';

/** The statements of the room. */
type Queries = Pick<Transaction, 'query'>;

export interface ErasureRow {
  readonly id: string;
  readonly organizationId: string;
  readonly subjectKind: string;
  readonly subjectHash: Buffer;
  readonly subject: Buffer;
  readonly reason: string;
  readonly keepAggregates: boolean;
  readonly dryRun: boolean;
  readonly progress: ErasureProgress;
  readonly requestedBy: string;
  readonly requestedAt: Date;
}

export async function insertErasure(tx: Queries, row: ErasureRow): Promise<void> {
  await tx.query(
    `INSERT INTO erasure_request (id, organization_id, subject_kind, subject_hash, subject, reason, keep_aggregates,
       dry_run, status, progress, requested_by, requested_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'RUNNING', $9, $10, $11, $11)`,
    [
      row.id,
      row.organizationId,
      row.subjectKind,
      row.subjectHash,
      row.subject,
      row.reason,
      row.keepAggregates,
      row.dryRun,
      JSON.stringify(row.progress),
      row.requestedBy,
      row.requestedAt,
    ],
  );
}

/** Null when it is done, or another instance is at it: one at a time works on an erasure, until its transaction ends. */
export async function takeErasure(tx: Queries, id: string): Promise<ErasureRow | null> {
  const [row] = await tx.query<ErasureRow & Record<string, unknown>>(
    `SELECT id, organization_id AS "organizationId", subject_kind AS "subjectKind", subject_hash AS "subjectHash",
       subject, reason, keep_aggregates AS "keepAggregates", dry_run AS "dryRun", progress,
       requested_by AS "requestedBy", requested_at AS "requestedAt"
     FROM erasure_request WHERE id = $1 AND status = 'RUNNING' FOR UPDATE SKIP LOCKED`,
    [id],
  );
  return row ?? null;
}

export async function saveProgress(tx: Queries, id: string, progress: ErasureProgress, at: Date): Promise<void> {
  await tx.query('UPDATE erasure_request SET progress = $2, updated_at = $3 WHERE id = $1', [
    id,
    JSON.stringify(progress),
    at,
  ]);
}

/** With it the subject's name goes. @param end what there is to show for it */
export async function finishErasure(
  tx: Queries,
  id: string,
  progress: ErasureProgress,
  at: Date,
  end: { readonly certificate: string | null } | { readonly error: string },
): Promise<void> {
  const [status, certificate, error] =
    'error' in end ? ['FAILED', null, end.error] : ['SUCCEEDED', end.certificate, null];
  await tx.query(
    `UPDATE erasure_request SET status = $2, certificate = $3, error = $4, progress = $5, updated_at = $6,
       finished_at = $6, subject = NULL
     WHERE id = $1`,
    [id, status, certificate, error, JSON.stringify(progress), at],
  );
}

/** Those that nobody has worked on since `before`: their process is gone, or could not reach something. */
export async function restingErasures(tx: Queries, before: Date): Promise<readonly string[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM erasure_request WHERE status = 'RUNNING' AND updated_at <= $1 ORDER BY updated_at LIMIT 10`,
    [before],
  );
  return rows.map(({ id }) => id);
}

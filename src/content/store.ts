import type { LogLevel } from '../core/admission.ts';
import type { Database, Transaction } from '../platform/database/database.ts';

/** The statements of the room. */

export interface ContentRow {
  readonly requestId: string;
  readonly organizationId: string;
  readonly teamId: string;
  readonly projectId: string;
  readonly apiKeyId: string;
  readonly routeSlug: string | null;
  readonly level: LogLevel;
  readonly subject: Buffer;
  readonly at: Date;
  readonly sealed: Buffer;
}

/**
 * One statement for all; rows that are there already stay as they are, so a batch can be written again.
 * @returns the requests whose content was written now
 */
export async function insertContent(tx: Transaction, rows: readonly ContentRow[]): Promise<ReadonlySet<string>> {
  const column = <Key extends keyof ContentRow>(key: Key) => rows.map((row) => row[key]);
  const written = await tx.query<{ id: string }>(
    `INSERT INTO content (request_id, organization_id, team_id, project_id, api_key_id, route_slug, level, subject, at,
       sealed, own_key)
     SELECT *, true FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
       $8::bytea[], $9::timestamptz[], $10::bytea[])
     ON CONFLICT DO NOTHING RETURNING request_id AS id`,
    [
      column('requestId'),
      column('organizationId'),
      column('teamId'),
      column('projectId'),
      column('apiKeyId'),
      column('routeSlug'),
      column('level'),
      column('subject'),
      column('at'),
      column('sealed'),
    ],
  );
  return new Set(written.map(({ id }) => id));
}

export interface StoredContent {
  readonly subject: Buffer;
  readonly ownKey: boolean;
  readonly sealed: Buffer | null;
  readonly gone: 'RETENTION_EXPIRED' | 'ERASED' | null;
  readonly gonePolicy: string | null;
  readonly goneAt: Date | null;
}

export async function findContent(
  database: Database,
  organizationId: string,
  requestId: string,
): Promise<StoredContent | null> {
  const [row] = await database.query<StoredContent & { [name: string]: unknown }>(
    `SELECT subject, own_key AS "ownKey", sealed, gone, gone_policy AS "gonePolicy", gone_at AS "goneAt" FROM content
     WHERE organization_id = $1 AND request_id = $2`,
    [organizationId, requestId],
  );
  return row ?? null;
}

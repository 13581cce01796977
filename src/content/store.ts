import type { LogLevel } from '../core/admission.ts';
import type { Database } from '../platform/database/database.ts';

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

/** One statement for all; rows that are there already stay as they are, so a batch can be written again. */
export async function insertContent(database: Database, rows: readonly ContentRow[]): Promise<void> {
  const column = <Key extends keyof ContentRow>(key: Key) => rows.map((row) => row[key]);
  await database.query(
    `INSERT INTO content (request_id, organization_id, team_id, project_id, api_key_id, route_slug, level, subject, at, sealed)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[],
       $9::timestamptz[], $10::bytea[])
     ON CONFLICT DO NOTHING`,
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
}

export interface StoredContent {
  readonly subject: Buffer;
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
    `SELECT subject, sealed, gone, gone_policy AS "gonePolicy", gone_at AS "goneAt" FROM content
     WHERE organization_id = $1 AND request_id = $2`,
    [organizationId, requestId],
  );
  return row ?? null;
}

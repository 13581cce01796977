import pg from 'pg';

/** A PostgreSQL that tests make their databases on, and the migrated one they are copies of. */
export interface DatabaseServer {
  readonly url: string;
  readonly template: string;
}

/** Runs one statement in the server's `postgres` database, where databases are created and dropped. */
export async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(url, 'postgres') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The same server and user, another database. */
export function urlOf(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).href;
}

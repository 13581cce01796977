import { resolve } from 'node:path';
import { inject } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { openDatabase } from '../../src/platform/database/open.ts';
import { administer, type DatabaseServer, urlOf } from './database-server.ts';
import { systemRuntime } from './runtime.ts';

export const migrations = resolve(import.meta.dirname, '../../prisma/migrations');

/**
 * A fresh, migrated database: in memory by default, on the server of GLIDEPATH_TEST_DATABASE_URL when that is set.
 * Open one per test file in `beforeAll`, `close()` it in `afterAll`, and keep tests apart by organization. Its limits run
 * on the system's clock: a manual one that leaps would end the statements under way.
 */
export async function testDatabase(): Promise<Database> {
  const server = inject('databaseServer');
  if (!server) return openDatabase({ loadDataDir: inject('databaseDump'), migrations }, systemRuntime);

  const { url, drop } = await testDatabaseUrl(server);
  const database = await openDatabase({ url, maxConnections: 5, migrations }, systemRuntime);
  return { ...database, close: () => database.close().finally(drop) };
}

let copies = 0;

/** A copy of the template, for tests that open it themselves; `drop` it at the end. */
export async function testDatabaseUrl({ url, template }: DatabaseServer) {
  const name = `${template}_${process.pid}_${++copies}`;
  await administer(url, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return {
    url: new Secret(urlOf(url, name)),
    drop: () => administer(url, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

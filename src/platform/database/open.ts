import type { Runtime } from '../../core/runtime.ts';
import type { Secret } from '../../core/secret.ts';
import type { Database } from './database.ts';
import { openDump, openEmbedded } from './embedded.ts';
import { readMigrations } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import { createRecords } from './records.ts';

/** Exactly one of: a PostgreSQL server, a data folder of this process alone, or a dump that is kept in memory. */
export type DatabaseSource =
  | { readonly url: Secret; readonly maxConnections?: number }
  | { readonly dataDir: string }
  | { readonly loadDataDir: string };

/**
 * Opens the records and brings them up to the migrations in the folder `migrations`.
 * @throws UnavailableProblem when PostgreSQL cannot be reached, within about a second
 * @throws LockedError when another process uses the data folder
 * @throws MigrationError when the database's history and the folder disagree
 */
export async function openDatabase(
  source: DatabaseSource & { readonly migrations: string },
  runtime: Runtime,
): Promise<Database> {
  const migrations = await readMigrations(source.migrations);
  return createRecords(await openBackend(), runtime.clock);

  function openBackend() {
    if ('url' in source) return openPostgres(source.url, source.maxConnections ?? 10, migrations, runtime);
    if ('dataDir' in source) return openEmbedded(source.dataDir, migrations, runtime);
    return openDump(source.loadDataDir, migrations, runtime);
  }
}

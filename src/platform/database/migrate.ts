import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';

export interface Migration {
  /** Name of its folder: `20261123025512_init`. They are applied in this order. */
  readonly name: string;
  readonly sql: string;
}

/**
 * Applies what is missing, each migration in one transaction with its own note of it: all of it or nothing. Keeps to
 * Prisma's bookkeeping (table, checksums, lock), so that `prisma migrate deploy` may be used instead at any time.
 * Several processes may call this at once: they take turns.
 * @param client one connection, outside a transaction; its queries must be allowed to take long
 * @returns names of the migrations it applied
 * @throws MigrationError when history and folder disagree, or a migration fails; its message says what to do
 */
export async function migrate(client: pg.ClientBase, migrations: readonly Migration[]): Promise<string[]> {
  await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
  try {
    await client.query(PRISMA_TABLE);
    const known = await history(client);
    const missing = migrations.filter((migration) => !isApplied(migration, known.get(migration.name)));
    for (const migration of missing) await apply(client, migration);
    return missing.map(({ name }) => name);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [PRISMA_LOCK]);
  }
}

/** @param folder holds one folder per migration with a `migration.sql` in it */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => ({ name, sql: await readFile(join(folder, name, 'migration.sql'), 'utf8') })),
  );
}

export class MigrationError extends Error {}

/** The lock `prisma migrate` takes. */
const PRISMA_LOCK = 72707369;

const PRISMA_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

interface Applied {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

async function history(client: pg.ClientBase): Promise<ReadonlyMap<string, Applied>> {
  const { rows } = await client.query<Applied>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  return new Map(rows.map((row) => [row.migration_name, row]));
}

function isApplied({ name, sql }: Migration, applied: Applied | undefined): boolean {
  if (!applied) return false;
  if (!applied.finished_at) {
    throw new MigrationError(
      `Migration ${name} failed earlier and left its note unfinished. Repair the database by hand, then run: prisma migrate resolve`,
    );
  }
  if (applied.checksum !== checksum(sql)) {
    throw new MigrationError(
      `Migration ${name} was edited after it was applied. Restore the file as it was and write a new migration for the change.`,
    );
  }
  return true;
}

async function apply(client: pg.ClientBase, { name, sql }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES (gen_random_uuid(), $1, $2, now(), clock_timestamp(), 1)`,
      [checksum(sql), name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new MigrationError(`Migration ${name} failed, and nothing of it was kept: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function checksum(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}

import pg from 'pg';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { type Migration, migrate, readMigrations } from '../../../src/platform/database/migrate.ts';
import { openSession, type Session } from '../../../src/platform/database/session.ts';
import { throughWire } from '../../../src/platform/database/wire-socket.ts';
import { migrations as folder } from '../../support/database.ts';

let session: Session;
let client: pg.Client;
let applied: readonly Migration[];

beforeEach(async () => {
  session = await openSession({ dump: inject('databaseDump') });
  client = new pg.Client(throughWire(() => session));
  await client.connect();
  applied = await readMigrations(folder);
});

afterEach(async () => {
  await client.end();
  await session.close();
});

const next: Migration = {
  name: '29991231000000_next',
  sql: `CREATE TABLE next (id TEXT PRIMARY KEY);
CREATE FUNCTION next_one() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELECT 2 $$;`,
};

it('applies what is missing and nothing twice', async () => {
  expect(await migrate(client, applied)).toEqual([]);
  expect(await migrate(client, [...applied, next])).toEqual([next.name]);
  expect(await migrate(client, [...applied, next])).toEqual([]);
  expect((await client.query('SELECT next_one() AS answer')).rows).toEqual([{ answer: 2 }]);
});

it('keeps the book as Prisma does', async () => {
  await migrate(client, [...applied, next]);

  const { rows } = await client.query('SELECT * FROM _prisma_migrations WHERE migration_name = $1', [next.name]);
  expect(rows).toEqual([
    expect.objectContaining({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      finished_at: expect.any(Date),
      rolled_back_at: null,
      applied_steps_count: 1,
    }),
  ]);
});

it('refuses a migration that was edited after it was applied', async () => {
  const [first, ...others] = applied;
  const edited = { ...first!, sql: `${first!.sql}\n-- one more thought` };

  await expect(migrate(client, [edited, ...others])).rejects.toThrow(`${first!.name} was edited after it was applied`);
});

it('keeps nothing of a migration that fails half way, and can be run again', async () => {
  const broken = { ...next, sql: `${next.sql}\nSELECT 1 / 0;` };

  await expect(migrate(client, [...applied, broken])).rejects.toThrow(
    `${next.name} failed, and nothing of it was kept`,
  );
  expect((await client.query(`SELECT to_regclass('next') AS found`)).rows).toEqual([{ found: null }]);
  expect(await migrate(client, [...applied, next])).toEqual([next.name]);
});

it('stops at a migration that another tool left unfinished', async () => {
  await client.query('UPDATE _prisma_migrations SET finished_at = NULL');

  await expect(migrate(client, applied)).rejects.toThrow('failed earlier');
});

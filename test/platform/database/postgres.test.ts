import { inspect } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { type Database, often } from '../../../src/platform/database/database.ts';
import { readMigrations } from '../../../src/platform/database/migrate.ts';
import { openDatabase } from '../../../src/platform/database/open.ts';
import { migrations, testDatabaseUrl } from '../../support/database.ts';
import { systemRuntime } from '../../support/runtime.ts';
import { type TcpProxy, tcpProxy } from '../../support/tcp-proxy.ts';

const server = inject('databaseServer');
const UNAVAILABLE = { code: 'UNAVAILABLE', dependency: 'database', retryable: true };

// Skipped without GLIDEPATH_TEST_DATABASE_URL: there is no PostgreSQL to lose.
describe.skipIf(!server)('PostgreSQL behind a wire that can go bad', () => {
  let wire: TcpProxy;
  let database: Database;
  let drop: () => Promise<void>;

  beforeAll(async () => {
    const copy = await testDatabaseUrl(server!);
    drop = copy.drop;
    const url = new URL(copy.url.reveal());
    wire = await tcpProxy({ host: url.hostname, port: Number(url.port || 5432) });
    url.host = `127.0.0.1:${wire.port}`;
    database = await openDatabase({ url: new Secret(url.href), maxConnections: 3, migrations }, systemRuntime);
  });

  afterAll(async () => {
    await database?.close();
    await wire?.close();
    await drop?.();
  });

  const back = () => expect.poll(database.available, { timeout: 10_000 }).toBe(true);

  it('says so when the connection is lost, and serves again when it is back', async () => {
    const idle = await Promise.all(Array.from({ length: 3 }, () => database.query('SELECT 1')));
    expect(idle).toHaveLength(3);

    wire.cut();
    await expect(database.query('SELECT 1')).rejects.toMatchObject(UNAVAILABLE);
    await expect(database.transaction((tx) => tx.query('SELECT 1'))).rejects.toMatchObject(UNAVAILABLE);
    await expect(database.prisma.organization.count()).rejects.toThrow();
    await expect.poll(database.available).toBe(false);

    wire.mend();
    await back();
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await database.prisma.organization.count()).toBe(0);
  });

  it('has what is asked often planned once per connection, also after one was lost', async () => {
    const add = often('SELECT $1::int + 1 AS sum');
    const ask = async () => (await database.query<{ sum: number }>(add, [1]))[0]!.sum;
    const planned = () => database.query('SELECT 1 FROM pg_prepared_statements WHERE statement = $1', [add]);
    expect([await ask(), await ask()]).toEqual([2, 2]);
    expect(await planned()).toHaveLength(1);
    wire.cut();
    await expect(ask()).rejects.toMatchObject(UNAVAILABLE);
    wire.mend();
    await back();
    expect([await ask(), await ask()]).toEqual([2, 2]);
    expect(await planned()).toHaveLength(1);
  });

  it('ends what is under way when the server freezes, long before the minute it may take', async () => {
    const reached = Promise.withResolvers<void>();
    const outcomes = Promise.allSettled([
      database.query('SELECT pg_sleep(60)', [], 60_000),
      database.prisma.$queryRawUnsafe('SELECT 1 FROM pg_sleep(30)'),
      database.transaction(async (tx) => {
        await tx.query('SELECT 1');
        reached.resolve();
        await tx.query('SELECT pg_sleep(30)');
      }),
    ]);
    await reached.promise;
    wire.freeze();

    expect(await outcomes).toMatchObject([
      { status: 'rejected', reason: UNAVAILABLE },
      { status: 'rejected' },
      { status: 'rejected', reason: UNAVAILABLE },
    ]);
    expect(database.available()).toBe(false);
    await expect(database.query('SELECT 1')).rejects.toMatchObject(UNAVAILABLE);

    wire.thaw();
    await back();
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('keeps nothing of a transaction whose connection is lost half way', async () => {
    const attempt = database.transaction(async (tx) => {
      await tx.query(`INSERT INTO revision (topic, revision) VALUES ('half', 1)`);
      wire.cut();
      await tx.query(`INSERT INTO revision (topic, revision) VALUES ('way', 1)`);
    });
    await expect(attempt).rejects.toMatchObject(UNAVAILABLE);

    wire.mend();
    await expect.poll(() => database.query('SELECT topic FROM revision').catch(() => null)).toEqual([]);
    await back();
  });

  it('does not queue behind statements it has given up', async () => {
    const slow = Array.from({ length: 3 }, () => database.query('SELECT pg_sleep(60)', [], 20));
    expect((await Promise.allSettled(slow)).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));

    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('calls no busy pool a lost database', async () => {
    const long = Array.from({ length: 3 }, () => database.query('SELECT pg_sleep(1.6)'));
    const lost = expect.poll(database.available, { timeout: 1_500 }).toBe(false);

    await expect(lost).rejects.toThrow();
    await Promise.all(long);
  });

  it('takes instants for what they are on a server in another time zone', async () => {
    const url = await testDatabaseUrl(server!);
    const administrator = new pg.Client({ connectionString: url.url.reveal() });
    await administrator.connect();
    await administrator.query(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET TimeZone = %L', current_database(), 'Asia/Tokyo'); END $$`,
    );
    const tokyo = await openDatabase({ url: url.url, migrations }, systemRuntime);
    const createdAt = new Date('2026-07-01T12:00:00.123Z');
    await tokyo.prisma.organization.create({ data: { id: 'org_tokyo', slug: 'tokyo', name: 'Tokyo', createdAt } });

    const { rows } = await administrator.query(`SELECT created_at = $1::timestamptz AS same FROM organization`, [
      '2026-07-01T12:00:00.123Z',
    ]);
    expect(rows).toEqual([{ same: true }]);
    await tokyo.close();
    await administrator.end();
    await url.drop();
  });

  it('lets several instances start at once on an empty database', async () => {
    const { url, drop } = await testDatabaseUrl(server!);
    const administrator = new pg.Client({ connectionString: url.reveal() });
    await administrator.connect();
    await administrator.query('DROP SCHEMA public CASCADE');
    await administrator.query('CREATE SCHEMA public');
    await administrator.end();

    const all = await Promise.all(Array.from({ length: 3 }, () => openDatabase({ url, migrations }, systemRuntime)));
    expect(await all[0]!.query('SELECT count(*)::int AS applied FROM _prisma_migrations')).toEqual([
      { applied: (await readMigrations(migrations)).length },
    ]);
    await Promise.all(all.map((instance) => instance.close()));
    await drop();
  });
});

it('says where it cannot connect, within its limit and without the password', async () => {
  const url = new Secret('postgres://glide:open-sesame@127.0.0.1:4119/path?sslmode=disable');
  const error = await openDatabase({ url, migrations }, systemRuntime).catch((thrown: Error) => thrown);

  expect(error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('127.0.0.1:4119') });
  expect(inspect(error, { depth: 9 })).not.toContain('open-sesame');
});

it('shows no part of a URL that it cannot read', async () => {
  const url = new Secret('postgres//glide:open-sesame@host');
  const error = await openDatabase({ url, migrations }, systemRuntime).catch((thrown: Error) => thrown);

  expect(error).toBeInstanceOf(Error);
  expect(inspect(error, { depth: 9 })).not.toContain('open-sesame');
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../../src/platform/database/database.ts';
import { testDatabase } from '../../support/database.ts';

let database: Database;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database.close());

const insert = 'INSERT INTO revision (topic, revision) VALUES ($1, 1)';

async function exists(topic: string): Promise<boolean> {
  return (await database.query('SELECT 1 FROM revision WHERE topic = $1', [topic])).length === 1;
}

it('keeps what a transaction wrote', async () => {
  const answer = await database.transaction(async (tx) => {
    await tx.query(insert, ['kept']);
    return 'done';
  });

  expect(answer).toBe('done');
  expect(await exists('kept')).toBe(true);
});

it('keeps nothing of a transaction that throws, and throws what it threw', async () => {
  const failure = new Error('changed my mind');
  const attempt = database.transaction(async (tx) => {
    await tx.query(insert, ['regretted']);
    throw failure;
  });

  await expect(attempt).rejects.toBe(failure);
  expect(await exists('regretted')).toBe(false);
});

it('does not pass for done when a statement failed and the work went on', async () => {
  const attempt = database.transaction(async (tx) => {
    await tx.query(insert, ['lost']);
    await tx.query('SELECT 1 / 0').catch(() => {});
  });

  await expect(attempt).rejects.toThrow('after one of its statements had failed');
  expect(await exists('lost')).toBe(false);
});

it('refuses a query on a transaction that has ended', async () => {
  const kept = await database.transaction(async (tx) => tx);

  await expect(kept.query('SELECT 1')).rejects.toThrow('used after its end');
});

it('lets queries wait their turn while a transaction has the connection', async () => {
  const middle = Promise.withResolvers<void>();
  const transaction = database.transaction(async (tx) => {
    await tx.query(insert, ['turn']);
    await middle.promise;
  });
  const queries = Array.from({ length: 20 }, () => database.query<{ one: number }>('SELECT 1 AS one'));
  const reads = Array.from({ length: 20 }, () => database.prisma.revision.count());
  middle.resolve();

  await transaction;
  expect((await Promise.all(queries)).flat()).toHaveLength(20);
  expect(await Promise.all(reads)).toHaveLength(20);
});

it('passes on what the server says about a statement, and serves the next one', async () => {
  await database.query(insert, ['twice']);

  await expect(database.query(insert, ['twice'])).rejects.toMatchObject({ code: '23505', constraint: 'revision_pkey' });
  expect(await exists('twice')).toBe(true);
});

it('gives up on a statement that takes longer than it may, and serves the next one', async () => {
  const slow = database.query('SELECT pg_sleep(0.5)', [], 20);

  await expect(slow).rejects.toMatchObject({ code: 'UNAVAILABLE', dependency: 'database', retryable: true });
  expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('leaves no transaction open behind a statement that was given up', async () => {
  const attempt = database.transaction(async (tx) => {
    await tx.query(insert, ['given up']);
    await tx.query('this is not SQL');
  });

  await expect(attempt).rejects.toMatchObject({ code: '42601' });
  await expect(database.query('SAVEPOINT probe')).rejects.toMatchObject({ code: '25P01' });
});

it('stores the instant it is given, whatever the server thinks of time zones', async () => {
  const createdAt = new Date('2026-07-01T12:00:00.123Z');
  await database.prisma.organization.create({ data: { id: 'org_zone', slug: 'zone', name: 'Zone', createdAt } });

  const [row] = await database.query<{ created_at: Date; unix: string }>(
    `SELECT created_at, extract(epoch FROM created_at)::text AS unix FROM organization WHERE id = 'org_zone'`,
  );
  expect(row).toEqual({ created_at: createdAt, unix: '1782907200.123000' });
  expect(await database.query('SHOW TimeZone')).toEqual([{ TimeZone: 'UTC' }]);
});

it('writes a batch of rows in one statement', async () => {
  const rows = Array.from({ length: 500 }, (_, place) => ({ topic: `batch ${place}`, revision: place }));
  await database.query(
    'INSERT INTO revision SELECT topic, revision FROM jsonb_to_recordset($1) AS row (topic text, revision bigint)',
    [JSON.stringify(rows)],
  );

  expect(await database.prisma.revision.count({ where: { topic: { startsWith: 'batch ' } } })).toBe(500);
});

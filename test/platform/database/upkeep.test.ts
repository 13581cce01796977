import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../src/platform/database/database.ts';
import { startUpkeep } from '../../../src/platform/database/upkeep.ts';
import { testDatabase } from '../../support/database.ts';
import { testRuntime } from '../../support/manual-clock.ts';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const MINUTE_MS = 60_000;

/** Which tables were gone over, in turn, and how to let minutes pass. */
function underUpkeep(query: Database['query'] = database.query, mostPages?: number) {
  const runtime = testRuntime();
  const vacuumed: string[] = [];
  const noting: Database['query'] = async (sql, ...rest) => {
    if (sql.startsWith('VACUUM')) vacuumed.push(sql.split(' ').at(-1)!);
    return query(sql, ...rest);
  };
  const end = startUpkeep({ query: noting }, runtime, mostPages);
  const pass = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute++) {
      await runtime.clock.sleepers(1);
      await runtime.clock.advance(MINUTE_MS);
    }
    await runtime.clock.sleepers(1);
  };
  return { pass, end, vacuumed, log: runtime.log, clock: runtime.clock };
}

const holds = (from: number) =>
  database.query(
    `INSERT INTO budget_hold (id, owner, accounts, held_nanos, worst_nanos, sent, expires_at)
     SELECT 'hold_' || n, 'own', '{}', 1, 1, true, now() FROM generate_series($1::int, $1::int + 4999) AS n`,
    [from],
  );
const sizeOf = async (table: string) =>
  (await database.query<{ size: number }>('SELECT pg_relation_size($1::regclass)::int AS size', [table]))[0]!.size;

test('the room of holds that are gone is used again after a minute', async () => {
  const { pass, end } = underUpkeep();
  await holds(1);
  const size = await sizeOf('budget_hold');
  for (let round = 1; round < 4; round++) {
    await database.query('DELETE FROM budget_hold');
    await pass(1);
    await holds(round * 5_000 + 1);
  }
  expect(await sizeOf('budget_hold')).toBe(size);
  await end();
});

test('busy tables have their turn each minute, all tables each hour', async () => {
  const { pass, end, vacuumed } = underUpkeep();
  await pass(59);
  expect(new Set(vacuumed)).toEqual(new Set(['agent_run', 'budget_account', 'budget_hold', 'idempotency_key']));
  await pass(1);
  expect(vacuumed).toEqual(expect.arrayContaining(['audit_event', 'request', 'attempt', 'content_key']));
  await end();
});

test('a table of which too much was never read is only analyzed', async () => {
  await database.query('VACUUM budget_hold', [], 60_000);
  await holds(50_001);
  const statements: string[] = [];
  const { pass, end } = underUpkeep((sql, ...rest) => {
    if (/^(VACUUM|ANALYZE)/.test(sql)) statements.push(sql);
    return database.query(sql, ...rest);
  }, 10);
  await pass(1);
  expect(statements).toContain('ANALYZE budget_hold');
  expect(statements).toContain('VACUUM (ANALYZE) idempotency_key');
  await end();
});

test('a round that fails is said and tried again', async () => {
  let fails = true;
  const { pass, end, vacuumed, log } = underUpkeep((sql, ...rest) => {
    if (fails && sql.startsWith('VACUUM')) return Promise.reject(new Error('the disk is full'));
    return database.query(sql, ...rest);
  });
  await pass(1);
  expect(log.lines).toMatchObject([{ level: 'error', fields: { err: { message: 'the disk is full' } } }]);
  fails = false;
  await pass(1);
  expect(vacuumed).toContain('budget_hold');
  await end();
});

test('the end waits for the table under way, and nothing comes after it', async () => {
  const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { end, vacuumed, clock } = underUpkeep(async (sql, ...rest) => {
    if (sql.startsWith('VACUUM')) {
      begun.resolve();
      await gate.promise;
    }
    return database.query(sql, ...rest);
  });
  await clock.advance(MINUTE_MS);
  await begun.promise;
  let ended = false;
  const ending = end().then(() => {
    ended = true;
  });
  await database.query('SELECT 1');
  expect(ended).toBe(false);
  gate.resolve();
  await ending;
  expect(vacuumed).toHaveLength(1);
  expect(clock.waiting).toBe(0);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { UnavailableProblem } from '../../src/core/problem.ts';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { createUsage } from '../../src/usage/index.ts';
import type { RequestRecord } from '../../src/usage/record.ts';
import { testDatabase } from '../support/database.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { silentLog } from '../support/runtime.ts';
import { aCaller, anAttempt, aRecord } from './records.ts';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

let organizations = 0;

/** A room on a clock that stands still, over the real database behind a switch, for an organization of its own. */
function setup() {
  const caller = aCaller(`org_w${++organizations}`);
  const runtime = testRuntime();
  const behind = { mode: 'there' as 'there' | 'away' | 'answers get lost', writes: 0 };
  const usage = createUsage({
    database: switched(behind),
    bus: createMemoryBus(silentLog),
    metrics: null,
    traces: null,
    runtime,
  });
  const idOf = (number: number) => `req_${caller.organizationId}_${String(number).padStart(6, '0')}`;
  const rows = <Row extends object>(sql: string) => database.query<Row>(sql, [caller.organizationId]);
  return {
    usage,
    runtime,
    behind,
    idOf,
    record(number: number, changes: Partial<RequestRecord> = {}) {
      usage.record(aRecord(idOf(number), { caller, ...changes }));
    },
    async written() {
      const found = await rows<{ id: string }>('SELECT id FROM request WHERE organization_id = $1 ORDER BY ctid');
      return found.map(({ id }) => id);
    },
    async attempts() {
      const [found] = await rows<{ count: number }>(
        'SELECT count(*)::int AS count FROM attempt WHERE organization_id = $1',
      );
      return found!.count;
    },
    lost() {
      const errors = runtime.log.lines.filter(({ level }) => level === 'error');
      return errors.map(({ fields }) => (fields as { requestId: string }).requestId);
    },
  };
}

function switched(behind: { mode: string; writes: number }): Database {
  return {
    ...database,
    async query(sql, parameters) {
      if (!sql.includes('INSERT')) return database.query(sql, parameters);
      behind.writes++;
      if (behind.mode === 'away') throw new UnavailableProblem('database', 'Away for this test.');
      const result = await database.query<never>(sql, parameters);
      if (behind.mode === 'answers get lost') throw new UnavailableProblem('database', 'Written, but nobody heard.');
      return result;
    },
  };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

test('a record waits a tenth of a second for company, then all are written together', async () => {
  const { usage, runtime, behind, record, written, idOf } = setup();
  record(1);
  await runtime.clock.advance(99);
  record(2);
  expect(behind.writes).toBe(0);
  await runtime.clock.advance(1);
  await usage.flush();
  expect(behind.writes).toBe(1);
  expect(await written()).toEqual([idOf(1), idOf(2)]);
  await usage.close();
  expect(runtime.clock.waiting).toBe(0);
});

test('five hundred records are written without waiting', async () => {
  const { usage, behind, record } = setup();
  for (const number of numbers(0, 499)) record(number);
  expect(behind.writes).toBe(0);
  record(499);
  expect(behind.writes).toBe(1);
  await usage.close();
});

test('flush resolves when all that was recorded before it is in the database, in its order', async () => {
  const { usage, record, written, idOf } = setup();
  for (const number of numbers(0, 1234)) record(number);
  await usage.flush();
  expect(await written()).toEqual(numbers(0, 1234).map(idOf));
  await usage.close();
});

test('records that come while a batch is being written are flushed too', async () => {
  const { usage, record, written } = setup();
  record(1);
  const first = usage.flush();
  record(2);
  await usage.flush();
  await first;
  expect(await written()).toHaveLength(2);
  await usage.close();
});

test('while the database is away flush says so, and nothing is lost or out of order when it is back', async () => {
  const { usage, runtime, behind, record, written, lost, idOf } = setup();
  behind.mode = 'away';
  for (const number of numbers(0, 700)) record(number);
  await expect(usage.flush()).rejects.toThrow(UnavailableProblem);
  for (const number of numbers(700, 900)) record(number);
  await runtime.clock.advance(1000);
  expect(await written()).toEqual([]);
  behind.mode = 'there';
  await usage.flush();
  expect(await written()).toEqual(numbers(0, 900).map(idOf));
  expect(lost()).toEqual([]);
  await usage.close();
});

test('the database is tried again by itself, less and less often', async () => {
  const { usage, runtime, behind, record, written } = setup();
  behind.mode = 'away';
  record(1);
  await runtime.clock.advance(10_000);
  expect(behind.writes).toBeGreaterThan(5);
  expect(behind.writes).toBeLessThan(12);
  behind.mode = 'there';
  await runtime.clock.advance(2_000);
  await usage.flush();
  expect(await written()).toHaveLength(1);
  await usage.close();
  expect(runtime.clock.waiting).toBe(0);
});

test('a batch whose outcome nobody heard of is written again without doubling it', async () => {
  const { usage, behind, record, written, attempts, lost, idOf } = setup();
  behind.mode = 'answers get lost';
  record(1);
  await expect(usage.flush()).rejects.toThrow(UnavailableProblem);
  behind.mode = 'there';
  record(2);
  await usage.flush();
  expect(await written()).toEqual([idOf(1), idOf(2)]);
  expect(await attempts()).toBe(2);
  expect(lost()).toEqual([]);
  await usage.close();
});

test('a record that the database refuses is lost alone, and said to be', async () => {
  const { usage, record, written, lost, idOf } = setup();
  for (const number of numbers(0, 100)) {
    const bad = number === 42 || number === 77;
    record(number, bad ? { usage: { ...aRecord('').usage, inputTokens: Number.NaN } } : {});
  }
  await usage.flush();
  expect(await written()).toEqual(
    numbers(0, 100)
      .filter((number) => number !== 42 && number !== 77)
      .map(idOf),
  );
  expect(lost()).toEqual([idOf(42), idOf(77)]);
  await usage.close();
});

test('a request is not kept without its attempts', async () => {
  const { usage, record, written, attempts, lost, idOf } = setup();
  record(1, { attempts: [anAttempt(idOf(1)), anAttempt(idOf(1), { number: Number.NaN, id: 'att_bad' })] });
  record(2);
  await usage.flush();
  expect(await written()).toEqual([idOf(2)]);
  expect(await attempts()).toBe(1);
  expect(lost()).toEqual([idOf(1)]);
  await usage.close();
});

test('recording never throws, whatever is in the record', async () => {
  const { usage, record, lost, idOf } = setup();
  record(1, { startedAt: Number.NaN });
  expect(lost()).toEqual([idOf(1)]);
  await usage.close();
});

test('pressure is full at 20,000 records; calls under way still fit, more than 5,000 of them do not', async () => {
  const { usage, runtime, behind, record, lost, idOf } = setup();
  behind.mode = 'away';
  for (const number of numbers(0, 10_000)) record(number, { decision: null, attempts: [] });
  expect(usage.pressure()).toBe(0.5);
  for (const number of numbers(10_000, 25_001)) record(number, { decision: null, attempts: [] });
  expect(usage.pressure()).toBe(1);
  expect(lost()).toEqual([idOf(25_000)]);
  const closing = usage.close();
  while (usage.pressure() > 0) await runtime.clock.advance(1000);
  await closing;
});

test('closing writes what is left', async () => {
  const { usage, runtime, record, written } = setup();
  for (const number of numbers(0, 600)) record(number);
  await usage.close();
  expect(await written()).toHaveLength(600);
  expect(runtime.clock.waiting).toBe(0);
});

test('closing waits for a database that comes back', async () => {
  const { usage, runtime, behind, record, written, lost } = setup();
  behind.mode = 'away';
  record(1);
  const closing = usage.close();
  await runtime.clock.advance(2_000);
  behind.mode = 'there';
  await runtime.clock.advance(1_000);
  await closing;
  expect(await written()).toHaveLength(1);
  expect(lost()).toEqual([]);
});

test('closing gives up after five seconds and names every record that was lost', async () => {
  const { usage, runtime, behind, record, lost, idOf } = setup();
  behind.mode = 'away';
  record(1);
  record(2);
  const closing = usage.close();
  await runtime.clock.advance(6_000);
  await closing;
  expect(lost()).toEqual([idOf(1), idOf(2)]);
  record(3);
  expect(lost()).toEqual([idOf(1), idOf(2), idOf(3)]);
  expect(runtime.clock.waiting).toBe(0);
});

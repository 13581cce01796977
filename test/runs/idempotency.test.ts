import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/platform/database/database.ts';
import { createIdempotency, type KeyedRun, LEASE_MS } from '../../src/runs/idempotency.ts';
import { testDatabase } from '../support/database.ts';
import { testRuntime } from '../support/manual-clock.ts';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const DAY_MS = 24 * 60 * 60 * 1000;
let keys = 0;
let runs = 0;
const freshKeys = (count: number) => Array.from({ length: count }, () => `key_${++keys}`);
const runOf = (key: string): KeyedRun => ({ apiKeyId: 'key_idempotency', key, completionId: `cmp_${++runs}` });

test('of claims of one key in the same moment one is granted, and those of another input are refused', async () => {
  const { claim } = createIdempotency(database, testRuntime().clock);
  const [key, other] = freshKeys(2) as [string, string];
  const same = [runOf(key), runOf(key), runOf(key)];
  const claims = await Promise.allSettled([
    ...same.map((run) => claim(run, 'one')),
    claim(runOf(key), 'two'),
    claim(runOf(other), 'two'),
  ]);
  const held = { completionId: same[0]!.completionId, state: 'RUNNING', leaseMs: LEASE_MS };
  for (const one of claims.slice(0, 3)) expect(one).toEqual({ status: 'fulfilled', value: held });
  expect(claims[3]).toMatchObject({ reason: { code: 'IDEMPOTENCY_CONFLICT', originalId: same[0]!.completionId } });
  expect(claims[4]).toMatchObject({ status: 'fulfilled', value: { completionId: `cmp_${runs}` } });
});

test('a key stands for the run that it stands for now: who held it before changes nothing about it', async () => {
  const clock = testRuntime().clock;
  const { claim, settle, renew } = createIdempotency(database, clock);
  const [key] = freshKeys(1) as [string];
  const [dead, alive] = [runOf(key), runOf(key)];
  await claim(dead, 'one');
  await clock.advance(LEASE_MS);
  expect(await claim(alive, 'one')).toMatchObject({ completionId: alive.completionId });
  await clock.advance(LEASE_MS / 2);
  await Promise.all([settle(dead, 'FAILED'), renew([dead])]);
  const still = { completionId: alive.completionId, state: 'RUNNING', leaseMs: LEASE_MS / 2 };
  expect(await claim(runOf(key), 'one')).toEqual(still);
  await renew([dead, alive]);
  expect(await claim(runOf(key), 'one')).toEqual({ ...still, leaseMs: LEASE_MS });
  await Promise.all([settle(dead, 'FAILED'), settle(alive, 'RETRYABLE')]);
  const again = runOf(key);
  expect(await claim(again, 'one')).toMatchObject({ completionId: again.completionId });
});

test('a day later a key is free for any input, and what nobody took is swept away', async () => {
  const { clock } = testRuntime();
  const { claim, find, sweep } = createIdempotency(database, clock);
  const [taken, left, young] = freshKeys(3) as [string, string, string];
  await Promise.all([claim(runOf(taken), 'one'), claim(runOf(left), 'one')]);
  await clock.advance(DAY_MS);
  const [run, other] = [runOf(taken), runOf(young)];
  expect(await Promise.all([claim(run, 'two'), claim(other, 'one')])).toMatchObject([
    { completionId: run.completionId },
    { completionId: other.completionId },
  ]);
  const rows = () => database.query(`SELECT key FROM idempotency_key WHERE key IN ('${left}', '${taken}', '${young}')`);
  expect(await rows()).toHaveLength(3);
  await database.transaction(sweep);
  expect((await rows()).map(({ key }) => key).sort()).toEqual([taken, young].sort());
  expect(await find(run.apiKeyId, left)).toBeNull();
});

test('instances that claim, settle and renew the same keys in any order never wait for each other in a circle', async () => {
  const shared = freshKeys(12);
  const anyOrder = fc.shuffledSubarray(shared, { minLength: 6 });
  await fc.assert(
    fc.asyncProperty(anyOrder, anyOrder, anyOrder, async (...orders) => {
      const done = orders.map(async (order) => {
        const { claim, settle, renew } = createIdempotency(database, testRuntime().clock);
        const mine = order.map(runOf);
        const claims = await Promise.all(mine.map((run) => claim(run, 'one')));
        const won = mine.filter(({ completionId }, place) => claims[place]!.completionId === completionId);
        await Promise.all([renew(won), ...won.toReversed().map((run) => settle(run, 'RETRYABLE'))]);
        return won.length;
      });
      const won = (await Promise.all(done)).reduce((sum, count) => sum + count, 0);
      expect(won).toBeGreaterThanOrEqual(new Set(orders.flat()).size);
    }),
    { numRuns: 40 },
  );
});

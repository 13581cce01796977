import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCalibration, type Kin } from '../../src/budgets/calibration.ts';
import { createBudgets } from '../../src/budgets/index.ts';
import { BudgetExceededProblem } from '../../src/core/problem.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { complete, user } from '../support/completions.ts';
import { testDatabase } from '../support/database.ts';
import { openTestGateway } from '../support/gateway.ts';
import { systemRuntime } from '../support/runtime.ts';
import { aSpending, insertBudget, model, purseIn } from './rig.ts';

const kin: Kin = { route: 'chat', model: 'sim/small-1', apiKeyId: 'key_1' };

test('nobody guesses before twenty answers were seen, and then it is the p95 of the last two hundred', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 500 }), (lengths) => {
      const calibration = createCalibration();
      for (const length of lengths) calibration.observe(kin, length);
      const window = lengths.slice(-200).sort((a, b) => a - b);
      const expected = lengths.length < 20 ? null : window[Math.ceil(window.length * 0.95) - 1]!;
      expect(calibration.likelyOutputTokens(kin)).toBe(expected);
    }),
  );
});

test('a key that is new on a route is taken to be like its neighbours, but not like those of another model', () => {
  const calibration = createCalibration();
  for (let turn = 0; turn < 20; turn++) calibration.observe(kin, 7);
  expect(calibration.likelyOutputTokens({ ...kin, apiKeyId: 'key_2' })).toBe(7);
  expect(calibration.likelyOutputTokens({ ...kin, model: 'sim/large-1' })).toBeNull();
  expect(calibration.likelyOutputTokens({ ...kin, route: '' })).toBeNull();
  // Once it has a past of its own, that counts.
  for (let turn = 0; turn < 20; turn++) calibration.observe({ ...kin, apiKeyId: 'key_2' }, 70);
  expect(calibration.likelyOutputTokens({ ...kin, apiKeyId: 'key_2' })).toBe(70);
  expect(calibration.likelyOutputTokens(kin)).toBe(7);
});

test('an overrun makes quotes a quarter larger, fourfold at most, until answers have been honest for a while', () => {
  const calibration = createCalibration();
  for (let turn = 0; turn < 100; turn++) calibration.observe(kin, 100);
  calibration.overrun(kin);
  expect(calibration.likelyOutputTokens(kin)).toBe(125);
  for (let turn = 0; turn < 20; turn++) calibration.overrun(kin);
  expect(calibration.likelyOutputTokens(kin)).toBe(400);
  calibration.observe(kin, 100);
  expect(calibration.likelyOutputTokens(kin)).toBe(396);
  for (let turn = 0; turn < 200; turn++) calibration.observe(kin, 100);
  expect(calibration.likelyOutputTokens(kin)).toBe(100);
});

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** The room over a database, as a process finds it that has just started. */
function room(lengths: () => Promise<{ outputTokens: number; route: string; model: string; apiKeyId: string }[]>) {
  const snapshots = {
    of: (_prefix: string, _size: number, load: (key: string) => Promise<object>) => ({ get: load }),
    onChange: () => () => {},
    close() {},
  };
  const idle = { every() {}, close: async () => {} };
  return createBudgets({
    ...{ database, runtime: systemRuntime, jobs: idle, raise: async () => true, lengths },
    snapshots: snapshots as never,
    changes: { make: () => Promise.reject(new Error('nothing is changed here')) } as never,
  });
}

test('a process that has just started quotes by what was seen before it', async () => {
  await insertBudget(database, 'org_recall', 'bud_recall', 300_000n);
  const spending = { ...aSpending('org_recall', 'req_recall'), deadlineMs: systemRuntime.clock.monotonic() + 100 };
  const { apiKeyId } = spending.caller;
  const { signal } = new AbortController();

  const forgetful = room(() => Promise.reject(new Error('history is away')));
  await expect(forgetful.open(spending, signal)).rejects.toThrow(BudgetExceededProblem);
  await forgetful.close();

  const seen = Array.from({ length: 20 }, () => ({ route: '', model: model.name, apiKeyId, outputTokens: 5 }));
  const knowing = room(async () => seen);
  const purse = purseIn(await knowing.open(spending, signal));
  expect(purse.request.sampling.maxOutputTokens).toBeLessThan(100);
  await purse.close();
  await knowing.close();
});

test('history tells how long whole answers were, by route, model and key', async () => {
  const gateway = await openTestGateway();
  try {
    const { viewer } = await gateway.ask<{ viewer: { organization: { id: string } } }>(
      '{ viewer { organization { id } } }',
    );
    const ask = (different: object) =>
      complete(gateway, { target: { model: 'sim/small-1' }, messages: [user('Hi')], ...different });
    const [first] = [await ask({}), await ask({ debug: { simulate: { failWith: 'PROVIDER_ERROR' } } })];
    await ask({ target: { route: 'default' } });
    const { usage } = gateway.gateway.rooms;
    await usage.flush();
    const lengths = await usage.lengths(viewer.organization.id);
    const { outputTokens } = first.completion!.usage;
    expect(lengths).toMatchObject([
      { route: '', model: 'sim/small-1', outputTokens },
      { route: 'default', model: 'sim/small-1' },
    ]);
    expect(await usage.lengths('org_other')).toEqual([]);
  } finally {
    await gateway.close();
  }
});

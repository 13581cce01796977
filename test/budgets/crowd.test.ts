import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BudgetRow } from '../../src/budgets/book.ts';
import { discrepancies } from '../../src/budgets/check.ts';
import { type Counter, openPurse } from '../../src/budgets/purse.ts';
import { readConfig } from '../../src/config.ts';
import { BudgetExceededProblem } from '../../src/core/problem.ts';
import { furnish } from '../../src/gateway.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { complete, user } from '../support/completions.ts';
import { testDatabase } from '../support/database.ts';
import { openTestGateway } from '../support/gateway.ts';
import { seededRandom } from '../support/manual-clock.ts';
import { hastyRuntime, systemRuntime } from '../support/runtime.ts';
import { highestOver, saveBudget } from './money.ts';
import { aCounter, aSpending, failed, insertBudget, purseIn, started, succeeded } from './rig.ts';
import { audit, threeLevels, throng } from './throng.ts';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** One call of a crowd: an attempt, sometimes a second one, sometimes a cancel. @returns ms until it was let in or refused */
async function call(budgets: readonly BudgetRow[], counter: Counter, id: string, chance: () => number) {
  const { clock } = systemRuntime;
  const startedAt = clock.monotonic();
  const spending = { ...aSpending('org_crowd', id), deadlineMs: startedAt + 60_000 };
  try {
    const opening = await openPurse(counter, budgets, spending, new AbortController().signal);
    const waitedMs = clock.monotonic() - startedAt;
    const purse = purseIn(opening);
    const most = purse.request.sampling.maxOutputTokens!;
    const tokens = () => Math.min(most, 10 + Math.floor(chance() * 50));
    try {
      await purse.see(started(1));
      await clock.sleep(5 + chance() * 20);
      const fate = chance();
      if (fate < 0.1) {
        await purse.see(failed(1, tokens(), true));
        await purse.see(started(2));
        await purse.see(succeeded(2, tokens()));
      } else if (fate < 0.2) await purse.see(failed(1, tokens(), false));
      else await purse.see(succeeded(1, tokens()));
    } finally {
      await purse.close();
    }
    return { waitedMs, refused: false };
  } catch (error) {
    if (!(error instanceof BudgetExceededProblem)) throw error;
    return { waitedMs: clock.monotonic() - startedAt, refused: true };
  }
}

test('a thousand calls at once spend the cap to its end and never a nano more, and none waits for long', async () => {
  const seed = Number(process.env.GLIDEPATH_SEED ?? 7);
  const limit = 100_000_000n;
  const budgets = [
    await insertBudget(database, 'org_crowd', 'bud_crowd_org', limit),
    await insertBudget(database, 'org_crowd', 'bud_crowd_team', limit * 2n),
    await insertBudget(database, 'org_crowd', 'bud_crowd_key', limit * 3n),
  ];
  const { float } = seededRandom(seed);
  const counter = aCounter(database);
  const calls = Array.from({ length: 1_000 }, (_, n) => call(budgets, counter, `req_crowd_${n}`, float));
  const seen = await Promise.all(calls);
  const latecomers = Array.from({ length: 50 }, (_, n) => call(budgets, counter, `req_late_${n}`, float));
  seen.push(...(await Promise.all(latecomers)));
  await counter.close();

  const [row] = await database.query<{ posted: string; reserved: string }>(
    `SELECT posted_nanos AS posted, reserved_nanos AS reserved FROM budget_account WHERE budget_id = 'bud_crowd_org'`,
  );
  const about = `seed ${seed}`;
  expect(await highestOver(database), about).toBeLessThanOrEqual(0n);
  expect(await discrepancies(database, 'org_crowd'), about).toEqual([]);
  expect(row!.reserved, about).toBe('0');
  expect(Number(row!.posted) / Number(limit), about).toBeGreaterThan(0.97);
  expect(Math.max(...seen.map(({ waitedMs }) => waitedMs)), about).toBeLessThan(5_000);
  expect(seen.some(({ refused }) => refused)).toBe(true);
}, 60_000);

test('completions that come all at once through the real gateway stay under the cap', async () => {
  const gateway = await openTestGateway();
  try {
    const id = await saveBudget(gateway, 1_000_000n);
    const ask = () =>
      complete(gateway, {
        target: { model: 'sim/small-1' },
        messages: [user('Hi')],
        sampling: { maxOutputTokens: 200 },
      });
    const results = await Promise.all(Array.from({ length: 100 }, ask));
    const names = new Set(results.map(({ __typename: name }) => name));
    expect([...names].sort()).toEqual(['BudgetExceededError', 'CompletionAccepted']);
    const paid = results.reduce((sum, { completion }) => sum + BigInt(completion?.cost.total.nanos ?? 0), 0n);
    const { budget } = await gateway.ask<{
      budget: { status: { spent: { nanos: string }; reserved: { nanos: string } } };
    }>('query ($id: ID!) { budget(id: $id) { status { spent { nanos } reserved { nanos } } } }', { id });
    expect(budget.status).toEqual({ spent: { nanos: String(paid) }, reserved: { nanos: '0' } });
    expect(paid).toBeLessThanOrEqual(1_000_000n);
  } finally {
    await gateway.close();
  }
});

test('calls of all kinds side by side use the cap to its end, and ledger and history tell the same story', async () => {
  const seed = Number(process.env.GLIDEPATH_SEED ?? 7);
  const house = await testDatabase();
  const config = { GLIDEPATH_SECRET_KEY: '0'.repeat(64), GLIDEPATH_LOG_LEVEL: 'silent' };
  const gateway = await furnish(house, readConfig(config), hastyRuntime);
  try {
    const authorization = `Bearer ${gateway.newAdminKey!.reveal()}`;
    const caller = await gateway.rooms.access.authenticate({ authorization, ip: null });
    await threeLevels(gateway, caller, 150_000_000n);
    const { float: chance } = seededRandom(seed);
    await throng(gateway, caller, { calls: 150, atOnce: 150, chance });
    const { ends } = await throng(gateway, caller, { calls: 150, atOnce: 10, chance });
    const books = await audit(house, gateway, caller.organizationId);
    const { overNanos, ...rest } = books;
    expect(overNanos, `seed ${seed}`).toBeLessThanOrEqual(0n);
    expect(rest, `seed ${seed}`).toEqual({
      ...{ unbalanced: 0, heldNanos: 0n, doubled: 0, driftNanos: 0n },
      usedPercent: expect.toSatisfy((percent: number) => percent >= 97),
    });
    expect(Object.keys(ends).some((end) => end.endsWith('BUDGET_EXCEEDED'))).toBe(true);
  } finally {
    await gateway.close(1_000);
  }
}, 120_000);

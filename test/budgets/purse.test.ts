import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPurse } from '../../src/budgets/purse.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { testDatabase } from '../support/database.ts';
import { aModel } from '../support/providers.ts';
import { systemRuntime } from '../support/runtime.ts';
import { aCounter, anAttempt, aSpending, failed, insertBudget, model, purseIn, started, succeeded } from './rig.ts';

let database: Database;
let counter: ReturnType<typeof aCounter>;
beforeAll(async () => {
  database = await testDatabase();
  counter = aCounter(database);
});
afterAll(async () => {
  await counter.close();
  await database.close();
});

/** Ten times as dear as the rig's. */
const dear = { ...model, ...aModel('large-1', null, { input: 10, output: 40 }), name: 'sim/large-1' };

/** A call that may be answered by the rig's model, or else by `dear`. */
async function open(name: string) {
  const organizationId = `org_purse_${name}`;
  const budget = await insertBudget(database, organizationId, `bud_purse_${name}`, 1_000_000_000n);
  const spending = aSpending(organizationId, `req_purse_${name}`);
  const [first] = spending.decision.candidates;
  const target = { ...first!.target, id: 'tgt_2', model: dear.name };
  const decision = { ...spending.decision, candidates: [first!, { ...first!, target, model: dear }] };
  const deadlineMs = systemRuntime.clock.monotonic() + 60_000;
  const asked = { ...spending, decision, deadlineMs };
  const purse = purseIn(await openPurse(counter, [budget], asked, new AbortController().signal));
  const holds = () =>
    database.query<{ number: number; sent: boolean; nanos: number }>(
      `SELECT split_part(id, '/', 2)::int AS number, sent, held_nanos::int AS nanos FROM budget_hold WHERE id LIKE $1`,
      [`${asked.requestId}/%`],
    );
  return { purse, holds };
}

test('what starts at once is noted as sent with its hold; a retry, which may wait, when it starts', async () => {
  const { purse, holds } = await open('sent');
  expect(await holds()).toMatchObject([{ number: 1, sent: true }]);
  await purse.see(started(1));
  await purse.see(failed(1, 0, true));
  expect(await holds()).toMatchObject([{ number: 2, sent: false }]);
  await purse.see(started(2));
  expect(await holds()).toMatchObject([{ number: 2, sent: true }]);
  await purse.see(succeeded(2, 10));
  await purse.close();
  expect(await holds()).toEqual([]);
});

test('a retry whose hold was swept while it waited holds again', async () => {
  const { purse, holds } = await open('swept');
  await purse.see(started(1));
  await purse.see(failed(1, 0, true));
  await database.query("DELETE FROM budget_hold WHERE id LIKE 'req_purse_swept/%'");
  await purse.see(started(2));
  expect(await holds()).toMatchObject([{ number: 3, sent: true }]);
  await purse.close();
});

test('a model that is asked in the place of the one that was held for is held for at its own price', async () => {
  const { purse, holds } = await open('instead');
  const [cheap] = await holds();
  const attempt = { ...anAttempt(1, 0), targetId: 'tgt_2', model: dear.name };
  await purse.see({ kind: 'attemptStarted', attempt });
  expect(await holds()).toEqual([{ number: 2, sent: true, nanos: cheap!.nanos * 10 }]);
  await purse.close();
  expect(await holds()).toEqual([]);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountOf } from '../../src/budgets/book.ts';
import { createTeller } from '../../src/budgets/crossings.ts';
import { adjustLimits, settle } from '../../src/budgets/ledger.ts';
import { openAccounts, reserve } from '../../src/budgets/reserve.ts';
import type { NewAlert } from '../../src/core/alert.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { complete, user } from '../support/completions.ts';
import { testDatabase } from '../support/database.ts';
import { openTestGateway } from '../support/gateway.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { saveBudget } from './money.ts';
import { insertBudget } from './rig.ts';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

let worlds = 0;

/** An account of 1,000 nanos with the thresholds 50, 80 and 100, and a way to spend from it. */
async function world() {
  const organizationId = `org_crossings_${++worlds}`;
  const row = await insertBudget(database, organizationId, `bud_crossings_${worlds}`, 1_000n);
  await database.query("UPDATE budget SET thresholds_percent = '{50, 80, 100}' WHERE id = $1", [row.id]);
  const account = accountOf(row, '', 0);
  await openAccounts(database, [account]);
  let spent = 0;
  const spend = async (nanos: bigint) => {
    const holdId = `${organizationId}/${++spent}`;
    const amounts = { mostNanos: nanos, leastNanos: nanos, worstNanos: nanos };
    const accounts = [{ id: account.id, hard: true }];
    await reserve(database, accounts, [{ id: holdId, ...amounts, sent: true, expiresInMs: 60_000 }], 'own_crossings');
    return (await settle(database, [{ holdId, costNanos: nanos, estimated: false }])).crossed;
  };
  return { organizationId, account, spend };
}

/** A process that tells, and what it has told. */
function telling(raised: NewAlert[] = [], raise = async (alert: NewAlert) => raised.push(alert) > 0) {
  return { raised, teller: createTeller(database, raise, testRuntime()) };
}

const percents = (alerts: readonly NewAlert[], organizationId: string) =>
  alerts
    .filter((alert) => alert.organizationId === organizationId)
    .map(({ facts }) => (facts as { thresholdPercent: number }).thresholdPercent);

test('a threshold is crossed by the settlement that comes to it, and by no other', async () => {
  const { organizationId, spend } = await world();
  expect(await spend(499n)).toBe(false);
  expect(await spend(1n)).toBe(true);
  expect(await spend(100n)).toBe(false);
  expect(await spend(400n)).toBe(true);
  const { raised, teller } = telling();
  teller.tell();
  await teller.close();
  expect(percents(raised, organizationId)).toEqual([50, 80, 100]);
  expect(raised.map(({ severity }) => severity)).toEqual(['INFO', 'WARNING', 'CRITICAL']);
});

test('of settlements at once, exactly one crosses each threshold', async () => {
  const { organizationId, spend } = await world();
  const crossed = await Promise.all(Array.from({ length: 100 }, () => spend(10n)));
  expect(crossed.filter((each) => each)).toHaveLength(3);
  const { raised, teller } = telling();
  teller.tell();
  teller.tell();
  await teller.close();
  expect(percents(raised, organizationId)).toEqual([50, 80, 100]);
});

test('lowering a limit crosses too; raising it again and spending on does not repeat what was told', async () => {
  const { organizationId, account, spend } = await world();
  await spend(450n);
  await database.transaction((tx) => adjustLimits(tx, new Map([[account.id, -300n]]), 'less'));
  await database.transaction((tx) => adjustLimits(tx, new Map([[account.id, 300n]]), 'as before'));
  expect(await spend(100n)).toBe(false);
  const { raised, teller } = telling();
  teller.tell();
  await teller.close();
  expect(percents(raised, organizationId)).toEqual([50]);
});

test('what a process crossed and had no time to tell, another one tells; what was told is not told again', async () => {
  const { organizationId, spend } = await world();
  await spend(600n);
  const dying = telling([], () => Promise.reject(new Error('the process dies while it raises')));
  dying.teller.tell();
  await dying.teller.close();
  const next = telling();
  next.teller.tell();
  await next.teller.close();
  expect(percents(next.raised, organizationId)).toEqual([50]);
  const third = telling();
  third.teller.tell();
  await third.teller.close();
  expect(percents(third.raised, organizationId)).toEqual([]);
});

test('a budget that fills up through the gateway raises its alerts once each', async () => {
  const gateway = await openTestGateway();
  try {
    const ask = () => complete(gateway, { target: { model: 'sim/small-1' }, messages: [user('Hi')], endUser: 'u1' });
    const each = BigInt((await ask()).completion!.cost.total.nanos);
    const scope = { endUser: '*' };
    const id = await saveBudget(gateway, each * 4n, { scope, onExceed: 'ALERT_ONLY', thresholdsPercent: [50, 100] });
    for (let turn = 0; turn < 5; turn++) await ask();
    await expect
      .poll(async () => {
        const { alerts } = await gateway.ask<{ alerts: { nodes: object[] } }>(
          '{ alerts(first: 10) { nodes { severity scope { kind reference } ... on BudgetAlert { budgetId thresholdPercent } } } }',
        );
        return alerts.nodes;
      })
      .toEqual([
        { severity: 'CRITICAL', scope: { kind: 'END_USER', reference: 'u1' }, budgetId: id, thresholdPercent: 100 },
        { severity: 'INFO', scope: { kind: 'END_USER', reference: 'u1' }, budgetId: id, thresholdPercent: 50 },
      ]);
  } finally {
    await gateway.close();
  }
});

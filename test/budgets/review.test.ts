import { afterAll, beforeAll, expect, test } from 'vitest';
import { complete, to } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { operation } from '../support/operations.ts';
import { budget, saveBudget } from './money.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

interface Review {
  readonly id: string;
  readonly code?: string;
  readonly status: string;
  readonly rebuilds: boolean;
  readonly accountsChecked: number;
  readonly accounts: number;
  readonly found: number;
  readonly discrepancies: readonly { accountId: string; balance: object; entries: object }[];
}

async function run(name: string, variables: object = {}, key?: string): Promise<Review | null> {
  return Object.values(await gateway.ask<Record<string, Review | null>>(await operation(name), variables, key))[0]!;
}

/** The same review once it has ended. */
async function ended(begun: Review | null): Promise<Review> {
  expect(begun).toMatchObject({ id: expect.any(String) });
  const now = () => run('LedgerReview', { id: begun!.id });
  await expect.poll(async () => (await now())!.status, { timeout: 15_000 }).not.toBe('RUNNING');
  return (await now())!;
}

const account = (budgetId: string) => gateway.gateway.prisma.budgetAccount.findFirstOrThrow({ where: { budgetId } });
const sums = (limit: bigint, spent: bigint, reserved: bigint, overrun = 0n) => ({
  overrun: { nanos: String(overrun) },
  limit: { nanos: String(limit) },
  spent: { nanos: String(spent) },
  reserved: { nanos: String(reserved) },
});

test('a balance that somebody wrote past the ledger is found, shown, told, and put right for a reason', async () => {
  const [broken, whole] = [await saveBudget(gateway, 10n ** 9n), await saveBudget(gateway, 10n ** 9n)];
  await complete(gateway, to('sim/small-1', 'Hi'));
  const { id, postedNanos } = await account(broken);
  expect(postedNanos).toBeGreaterThan(0n);
  expect(await ended(await run('LedgerCheck'))).toMatchObject({ status: 'SUCCEEDED', found: 0, accountsChecked: 2 });

  await gateway.gateway.prisma.budgetAccount.update({ where: { id }, data: { postedNanos: 5n, reservedNanos: 7n } });
  const wrong = [{ accountId: id, balance: sums(10n ** 9n, 5n, 7n), entries: sums(10n ** 9n, postedNanos, 0n) }];
  const checked = await ended(await run('LedgerCheck'));
  expect(checked).toMatchObject({ status: 'SUCCEEDED', rebuilds: false, found: 1, accounts: 2, discrepancies: wrong });
  expect((await account(broken)).postedNanos).toBe(5n);

  const rebuilt = await ended(await run('LedgerRebuild', { reason: 'a hand slipped' }));
  expect(rebuilt).toMatchObject({ status: 'SUCCEEDED', rebuilds: true, found: 1, discrepancies: wrong });
  expect(await account(broken)).toMatchObject({ postedNanos, reservedNanos: 0n });
  expect((await budget(gateway, broken)).status.spent.nanos).toBe(String(postedNanos));
  expect(await account(whole)).toMatchObject({ postedNanos });
  expect((await ended(await run('LedgerCheck'))).found).toBe(0);

  const events = await gateway.gateway.prisma.auditEvent.findMany({
    where: { action: { startsWith: 'ledger.' } },
    orderBy: { seq: 'asc' },
  });
  expect(events.map(({ action, resourceId, reason }) => ({ action, resourceId, reason }))).toEqual([
    { action: 'ledger.check', resourceId: expect.any(String), reason: null },
    { action: 'ledger.check', resourceId: checked.id, reason: null },
    { action: 'ledger.rebuildAll', resourceId: rebuilt.id, reason: 'a hand slipped' },
    { action: 'ledger.rebuild', resourceId: id, reason: 'a hand slipped' },
    { action: 'ledger.check', resourceId: expect.any(String), reason: null },
  ]);
});

test('reviews need the right to change budgets, a reason to rebuild, and are those of one organization', async () => {
  const reader = await gateway.keyWith('BUDGETS_READ');
  expect(await run('LedgerCheck', {}, reader)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await run('LedgerRebuild', { reason: 'why not' }, reader)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await run('LedgerRebuild', { reason: '  ' })).toMatchObject({ code: 'VALIDATION_FAILED' });
  const { id } = await ended(await run('LedgerCheck'));
  expect(await run('LedgerReview', { id }, reader)).toMatchObject({ id });
  expect(await run('LedgerReview', { id }, await gateway.stranger())).toBeNull();
});

test('a wrong balance is found without anybody asking, and is one alert', async () => {
  const id = await saveBudget(gateway, 10n ** 9n);
  await complete(gateway, to('sim/small-1', 'Hi'));
  const { id: accountId } = await account(id);
  await gateway.gateway.prisma.budgetAccount.update({ where: { id: accountId }, data: { limitNanos: 1n } });
  const { budgets } = gateway.gateway.rooms;
  const look = () =>
    gateway.gateway.prisma.$transaction(async (tx) => {
      const query = (sql: string, parameters: readonly unknown[] = []) =>
        tx.$queryRawUnsafe(sql, ...parameters) as Promise<never>;
      return budgets.outOfBalance({ query });
    });
  // Round after round: one may have begun in the middle of the accounts.
  const found = [...(await look()), ...(await look()), ...(await look())].filter(({ facts }) =>
    JSON.stringify(facts).includes(accountId),
  );
  expect(found.length).toBeGreaterThan(0);
  expect(new Set(found.map(({ key }) => key)).size).toBe(1);
  expect(found[0]).toMatchObject({ kind: 'BUDGET', severity: 'CRITICAL', facts: { budgetId: id } });
});

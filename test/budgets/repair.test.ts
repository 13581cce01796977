import { afterAll, beforeAll, expect, test } from 'vitest';
import { complete, user } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { budget, saveBudget } from './money.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

/** Answers that never fit, so that every repair that is allowed is made. */
const input = (repairAttempts: number) => ({
  target: { model: 'sim/small-1' },
  messages: [user('How old is she?')],
  sampling: { maxOutputTokens: 50 },
  output: { jsonSchema: { name: 'age', schema: { type: 'object', required: ['age'] }, repairAttempts } },
  debug: { simulate: { reply: 'three years' } },
});

const entriesOf = async (budgetId: string) => {
  const { prisma } = gateway.gateway;
  const accounts = await prisma.budgetAccount.findMany({ where: { budgetId } });
  const accountId = { in: accounts.map(({ id }) => id) };
  const entries = await prisma.ledgerEntry.findMany({ where: { accountId, holdId: { not: null } } });
  return entries.toSorted((a, b) => Number(a.seq - b.seq));
};

test('each repair of an answer is held before it is asked for, and booked when it has come', async () => {
  const id = await saveBudget(gateway, 10n ** 9n);
  const { code, requestId } = await complete(gateway, input(2));
  expect(code).toBe('PROVIDER_ERROR');
  const entries = await entriesOf(id);
  expect(entries.map(({ kind }) => kind)).toEqual(['reserve', 'post', 'reserve', 'post', 'reserve', 'post']);
  expect(new Set(entries.map(({ holdId }) => holdId)).size).toBe(3);
  await gateway.gateway.rooms.usage.flush();
  const attempts = await gateway.gateway.prisma.attempt.findMany({ where: { requestId: requestId! } });
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  const costs = attempts.map(({ costNanos }) => costNanos).sort();
  expect(
    entries
      .filter(({ kind }) => kind === 'post')
      .map(({ postedNanos }) => postedNanos)
      .sort(),
  ).toEqual(costs);
  expect((await budget(gateway, id)).status).toMatchObject({
    spent: { nanos: String(costs.reduce((sum, cost) => sum + cost, 0n)) },
    reserved: { nanos: '0' },
  });
});

test('a repair that nobody can pay for is not asked for, and the answer before it is paid for', async () => {
  const scope = { model: 'sim/small-1' };
  const id = await saveBudget(gateway, 10n ** 9n, { scope });
  await complete(gateway, input(0));
  const spent = BigInt((await budget(gateway, id)).status.spent.nanos);
  const [held] = await entriesOf(id);
  // Enough for one attempt, and not for the next when it has been paid for.
  const cap = await saveBudget(gateway, held!.reservedNanos + spent - 1n, { scope });
  const { code } = await complete(gateway, input(2));
  expect(code).toBe('BUDGET_EXCEEDED');
  expect((await entriesOf(cap)).map(({ kind }) => kind)).toEqual(['reserve', 'post']);
  expect((await budget(gateway, cap)).status).toMatchObject({
    spent: { nanos: String(spent) },
    reserved: { nanos: '0' },
  });
});

test('a repair is held with all that it tells of the answer before', async () => {
  const scope = { model: 'sim/large-1' };
  const id = await saveBudget(gateway, 10n ** 12n, { scope });
  await complete(gateway, {
    ...input(3),
    ...{ target: { model: 'sim/large-1' }, sampling: { maxOutputTokens: 2_600 } },
    debug: { simulate: { reply: 'word '.repeat(2_000) } },
  });
  const entries = await entriesOf(id);
  const [first, ...repairs] = entries
    .filter(({ kind }) => kind === 'reserve')
    .map((entry) => Number(entry.reservedNanos));
  expect(repairs).toHaveLength(3);
  // Each tells of the answer before, 10,000 bytes of it.
  for (const held of repairs) expect(held).toBeGreaterThan(1.5 * first!);
});

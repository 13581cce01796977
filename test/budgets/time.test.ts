import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/core/runtime.ts';
import { complete, to } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { systemRuntime } from '../support/runtime.ts';
import { saveBudget } from './money.ts';

/** A date that can be put elsewhere, as a correction of the system's clock does; durations do not notice. */
let date = Date.now();
let setAt = systemClock.monotonic();
const setDate = (text: string) => {
  date = Date.parse(text);
  setAt = systemClock.monotonic();
};
/** Stands nearly still: a slow machine must not come to the next period by itself. */
const now = () => date + Math.floor((systemClock.monotonic() - setAt) / 1_000);

let gateway: TestGateway;
beforeAll(async () => {
  setDate('2026-01-01T00:00:00Z');
  gateway = await openTestGateway({ runtime: { ...systemRuntime, clock: { ...systemClock, now } } });
});
afterAll(() => gateway.close());

const HOUR_MS = 3_600_000;
const ask = async (endUser: string) => {
  const { completion, ...rest } = await complete(gateway, { ...to('sim/small-1', 'Hi'), endUser });
  return { ...rest, cost: BigInt(completion?.cost.total.nanos ?? 0) };
};
/** What is spent, by the first moment of the period. */
async function spentBy(budgetId: string): Promise<Record<string, bigint>> {
  const accounts = await gateway.gateway.prisma.budgetAccount.findMany({
    where: { budgetId },
    orderBy: { periodStart: 'asc' },
  });
  for (const { reservedNanos } of accounts) expect(reservedNanos).toBe(0n);
  return Object.fromEntries(
    accounts.map(({ periodStart, postedNanos }) => [periodStart.toISOString().replace(':00.000Z', 'Z'), postedNanos]),
  );
}

test.each([
  ['HOUR', 'UTC', '2026-03-01T10:59:58Z', '2026-03-01T10:00Z', '2026-03-01T11:00:00Z', '2026-03-01T11:00Z'],
  ['DAY', 'Europe/Berlin', '2026-03-29T21:59:58Z', '2026-03-28T23:00Z', '2026-03-29T22:00:00Z', '2026-03-29T22:00Z'],
  ['DAY', 'Europe/Berlin', '2026-10-25T22:59:58Z', '2026-10-24T22:00Z', '2026-10-25T23:00:00Z', '2026-10-25T23:00Z'],
  [
    'MONTH',
    'America/New_York',
    '2026-03-01T04:59:58Z',
    '2026-02-01T05:00Z',
    '2026-03-01T05:00:00Z',
    '2026-03-01T05:00Z',
  ],
  ['YEAR', 'Asia/Kolkata', '2026-12-31T18:29:58Z', '2025-12-31T18:30Z', '2026-12-31T18:30:00Z', '2026-12-31T18:30Z'],
])('the last call of a %s in %s is of the old period, the first one after it of the new', async (...given) => {
  const [period, timezone, last, oldStart, first, newStart] = given;
  const endUser = `turn ${period} ${timezone} ${last}`;
  const id = await saveBudget(gateway, 10n ** 9n, { period, timezone, scope: { endUser } });
  setDate(last);
  const before = await ask(endUser);
  setDate(first);
  const after = [await ask(endUser), await ask(endUser)];
  expect(before.cost).toBeGreaterThan(0n);
  expect(await spentBy(id)).toEqual({ [oldStart]: before.cost, [newStart]: after[0]!.cost + after[1]!.cost });
});

test('a clock that leaps an hour ahead and back again gives nobody the same money twice', async () => {
  const asked = { sampling: { maxOutputTokens: 20 }, debug: { simulate: { reply: 'word '.repeat(20) } } };
  // Held at some 24,000 nanos and paid at some 12,000: enough for two calls an hour, not for three.
  const limit = 40_000n;
  const id = await saveBudget(gateway, limit, { period: 'HOUR', scope: { endUser: 'leaping' } });
  const costs: Record<string, bigint> = {};
  const spendAt = async (text: string) => {
    setDate(text);
    const { __typename, completion } = await complete(gateway, {
      ...{ ...to('sim/small-1', 'Hi'), ...asked, endUser: 'leaping' },
    });
    const hour = text.replace(/:30:00Z$/, ':00Z');
    costs[hour] = (costs[hour] ?? 0n) + BigInt(completion?.cost.total.nanos ?? 0);
    return __typename;
  };
  const [early, late] = ['2026-05-05T10:30:00Z', '2026-05-05T11:30:00Z'];
  const outcomes: string[] = [];
  for (const at of [early, late, early, early, late, late, early]) outcomes.push(await spendAt(at));
  const [paid, refused] = ['CompletionAccepted', 'BudgetExceededError'];
  expect(outcomes).toEqual([paid, paid, paid, refused, paid, refused, refused]);
  const spent = await spentBy(id);
  expect(spent).toEqual(costs);
  for (const nanos of Object.values(spent)) expect(nanos).toBeLessThanOrEqual(limit);
});

test.each([
  ['ahead', HOUR_MS],
  ['back', -HOUR_MS],
])(
  'a call under way when the clock leaps an hour %s is paid where it was held, and nobody sweeps it',
  async (how, ms) => {
    const endUser = `under way ${how}`;
    setDate('2026-06-30T23:30:00Z');
    const id = await saveBudget(gateway, 10n ** 9n, { period: 'HOUR', scope: { endUser } });
    const slow = { debug: { simulate: { tokensPerSecond: 20, reply: 'word '.repeat(20) } } };
    const waiting = complete(gateway, { ...to('sim/small-1', 'Hi'), ...slow, endUser }, 60_000);
    const held = () => gateway.gateway.prisma.budgetAccount.findFirst({ where: { budgetId: id } });
    await expect.poll(async () => ((await held())?.reservedNanos ?? 0n) > 0n, { timeout: 15_000 }).toBe(true);
    setDate(new Date(Date.parse('2026-06-30T23:30:00Z') + ms).toISOString());
    expect(await gateway.gateway.rooms.budgets.sweep()).toBe(0);
    const { completion } = await waiting;
    expect(completion).toMatchObject({ status: 'SUCCEEDED', finishReason: 'STOP' });
    expect(await spentBy(id)).toEqual({ '2026-06-30T23:00Z': BigInt(completion!.cost.total.nanos) });
    expect(await gateway.gateway.rooms.budgets.sweep()).toBe(0);
  },
);

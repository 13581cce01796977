import { afterAll, beforeAll, expect, test } from 'vitest';
import { runningOut } from '../../src/budgets/forecast.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { testDatabase } from '../support/database.ts';
import { insertBudget } from './rig.ts';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const HOUR = 3_600_000;
const start = Date.UTC(2026, 4, 1);
const hours = (count: number) => new Date(start + count * HOUR);

/** A budget of 1,000 nanos a day, of which some are spent. */
async function spent(id: string, postedNanos: number, end: Date | null = hours(24)): Promise<void> {
  await insertBudget(database, 'org_forecast', id, 1000n);
  await database.query(
    `INSERT INTO budget_account (id, organization_id, budget_id, subject, period_start, period_end, limit_nanos,
       posted_nanos, reserved_nanos) VALUES ($1, 'org_forecast', $2, '', $3, $4, 1000, $5, 0)`,
    [`${id}/day`, id, hours(0), end, postedNanos],
  );
}
const found = async (at: Date) =>
  (await runningOut(database, at.getTime())).map(({ key, facts }) => [
    key,
    (facts as { exhaustedAt: string }).exhaustedAt,
  ]);

test('a budget that burns faster than its period passes is said to run out, and when', async () => {
  await spent('steady', 250);
  await spent('fast', 600);
  await spent('gone', 1000);
  await spent('endless', 900, null);
  await spent('unused', 0);
  expect(await found(hours(6))).toEqual([['budget:fast/day:forecast', hours(10).toISOString()]]);
  expect(await found(hours(20))).toEqual([]); // slow enough by now
  expect(await found(hours(25))).toEqual([]); // of a period that is over nothing is forecast
});

test('a busy first hour is no trend', async () => {
  await spent('early', 300);
  expect(await found(hours(1))).toEqual([]);
  expect((await found(hours(2))).map(([key]) => key)).toContain('budget:early/day:forecast');
});

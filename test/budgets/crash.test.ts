import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBalances } from '../../src/budgets/balances.ts';
import { createCalibration } from '../../src/budgets/calibration.ts';
import { discrepancies } from '../../src/budgets/check.ts';
import { sweep } from '../../src/budgets/ledger.ts';
import { openPurse } from '../../src/budgets/purse.ts';
import { createTill } from '../../src/budgets/till.ts';
import type { AttemptEvent } from '../../src/core/event.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { testDatabase } from '../support/database.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { highestOver } from './money.ts';
import { aSpending, failed, insertBudget, started, succeeded } from './rig.ts';

/**
 * A process that dies before or after each of its effects in turn, on its way through whole calls; then a sweeper.
 * GLIDEPATH_CRASH_ROUNDS repeats it with the calls in other orders: 1 round is some 90 points.
 */
const ROUNDS = Number(process.env.GLIDEPATH_CRASH_ROUNDS ?? 1);
const LIMIT = 10_000_000n;

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const scripts: readonly (readonly AttemptEvent[])[] = [
  [started(1), succeeded(1, 10)],
  [started(1), failed(1, 5, true), started(2), succeeded(2, 20)],
  [started(1), failed(1, 0, true), started(2), failed(2, 7, false)],
  [started(1)],
  [],
];

interface Heard {
  /** By hold: what a provider was asked, and what it cost as far as anybody heard. */
  readonly asked: Map<string, bigint | null>;
}

let worlds = 0;

/** Lives through all scripts at once, over a database that dies at effect `point`; null: never. */
async function live(point: number | null, when: 'before' | 'after', order: readonly number[]) {
  const organizationId = `org_crash_${++worlds}`;
  const budgets = [
    await insertBudget(database, organizationId, `bud_a${worlds}`, LIMIT),
    await insertBudget(database, organizationId, `bud_b${worlds}`, LIMIT * 2n),
  ];
  const dead = Promise.withResolvers<'dead'>();
  /** What the database was asked before the death is still done, as a server does that has read a statement. */
  const underWay = new Set<Promise<unknown>>();
  let effects = 0;
  let died = false;
  const mortal: Pick<Database, 'query'> = {
    async query(sql, parameters) {
      if (died) return new Promise(() => {});
      const last = ++effects === point;
      if (last && when === 'before') {
        died = true;
        dead.resolve('dead');
        return new Promise(() => {});
      }
      if (last) died = true;
      const doing = database.query(sql, parameters);
      underWay.add(doing);
      const rows = await doing;
      underWay.delete(doing);
      if (last) dead.resolve('dead');
      return died ? new Promise(() => {}) : (rows as never);
    },
  };
  const heard: Heard = { asked: new Map() };
  const runtime = { ...testRuntime(), ids: { next: (prefix: string) => `${prefix}_${worlds}` } };
  const till = createTill(mortal as Database, runtime);
  const calls = order.map(async (script) => {
    const requestId = `req_${worlds}_${script}`;
    const spending = aSpending(organizationId, requestId);
    const counter = { till, calibration: createCalibration(), balances: createBalances(mortal, runtime), runtime };
    const opening = await openPurse(counter, budgets, spending, new AbortController().signal);
    if (!('purse' in opening)) throw new Error('nobody downgrades here');
    let attempt = 1;
    for (const event of scripts[script]!) {
      if (died) return;
      if (event.kind === 'attemptSucceeded' || event.kind === 'attemptFailed') {
        heard.asked.set(`${requestId}/${attempt}`, event.attempt.cost.totalNanos);
      }
      await opening.purse.see(event);
      // Only when `see` has come back does the provider hear of the attempt.
      if (event.kind === 'attemptStarted' && !died) heard.asked.set(`${requestId}/${attempt}`, null);
      if (event.kind === 'attemptFailed') attempt++;
    }
    await opening.purse.close();
  });
  await Promise.race([dead.promise, Promise.all(calls)]);
  await Promise.allSettled(underWay);
  return { organizationId, budgets, heard, effects };
}

test('wherever a process dies, nothing is lost, nothing is charged twice, and all of the cap can be used again', async () => {
  let points = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const order = scripts.map((_, place) => (place * 2 + round) % scripts.length);
    const { effects } = await live(null, 'before', order);
    for (let point = 1; point <= effects; point++) {
      for (const when of ['before', 'after'] as const) {
        const { organizationId, budgets, heard } = await live(point, when, order);
        points++;
        await database.query("UPDATE budget_owner SET alive_until = now() - interval '1 second'");
        await database.transaction(sweep);
        await checkBooks(`point ${point} ${when}`, organizationId, heard);
        await checkUsable(budgets);
      }
    }
  }
  expect(await highestOver(database)).toBeLessThanOrEqual(0n);
  expect(points).toBeGreaterThan(20 * ROUNDS);
  if (ROUNDS > 1) console.log(`${points} crash points`);
}, 600_000);

async function checkBooks(at: string, organizationId: string, { asked }: Heard) {
  expect(await discrepancies(database, organizationId), at).toEqual([]);
  const entries = await database.query<{
    hold_id: string;
    account_id: string;
    posted: string;
    estimated: boolean;
    ends: string;
  }>(
    `SELECT hold_id, account_id, sum(e.posted_nanos) AS posted, bool_or(estimated) AS estimated,
            count(*) FILTER (WHERE kind <> 'reserve') AS ends
     FROM ledger_entry e JOIN budget_account a ON a.id = e.account_id
     WHERE a.organization_id = $1 AND hold_id IS NOT NULL GROUP BY hold_id, account_id`,
    [organizationId],
  );
  for (const { hold_id: hold, posted, estimated, ends } of entries) {
    expect(ends, `${at}: ${hold} ended once`).toBe('1');
    const cost = asked.get(hold);
    if (cost === undefined) continue;
    expect(BigInt(posted), `${at}: ${hold} is charged`).toBeGreaterThanOrEqual(cost ?? 1n);
    if (!estimated && cost !== null) expect(BigInt(posted), `${at}: ${hold} costs what it cost`).toBe(cost);
  }
  const charged = new Set(entries.map(({ hold_id: hold }) => hold));
  for (const hold of asked.keys()) expect(charged.has(hold), `${at}: ${hold} is in the books`).toBe(true);
  const [row] = await database.query<{ reserved: string }>(
    'SELECT coalesce(sum(reserved_nanos), 0) AS reserved FROM budget_account WHERE organization_id = $1',
    [organizationId],
  );
  expect(row!.reserved, `${at}: nothing is held any more`).toBe('0');
}

async function checkUsable(budgets: readonly { id: string }[]) {
  const rows = await database.query<{ free: string; limit: string }>(
    'SELECT (limit_nanos - posted_nanos - reserved_nanos) AS free, limit_nanos AS limit FROM budget_account WHERE budget_id = ANY ($1)',
    [budgets.map(({ id }) => id)],
  );
  for (const { free, limit } of rows) expect(BigInt(free)).toBeGreaterThan(BigInt(limit) / 2n);
}

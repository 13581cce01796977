import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BudgetRow } from '../../src/budgets/book.ts';
import { accountOf } from '../../src/budgets/book.ts';
import { discrepancies, rebuild } from '../../src/budgets/check.ts';
import { adjustLimits, LEASE_MS, markSent, renewLease, settle, sweep } from '../../src/budgets/ledger.ts';
import { openAccounts, reserve } from '../../src/budgets/reserve.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { testDatabase } from '../support/database.ts';
import { highestOver } from './money.ts';
import { insertBudget, properties } from './rig.ts';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

let worlds = 0;
const LIMIT = 1_000n;

async function world() {
  const organizationId = `org_ledger_${++worlds}`;
  const budgets: BudgetRow[] = [];
  for (const name of ['a', 'b'])
    budgets.push(await insertBudget(database, organizationId, `bud_${worlds}${name}`, LIMIT));
  const accounts = budgets.map((budget) => accountOf(budget, '', 0));
  await openAccounts(database, accounts);
  await renewLease(database, `own_${worlds}`);
  return { organizationId, accounts, owner: `own_${worlds}`, ids: accounts.map(({ id }) => id) };
}

const demand = (id: string, most: bigint, least = most, sent = false) => ({
  ...{ id, mostNanos: most, leastNanos: least, worstNanos: most, sent, expiresInMs: 60_000 },
});

/** The ledger as one would write it without a database. */
interface Model {
  readonly limit: bigint[];
  readonly posted: bigint[];
  readonly holds: Map<string, { nanos: bigint; places: readonly number[]; sent: boolean }>;
}

const command = fc.oneof(
  fc.record({
    kind: fc.constant('reserve' as const),
    places: fc.constantFrom([0], [1], [0, 1]),
    asks: fc.array(fc.record({ most: fc.bigInt(0n, 600n), part: fc.bigInt(1n, 4n), sent: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    }),
  }),
  fc.record({
    kind: fc.constant('settle' as const),
    pick: fc.nat(),
    percent: fc.bigInt(0n, 130n),
    nothing: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('again' as const) }),
  fc.record({ kind: fc.constant('send' as const), pick: fc.nat() }),
  fc.record({ kind: fc.constant('sweep' as const) }),
  fc.record({ kind: fc.constant('topUp' as const), place: fc.constantFrom(0, 1), nanos: fc.bigInt(0n, 300n) }),
);

test('the ledger does what a ledger in one head would do, whatever comes in which order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 25 }), async (commands) => {
      const { organizationId, owner, ids } = await world();
      const model: Model = { limit: [LIMIT, LIMIT], posted: [0n, 0n], holds: new Map() };
      const reserved = (place: number) =>
        [...model.holds.values()].reduce((sum, hold) => sum + (hold.places.includes(place) ? hold.nanos : 0n), 0n);
      const freeOf = (places: readonly number[]) =>
        places
          .map((place) => model.limit[place]! - model.posted[place]! - reserved(place))
          .reduce((a, b) => (a < b ? a : b));
      const post = (id: string, cost: bigint) => {
        for (const place of model.holds.get(id)!.places) model.posted[place]! += cost;
        model.holds.delete(id);
      };
      let last: Parameters<typeof settle>[1][number] | null = null;
      for (const [n, step] of commands.entries()) {
        const holds = [...model.holds.keys()];
        const picked = 'pick' in step && holds.length > 0 ? holds[step.pick % holds.length]! : null;
        if (step.kind === 'reserve') {
          const demands = step.asks.map(({ most, part, sent }, place) =>
            demand(`${owner}/${n}.${place}`, most, most / part, sent),
          );
          const accounts = step.places.map((place) => ({ id: ids[place]!, hard: true }));
          const { held } = await reserve(database, accounts, demands, owner);
          let company = step.places.some((place) => reserved(place) > 0n);
          for (const [place, { id, mostNanos, leastNanos, sent }] of demands.entries()) {
            const free = freeOf(step.places);
            const share = company ? free / 4n : free;
            const fair = share > leastNanos ? share : leastNanos;
            const expected = mostNanos === 0n ? 0n : free < leastNanos ? null : fair < mostNanos ? fair : mostNanos;
            expect(held![place]).toBe(expected);
            if (expected === null) continue;
            model.holds.set(id, { nanos: expected, places: step.places, sent });
            if (expected > 0n) company = true;
          }
        } else if (step.kind === 'settle' && picked) {
          const { nanos } = model.holds.get(picked)!;
          // Never more than was held: what a provider bills beyond it is another test.
          const cost = (nanos * (step.percent > 100n ? 100n : step.percent)) / 100n;
          last = { holdId: picked, costNanos: step.nothing ? null : cost, estimated: false };
          await settle(database, [last]);
          post(picked, step.nothing ? 0n : cost);
        } else if (step.kind === 'again' && last) {
          await settle(database, [last]);
        } else if (step.kind === 'send' && picked) {
          expect(await markSent(database, [picked, 'nobody'])).toEqual(new Set([picked]));
          model.holds.get(picked)!.sent = true;
        } else if (step.kind === 'sweep') {
          await database.query("UPDATE budget_hold SET expires_at = now() - interval '1 s' WHERE owner = $1", [owner]);
          const worst = new Map(
            (
              await database.query<{ id: string; worst: string }>('SELECT id, worst_nanos AS worst FROM budget_hold')
            ).map(({ id, worst }) => [id, BigInt(worst)]),
          );
          await database.transaction(sweep);
          for (const id of holds) post(id, model.holds.get(id)!.sent ? worst.get(id)! : 0n);
        } else if (step.kind === 'topUp') {
          await database.transaction((tx) => adjustLimits(tx, new Map([[ids[step.place]!, step.nanos]]), 'a test'));
          model.limit[step.place]! += step.nanos;
        }
      }
      const rows = await database.query<{ id: string; sums: string[] }>(
        'SELECT id, ARRAY[limit_nanos, posted_nanos, reserved_nanos]::text[] AS sums FROM budget_account WHERE organization_id = $1',
        [organizationId],
      );
      for (const { id, sums } of rows) {
        const place = ids.indexOf(id);
        expect(sums.map(BigInt)).toEqual([model.limit[place], model.posted[place], reserved(place)]);
      }
      expect(await discrepancies(database, organizationId)).toEqual([]);
    }),
    properties(),
  );
}, 120_000);

test('no two statements at once both take the last of a budget', async () => {
  const { accounts, owner, organizationId } = await world();
  const hard = accounts.map(({ id }) => ({ id, hard: true }));
  const verdicts = await Promise.all(
    Array.from({ length: 20 }, (_, n) => reserve(database, hard, [demand(`${owner}/${n}`, 100n)], owner)),
  );
  expect(verdicts.filter(({ held }) => held![0] !== null)).toHaveLength(10);
  expect(await discrepancies(database, organizationId)).toEqual([]);
});

test('what a provider bills beyond its hold is posted in full and shown as an overrun', async () => {
  const { accounts, owner, organizationId } = await world();
  const [account] = accounts;
  await reserve(database, [{ id: account!.id, hard: true }], [demand(`${owner}/1`, 100n)], owner);
  await settle(database, [{ holdId: `${owner}/1`, costNanos: 150n, estimated: false }]);
  const rows = await database.query(
    "SELECT posted_nanos::int AS posted, reserved_nanos::int AS reserved, overrun FROM ledger_entry WHERE hold_id = $1 AND kind = 'post'",
    [`${owner}/1`],
  );
  expect(rows).toEqual([{ posted: 150, reserved: -100, overrun: true }]);
  await reserve(database, [{ id: account!.id, hard: true }], [demand(`${owner}/2`, 100n)], owner);
  await settle(database, [{ holdId: `${owner}/2`, costNanos: 40n, estimated: false }]);
  const [sums] = await database.query('SELECT overrun_nanos::int AS overrun FROM budget_account WHERE id = $1', [
    account!.id,
  ]);
  expect(sums).toEqual({ overrun: 50 });
  expect(await discrepancies(database, organizationId)).toEqual([]);
});

test('what a dead process sent under a cap is charged no more than was held for it', async () => {
  const { accounts, owner, organizationId } = await world();
  const [account] = accounts;
  const asked = { ...demand(`${owner}/1`, 5_000n, 200n), worstNanos: 5_000n };
  const { held } = await reserve(database, [{ id: account!.id, hard: true }], [asked], owner);
  expect(held).toEqual([LIMIT]);
  await markSent(database, [`${owner}/1`]);
  await database.query("UPDATE budget_owner SET alive_until = now() - interval '1 s' WHERE id = $1", [owner]);
  await database.transaction(sweep);
  const [entry] = await database.query<{ posted: string }>(
    "SELECT posted_nanos AS posted FROM ledger_entry WHERE hold_id = $1 AND kind = 'expire'",
    [`${owner}/1`],
  );
  expect(entry!.posted).toBe(String(LIMIT));
  expect(await discrepancies(database, organizationId)).toEqual([]);
});

test('a hold that is settled twice in one statement is paid once', async () => {
  const { accounts, owner, organizationId } = await world();
  const id = `${owner}/1`;
  await reserve(database, [{ id: accounts[0]!.id, hard: true }], [demand(id, 100n)], owner);
  const settlement = { holdId: id, costNanos: 40n, estimated: false };
  const { balances } = await settle(database, [settlement, settlement]);
  expect(balances).toMatchObject([{ postedNanos: 40n, reservedNanos: 0n }]);
  expect(await discrepancies(database, organizationId)).toEqual([]);
});

test('the truth about a swept hold is put right once, when it comes late', async () => {
  const { accounts, owner, organizationId } = await world();
  const [account] = accounts;
  await reserve(database, [{ id: account!.id, hard: true }], [demand(`${owner}/1`, 100n)], owner);
  await markSent(database, [`${owner}/1`]);
  await database.query("UPDATE budget_owner SET alive_until = now() - interval '1 s' WHERE id = $1", [owner]);
  await database.transaction(sweep);
  const posted = async () =>
    (
      await database.query<{ posted: string }>('SELECT posted_nanos AS posted FROM budget_account WHERE id = $1', [
        account!.id,
      ])
    )[0]!.posted;
  expect(await posted()).toBe('100');
  for (let turn = 0; turn < 2; turn++) {
    await settle(database, [{ holdId: `${owner}/1`, costNanos: 40n, estimated: false }]);
    expect(await posted()).toBe('40');
  }
  expect(await discrepancies(database, organizationId)).toEqual([]);
});

test('a truth that comes late can bring an account to a threshold', async () => {
  const { accounts, owner } = await world();
  const hard = [{ id: accounts[0]!.id, hard: true }];
  const late = async (id: string, costNanos: bigint) => {
    await reserve(database, hard, [demand(`${owner}/${id}`, 300n)], owner);
    await database.query("UPDATE budget_hold SET expires_at = now() - interval '1 s' WHERE owner = $1", [owner]);
    await database.transaction(sweep);
    return settle(database, [{ holdId: `${owner}/${id}`, costNanos, estimated: false }]);
  };
  expect((await late('1', 100n)).crossed).toBe(false);
  expect((await late('2', 400n)).crossed).toBe(true);
  expect((await late('3', 10n)).crossed).toBe(false);
});

test('how a hold ended is said in its last entry: void for nothing, post for what it cost', async () => {
  const { accounts, owner } = await world();
  const ends = [null, 0n, 40n];
  const demands = ends.map((_, place) => demand(`${owner}/${place}`, 100n));
  await reserve(database, [{ id: accounts[0]!.id, hard: true }], demands, owner);
  const settlements = ends.map((costNanos, place) => ({
    holdId: `${owner}/${place}`,
    costNanos,
    estimated: place > 1,
  }));
  const { balances, crossed } = await settle(database, settlements);
  expect(balances).toEqual([{ accountId: accounts[0]!.id, limitNanos: LIMIT, postedNanos: 40n, reservedNanos: 0n }]);
  expect(crossed).toBe(false);
  const entries = await database.query(
    `SELECT kind, posted_nanos::int AS posted, estimated, overrun FROM ledger_entry
     WHERE hold_id LIKE $1 || '/%' AND kind <> 'reserve' ORDER BY hold_id`,
    [owner],
  );
  expect(entries).toEqual([
    { kind: 'void', posted: 0, estimated: false, overrun: false },
    { kind: 'post', posted: 0, estimated: false, overrun: false },
    { kind: 'post', posted: 40, estimated: true, overrun: false },
  ]);
});

test('who is alive keeps its holds; a lease of half a minute after its last word they are swept', async () => {
  const { accounts, owner } = await world();
  await reserve(database, [{ id: accounts[0]!.id, hard: true }], [demand(`${owner}/1`, 100n)], owner);
  const held = async () => (await database.query('SELECT id FROM budget_hold WHERE owner = $1', [owner])).length === 1;
  const silence = (ms: number) =>
    database.query("UPDATE budget_owner SET alive_until = alive_until - $2 * interval '1 ms' WHERE id = $1", [
      owner,
      ms,
    ]);
  await silence(LEASE_MS - 10_000);
  await database.transaction(sweep);
  expect(await held()).toBe(true);
  await renewLease(database, owner);
  await silence(LEASE_MS - 10_000);
  await database.transaction(sweep);
  expect(await held()).toBe(true);
  await silence(10_001);
  await database.transaction(sweep);
  expect(await held()).toBe(false);
});

test('a process that is long dead and has left nothing behind is forgotten', async () => {
  const { owner } = await world();
  const known = async () => (await database.query('SELECT id FROM budget_owner WHERE id = $1', [owner])).length === 1;
  await database.query("UPDATE budget_owner SET alive_until = now() - interval '59 min' WHERE id = $1", [owner]);
  await database.transaction(sweep);
  expect(await known()).toBe(true);
  await database.query("UPDATE budget_owner SET alive_until = now() - interval '61 min' WHERE id = $1", [owner]);
  await database.transaction(sweep);
  expect(await known()).toBe(false);
});

test('where nobody blocks, a sweeper charges the worst case, though less was held', async () => {
  const { accounts, owner, organizationId } = await world();
  const asked = { ...demand(`${owner}/1`, 100n), worstNanos: 700n };
  await reserve(database, [{ id: accounts[0]!.id, hard: false }], [asked], owner);
  await markSent(database, [asked.id]);
  await database.query("UPDATE budget_owner SET alive_until = now() - interval '1 s' WHERE id = $1", [owner]);
  await database.transaction(sweep);
  const [entry] = await database.query(
    "SELECT posted_nanos::int AS posted, estimated, overrun FROM ledger_entry WHERE hold_id = $1 AND kind = 'expire'",
    [asked.id],
  );
  expect(entry).toEqual({ posted: 700, estimated: true, overrun: true });
  expect(await discrepancies(database, organizationId)).toEqual([]);
});

test('an account says which period it is of', async () => {
  const { accounts } = await world();
  const daily = accountOf({ ...accounts[0]!.budget, period: 'DAY' }, 'u1', Date.UTC(2026, 0, 5, 12));
  expect(await openAccounts(database, [daily])).toEqual(new Set([daily.id]));
  const spanOf = async (id: string) =>
    (
      await database.query<{ period_start: Date; period_end: Date | null; subject: string }>(
        'SELECT period_start, period_end, subject FROM budget_account WHERE id = $1',
        [id],
      )
    )[0];
  expect(await spanOf(daily.id)).toEqual({
    period_start: new Date(Date.UTC(2026, 0, 5)),
    period_end: new Date(Date.UTC(2026, 0, 6)),
    subject: 'u1',
  });
  expect(await spanOf(accounts[0]!.id)).toEqual({ period_start: new Date(0), period_end: null, subject: '' });
});

test('balances that somebody broke are found, and made the sum of their entries again', async () => {
  const { organizationId, accounts, owner } = await world();
  const [account] = accounts;
  await reserve(database, [{ id: account!.id, hard: true }], [demand(`${owner}/1`, 100n)], owner);
  await database.query(
    'UPDATE budget_account SET limit_nanos = 1, posted_nanos = 999, reserved_nanos = 7, overrun_nanos = 3 WHERE id = $1',
    [account!.id],
  );
  const stranger = await world();
  await database.query('UPDATE budget_account SET posted_nanos = 5 WHERE id = $1', [stranger.ids[0]]);
  expect(await discrepancies(database, organizationId)).toEqual([
    { accountId: account!.id, balance: [1n, 999n, 7n, 3n], entries: [LIMIT, 0n, 100n, 0n] },
  ]);
  await database.transaction((tx) => rebuild(tx, [account!.id]));
  expect(await discrepancies(database, organizationId)).toEqual([]);
  const { held } = await reserve(database, [{ id: account!.id, hard: true }], [demand(`${owner}/2`, 900n)], owner);
  expect(held).toEqual([900n]);
  expect(await discrepancies(database, stranger.organizationId)).toMatchObject([{ accountId: stranger.ids[0] }]);
  await database.transaction((tx) => rebuild(tx, stranger.ids));
});

test('accounts are compared stretch by stretch, to the last one', async () => {
  const { organizationId, accounts } = await world();
  const each = Array.from({ length: 120 }, (_, n) => accountOf(accounts[0]!.budget, `user ${n}`, 0));
  await openAccounts(database, each);
  const broken = [each[3]!.id, each[70]!.id, each[119]!.id].sort();
  await database.query('UPDATE budget_account SET posted_nanos = 1 WHERE id = ANY ($1::text[])', [broken]);
  const found = await discrepancies(database, organizationId);
  expect(found.map(({ accountId }) => accountId).sort()).toEqual(broken);
});

test('nobody can change or delete an entry', async () => {
  await expect(database.query('UPDATE ledger_entry SET posted_nanos = 0')).rejects.toThrow('append-only');
  await expect(database.query('DELETE FROM ledger_entry')).rejects.toThrow('append-only');
  expect(await highestOver(database)).toBeDefined();
});

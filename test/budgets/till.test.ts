import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { accountOf } from '../../src/budgets/book.ts';
import { LEASE_MS, settle, sweep } from '../../src/budgets/ledger.ts';
import type { Balance } from '../../src/budgets/reserve.ts';
import { createTill, type Payer, type Till } from '../../src/budgets/till.ts';
import { UnavailableProblem } from '../../src/core/problem.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { testDatabase } from '../support/database.ts';
import { type TestRuntime, testRuntime } from '../support/manual-clock.ts';
import { insertBudget } from './rig.ts';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const LIMIT = 1_000n;
const TABLES = { reserve: 'WITH RECURSIVE', open: 'opened AS', settle: 'ended AS', lease: 'INTO budget_owner' };
type Statement = keyof typeof TABLES;

/** One process at its till, on a clock that stands; statements of a kind can be made to fail, before or after they ran. */
interface Place {
  readonly till: Till;
  readonly payers: readonly Payer[];
  readonly clock: TestRuntime['clock'];
  readonly log: TestRuntime['log'];
  readonly statements: readonly Statement[];
  readonly noted: readonly (readonly Balance[])[];
  readonly crossed: { times: number };
  /** Null: all works again. */
  fails: { readonly statement: Statement; readonly after: boolean } | null;
  hold(id: string, nanos: bigint, patienceMs?: number, signal?: AbortSignal): ReturnType<Till['reserve']>;
  end(id: string, costNanos?: bigint | null): Promise<void>;
}

let places = 0;
const open: Place[] = [];
afterEach(async () => {
  for (const place of open.splice(0)) {
    place.fails = null;
    let closed = false;
    const closing = place.till.close().then(() => {
      closed = true;
    });
    // A settlement may still be on its way to the database.
    while (!closed) await place.clock.advance(1);
    await closing;
  }
});

async function stand(hard: readonly boolean[] = [true], others?: readonly Payer[]): Promise<Place> {
  const name = `${++places}`;
  const runtime = testRuntime();
  const statements: Statement[] = [];
  const noted: (readonly Balance[])[] = [];
  const crossed = { times: 0 };
  const payers = await Promise.all(
    hard.map(async (blocks, level): Promise<Payer> => {
      const budget = await insertBudget(database, 'org_till', `bud_till_${name}_${level}`, LIMIT * BigInt(level + 1));
      return { account: accountOf(budget, '', 0), hard: blocks };
    }),
  );
  const query: Database['query'] = async (sql, ...rest) => {
    const statement = (Object.keys(TABLES) as Statement[]).find((kind) => sql.includes(TABLES[kind]));
    if (statement) statements.push(statement);
    const failing = place.fails && place.fails.statement === statement ? place.fails : null;
    if (failing?.after) await database.query(sql, ...rest);
    if (failing) throw new UnavailableProblem('database', 'gone for a moment');
    return database.query(sql, ...rest);
  };
  // Every process has a name of its own, which the ledger knows it by.
  const ids = { next: (prefix: string) => `${prefix}_till_${name}` };
  const till = createTill(
    { ...database, query },
    { ...runtime, ids },
    {
      balances: { note: (balances) => void noted.push(balances) },
      crossed: () => crossed.times++,
    },
  );
  const place: Place = {
    ...{
      till,
      payers: others ?? payers,
      clock: runtime.clock,
      log: runtime.log,
      statements,
      noted,
      crossed,
      fails: null,
    },
    hold(id, nanos, patienceMs = 0, signal = new AbortController().signal) {
      const demand = {
        id: `${id}@${name}`,
        mostNanos: nanos,
        leastNanos: nanos,
        worstNanos: nanos,
        sent: false,
        expiresInMs: 60_000,
      };
      return till.reserve(place.payers, demand, patienceMs, signal);
    },
    end: (id, costNanos = null) => till.settle({ holdId: `${id}@${name}`, costNanos, estimated: false }, place.payers),
  };
  open.push(place);
  return place;
}

/** Beside the lease, which is renewed for as long as there is a till. */
const someoneWaits = ({ clock }: Place) => clock.sleepers(2);

async function balanceOf({ payers }: Place, level = 0) {
  const [row] = await database.query<{ posted: string; reserved: string }>(
    'SELECT posted_nanos AS posted, reserved_nanos AS reserved FROM budget_account WHERE id = $1',
    [payers[level]!.account.id],
  );
  return row;
}

test('a hold is on every account or on none, and who is refused hears on which and what is left there', async () => {
  const place = await stand([true, true]);
  expect(await place.hold('a', 700n)).toEqual({ kind: 'held', nanos: 700n, payers: place.payers });
  const short = await place.hold('b', 400n);
  expect(short).toEqual({ kind: 'short', payer: place.payers[0], remainingNanos: 300n });
  expect([await balanceOf(place, 0), await balanceOf(place, 1)]).toEqual([
    { posted: '0', reserved: '700' },
    { posted: '0', reserved: '700' },
  ]);
});

test('it is the shortest account that is named, not the first', async () => {
  const wide = await stand([true, true]);
  const [small, large] = wide.payers;
  const place = await stand([], [large!, small!]);
  await place.hold('a', 700n);
  expect(await place.hold('b', 400n)).toMatchObject({ kind: 'short', payer: small, remainingNanos: 300n });
});

test('an account that does not block is never what a call is short of', async () => {
  const place = await stand([false, true]);
  await place.hold('a', 1_500n);
  expect(await place.hold('b', 600n)).toMatchObject({ kind: 'short', payer: place.payers[1], remainingNanos: 500n });
  expect(await balanceOf(place, 0)).toEqual({ posted: '0', reserved: '1500' });
});

test('nobody pays: nothing is asked of the ledger but that this process is alive', async () => {
  const place = await stand([]);
  expect(await place.hold('a', 10n ** 9n)).toEqual({ kind: 'held', nanos: 0n, payers: [] });
  expect(place.statements).toEqual(['lease']);
});

test('many at once are a few statements, and accounts are opened once', async () => {
  const place = await stand();
  await Promise.all(Array.from({ length: 300 }, (_, n) => place.hold(`many${n}`, 1n)));
  await place.hold('later', 1n);
  expect(place.statements).toEqual(['lease', 'open', 'open', 'reserve', 'reserve', 'reserve']);
  expect(await balanceOf(place)).toEqual({ posted: '0', reserved: '301' });
});

test('who is short only because others hold it gets it as soon as they give it back', async () => {
  const place = await stand([true, true]);
  await place.hold('a', 800n);
  const waiting = place.hold('b', 500n, 3_000);
  const another = place.hold('c', 400n, 3_000);
  await someoneWaits(place);
  await place.end('a', 50n);
  expect(await Promise.all([waiting, another])).toMatchObject([
    { kind: 'held', nanos: 500n },
    { kind: 'held', nanos: 400n },
  ]);
  expect(await balanceOf(place)).toEqual({ posted: '50', reserved: '900' });
});

test('what another process gives back is found by looking again', async () => {
  const place = await stand();
  await place.hold('a', 800n);
  const waiting = place.hold('b', 500n, 3_000);
  await someoneWaits(place);
  await settle(database, [{ holdId: `a@${places}`, costNanos: null, estimated: false }]);
  await place.clock.advance(199);
  expect(place.statements.filter((statement) => statement === 'reserve')).toHaveLength(2);
  await place.clock.advance(1);
  expect(await waiting).toMatchObject({ kind: 'held', nanos: 500n });
});

test('what is given back on other accounts wakes nobody', async () => {
  const [place, elsewhere] = [await stand(), await stand()];
  await place.hold('a', 800n);
  const waiting = place.hold('b', 500n, 3_000);
  await someoneWaits(place);
  await place.till.settle({ holdId: 'nobody', costNanos: null, estimated: false }, elsewhere.payers);
  expect(place.statements.filter((statement) => statement === 'reserve')).toHaveLength(2);
  await place.end('a');
  expect(await waiting).toMatchObject({ kind: 'held' });
});

test('patience ends, and nobody is patient where nothing can come back', async () => {
  const place = await stand();
  await place.hold('a', 800n);
  const waiting = place.hold('b', 500n, 300);
  let answer: unknown = null;
  void waiting.then((given) => {
    answer = given;
  });
  await someoneWaits(place);
  await place.clock.advance(200);
  await someoneWaits(place);
  expect(answer).toBeNull();
  await place.clock.advance(200);
  expect(await waiting).toMatchObject({ kind: 'short', remainingNanos: 200n });

  await place.end('a', 700n);
  await place.hold('c', 100n);
  expect(await place.hold('d', 301n, 3_000)).toMatchObject({ kind: 'short', remainingNanos: 200n });
  // Exactly what is not spent may still come back.
  const last = place.hold('e', 300n, 3_000);
  await someoneWaits(place);
  await place.end('c');
  expect(await last).toMatchObject({ kind: 'held', nanos: 300n });
});

test('who has gone does not wait', async () => {
  const place = await stand();
  await place.hold('a', 800n);
  const caller = new AbortController();
  const waiting = place.hold('b', 500n, 3_000, caller.signal);
  await someoneWaits(place);
  caller.abort();
  await place.clock.advance(200);
  expect(await waiting).toMatchObject({ kind: 'short' });
});

test('a budget that was deleted a moment ago pays for nothing any more', async () => {
  const place = await stand([true, true]);
  await database.query('DELETE FROM budget WHERE id = $1', [place.payers[0]!.account.budget.id]);
  expect(await place.hold('a', 1_500n)).toEqual({ kind: 'held', nanos: 1_500n, payers: [place.payers[1]] });
});

test('an account that has gone since it was opened is opened again', async () => {
  const place = await stand();
  await place.hold('a', 100n);
  await database.query('DELETE FROM budget_account WHERE id = $1', [place.payers[0]!.account.id]);
  expect(await place.hold('b', 1_000n)).toMatchObject({ kind: 'held', nanos: 1_000n, payers: place.payers });
});

test('the sending is noted only for a hold that is still there', async () => {
  const place = await stand();
  await place.hold('a', 100n);
  expect(await place.till.markSent(`a@${places}`)).toBe(true);
  await place.end('a', 10n);
  expect(await place.till.markSent(`a@${places}`)).toBe(false);
});

test('a settlement waits for a database that is away, but nobody waits for it longer than a second', async () => {
  const place = await stand();
  await place.hold('a', 100n);
  place.fails = { statement: 'settle', after: false };
  let told = false;
  const settling = place.end('a', 40n).then(() => {
    told = true;
  });
  for (const waitMs of [100, 200, 400]) {
    await place.clock.sleepers(3);
    expect(told).toBe(false);
    await place.clock.advance(waitMs);
  }
  await place.clock.sleepers(3);
  await place.clock.advance(300);
  await settling;
  expect(place.log.lines.filter(({ level }) => level === 'warn')).toMatchObject([
    { fields: { holdIds: [`a@${places}`], err: { code: 'UNAVAILABLE' } } },
  ]);
  // 800 ms, then 1.6 s, then 2 s at most.
  place.fails = null;
  await place.clock.advance(500);
  await expect.poll(() => balanceOf(place)).toEqual({ posted: '40', reserved: '0' });
  expect(place.statements.filter((statement) => statement === 'settle')).toHaveLength(5);
});

test('attempts to settle grow no further apart than two seconds', async () => {
  const place = await stand();
  await place.hold('a', 100n);
  place.fails = { statement: 'settle', after: false };
  const settling = place.end('a', 40n);
  for (const waitMs of [100, 200, 400, 800, 1_600, 2_000, 2_000]) {
    await place.clock.sleepers(2);
    await place.clock.advance(waitMs);
  }
  await settling;
  await place.clock.sleepers(2);
  expect(place.statements.filter((statement) => statement === 'settle')).toHaveLength(8);
  place.fails = null;
  await place.clock.advance(2_000);
});

test("closing waits for what is not written, five seconds at most; the rest is the sweeper's", async () => {
  const place = await stand();
  await place.hold('a', 100n);
  await place.till.markSent(`a@${places}`);
  place.fails = { statement: 'settle', after: false };
  const settling = place.end('a', 40n);
  await place.clock.sleepers(3);
  let closed = false;
  const closing = place.till.close().then(() => {
    closed = true;
  });
  for (let passed = 0; passed < 4_900; passed += 20) await place.clock.advance(20);
  expect(closed).toBe(false);
  for (let passed = 0; passed < 2_500; passed += 20) await place.clock.advance(20);
  await Promise.all([closing, settling]);
  await place.clock.advance(2_000);
  await expect
    .poll(() => place.log.lines.find(({ level }) => level === 'error'))
    .toMatchObject({ fields: { holdIds: [`a@${places}`] } });
  place.fails = null;
  expect(await balanceOf(place)).toEqual({ posted: '0', reserved: '100' });
  await database.query("UPDATE budget_owner SET alive_until = now() - interval '1 s' WHERE id = $1", [
    `own_till_${places}`,
  ]);
  await database.transaction(sweep);
  expect(await balanceOf(place)).toEqual({ posted: '100', reserved: '0' });
});

test('a hold that nobody heard of is given back once the database answers again', async () => {
  const place = await stand();
  await place.hold('first', 1n);
  place.fails = { statement: 'reserve', after: true };
  await expect(place.hold('a', 600n)).rejects.toThrow('gone for a moment');
  place.fails = null;
  await expect.poll(() => balanceOf(place)).toEqual({ posted: '0', reserved: '1' });
});

test('no hold is made by a process that is not known to be alive, and the next call tries again', async () => {
  const place = await stand();
  place.fails = { statement: 'lease', after: false };
  await expect(place.hold('a', 1n)).rejects.toBeInstanceOf(UnavailableProblem);
  expect(place.statements).toEqual(['lease']);
  place.fails = null;
  expect(await place.hold('a', 1n)).toMatchObject({ kind: 'held' });
  expect(place.statements).toEqual(['lease', 'lease', 'open', 'reserve']);
});

test('a process says three times in a lease that it is alive, also after it once could not', async () => {
  const place = await stand();
  await place.hold('a', 1n);
  const renewals = () => place.statements.filter((statement) => statement === 'lease').length;
  await place.clock.advance(LEASE_MS / 3 - 1);
  expect(renewals()).toBe(1);
  place.fails = { statement: 'lease', after: false };
  await place.clock.advance(1);
  await place.clock.sleepers(1);
  expect(renewals()).toBe(2);
  expect(place.log.lines).toMatchObject([{ level: 'warn', fields: { err: { code: 'UNAVAILABLE' } } }]);
  place.fails = null;
  await place.clock.advance(LEASE_MS / 3);
  await place.clock.sleepers(1);
  expect(renewals()).toBe(3);
  await place.till.close();
  expect(place.clock.waiting).toBe(0);
  await place.clock.advance(LEASE_MS);
  expect(renewals()).toBe(3);
});

test('balances are told as each statement leaves them, and thresholds when they are come to', async () => {
  const place = await stand();
  await Promise.all([place.hold('a', 400n), place.hold('b', 100n), place.hold('c', 600n)]);
  const accountId = place.payers[0]!.account.id;
  expect(place.noted.at(-1)).toEqual([{ accountId, limitNanos: LIMIT, postedNanos: 0n, reservedNanos: 500n }]);
  await place.end('b', 100n);
  expect(place.noted.at(-1)).toEqual([{ accountId, limitNanos: LIMIT, postedNanos: 100n, reservedNanos: 400n }]);
  expect(place.crossed.times).toBe(0);
  await place.end('a', 400n);
  expect(place.crossed.times).toBe(1);
});

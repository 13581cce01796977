import type { BudgetRow } from '../../../src/budgets/book.ts';
import { type Budgets, createBudgets } from '../../../src/budgets/index.ts';
import { settle, sweep } from '../../../src/budgets/ledger.ts';
import { reserve } from '../../../src/budgets/reserve.ts';
import { walk } from '../../../src/completions/complete.ts';
import type { RoomsOnTheWay } from '../../../src/completions/job.ts';
import type { Nanos } from '../../../src/core/money.ts';
import type { Runtime } from '../../../src/core/runtime.ts';
import type { Database } from '../../../src/platform/database/database.ts';
import type { Providers } from '../../../src/providers/index.ts';
import { aCaller } from '../../support/callers.ts';
import { hastyRuntime } from '../../support/runtime.ts';
import { insertBudget } from '../rig.ts';
import { type Life, mortal, mortalClock, startLife } from './mortal.ts';
import type { Scenario } from './scenarios.ts';

/** The rooms of a living gateway, the organization they know, and a database for budgets alone. */
export interface House {
  readonly rooms: RoomsOnTheWay;
  readonly organizationId: string;
  readonly database: Database;
}

export interface Lived {
  readonly effects: number;
  readonly budgets: readonly BudgetRow[];
  /** By hold: what a provider was asked, and what it cost as far as the provider could tell. */
  readonly heard: ReadonlyMap<string, Nanos | null>;
}

const LIMIT = 10_000_000n;
let worlds = 0;

/**
 * Walks the scenarios' calls side by side through the whole house, in a process that dies at effect `point`: each
 * statement, each step of a provider's answer, each take of a limit, each event told to the caller is one.
 */
export async function live(
  { rooms, organizationId, database }: House,
  scenarios: readonly Scenario[],
  point: number | null,
  when: 'before' | 'after',
): Promise<Lived> {
  const world = ++worlds;
  const life = startLife(point, when);
  const clock = mortalClock(hastyRuntime.clock);
  const runtime = { ...hastyRuntime, clock };
  const cancels: AbortController[] = [];
  const heard = new Map<string, Nanos | null>();
  const budgets: BudgetRow[] = [];
  const calls = await Promise.all(
    scenarios.map(async (scenario, place) => {
      const pair = await budgetsOf(database, organizationId, `${world}_${place}`, scenario);
      budgets.push(...pair);
      const dying: RoomsOnTheWay = {
        ...mortals(rooms, life),
        providers: { ...rooms.providers, attempt: mortalAttempt(rooms.providers, life, heard) },
        budgets: roomOf(database, life, runtime, organizationId, pair),
      };
      const cancel = new AbortController();
      cancels.push(cancel);
      return () => call(dying, runtime, organizationId, scenario, `${world}_${place}`, life, cancel);
    }),
  );
  await Promise.race([life.death, Promise.all(calls.map((begin) => begin()))]);
  await life.settled();
  clock.stop();
  // Nothing of it can act any more; but signals that somebody listens to are kept in memory until they abort.
  for (const cancel of cancels) cancel.abort('the process is dead');
  return { effects: life.effects, budgets, heard };
}

async function call(
  rooms: RoomsOnTheWay,
  runtime: Runtime,
  organizationId: string,
  scenario: Scenario,
  name: string,
  life: Life,
  cancel: AbortController,
) {
  const { request } = scenario;
  const job = {
    ...{ id: `cmp_${name}`, requestId: `req_${name}`, caller: aCaller(organizationId), request, streamed: true },
    ...{ trace: null, acceptedAt: runtime.clock.monotonic() },
  };
  let told = 0;
  await walk(rooms, runtime)(job, cancel.signal, async (event) => {
    // As runs write it to the log that others follow.
    await life.effect(async () => event);
    if (++told === scenario.cancelAfter) cancel.abort('the caller went away');
  });
}

function mortals(rooms: RoomsOnTheWay, life: Life): RoomsOnTheWay {
  return Object.fromEntries(Object.entries(rooms).map(([name, room]) => [name, mortal(room, life)])) as never;
}

/** The room as a process finds it that has just started: it knows these budgets, and that answers have been short. */
function roomOf(
  database: Database,
  life: Life,
  runtime: Runtime,
  organizationId: string,
  budgets: readonly BudgetRow[],
): Budgets {
  const kin = { route: '', model: 'sim/small-1', apiKeyId: aCaller(organizationId).apiKeyId };
  return createBudgets({
    database: mortal({ query: database.query, transaction: database.transaction }, life) as Database,
    snapshots: { of: () => ({ get: async () => budgets }), onChange: () => () => {}, close() {} } as never,
    changes: { make: () => Promise.reject(new Error('nothing is changed here')) } as never,
    jobs: { every() {}, close: async () => {} },
    lengths: async () => Array.from({ length: 20 }, () => ({ ...kin, outputTokens: 5 })),
    raise: async () => true,
    runtime,
  });
}

/**
 * Each event of it is an effect. Notes the provider's side: asked from the moment that the process goes on after
 * `attemptStarted`.
 */
function mortalAttempt({ attempt }: Providers, life: Life, heard: Map<string, Nanos | null>): Providers['attempt'] {
  return (asked, signal, tell) => {
    let number = 0;
    const name = () => `${asked.requestId}/${number}`;
    return attempt(asked, signal, async (event) => {
      await life.effect(async () => {
        const ended = event.kind === 'attemptSucceeded' || event.kind === 'attemptFailed';
        if (ended) heard.set(name(), event.attempt.cost.totalNanos);
      });
      await tell(event);
      if (event.kind !== 'attemptStarted') return;
      number++;
      heard.set(name(), null);
    });
  };
}

async function budgetsOf(database: Database, organizationId: string, name: string, { first }: Scenario) {
  const limitNanos = first?.limitNanos ?? LIMIT;
  const one = await insertBudget(database, organizationId, `bud_${name}_1`, limitNanos);
  const other = await insertBudget(database, organizationId, `bud_${name}_2`, LIMIT * 2n);
  return [{ ...one, ...first }, other];
}

/** What a sweeper of another process does when this one has not been heard of for its lease. */
export async function bury(database: Database): Promise<void> {
  await database.query("UPDATE budget_owner SET alive_until = now() - interval '1 second' WHERE alive_until > now()");
  await database.transaction(sweep);
}

interface Entry {
  readonly kind: string;
  readonly account: string;
  readonly hold: string | null;
  readonly reserved: string;
  readonly posted: string;
  readonly limit: string;
}

/** @returns what is wrong with the books after the burial, in words; nothing when all is well */
export async function faultsOf(database: Database, { budgets, heard }: Lived): Promise<readonly string[]> {
  const ids = budgets.map(({ id }) => id);
  const accounts = await database.query<{ id: string; budget: string; sums: string[] }>(
    `SELECT id, budget_id AS budget, ARRAY[limit_nanos, posted_nanos, reserved_nanos]::text[] AS sums
     FROM budget_account WHERE budget_id = ANY ($1)`,
    [ids],
  );
  const entries = await database.query<Entry>(
    `SELECT kind, account_id AS account, hold_id AS hold, reserved_nanos AS reserved, posted_nanos AS posted,
            limit_nanos AS limit
     FROM ledger_entry WHERE account_id = ANY ($1) ORDER BY seq`,
    [accounts.map(({ id }) => id)],
  );
  const faults: string[] = [];
  for (const { id, budget, sums } of accounts) {
    const own = entries.filter(({ account }) => account === id);
    // One that downgrades only counts what the cheaper route costs.
    const soft = budgets.find((row) => row.id === budget)!.onExceed !== 'BLOCK';
    faults.push(...faultsOfAccount(id, own, sums.map(BigInt), heard, soft));
    faults.push(...(await faultOfUse(database, id, sums.map(BigInt))));
  }
  for (const hold of heard.keys()) {
    if (!entries.some((entry) => entry.hold === hold)) faults.push(`${hold} was asked and is not in the books`);
  }
  return faults;
}

function faultsOfAccount(
  id: string,
  entries: readonly Entry[],
  sums: readonly Nanos[],
  heard: ReadonlyMap<string, Nanos | null>,
  soft: boolean,
): string[] {
  const faults: string[] = [];
  let [limit, posted, reserved] = [0n, 0n, 0n];
  for (const entry of entries) {
    limit += BigInt(entry.limit);
    posted += BigInt(entry.posted);
    reserved += BigInt(entry.reserved);
    if (!soft && posted + reserved > limit) faults.push(`${id} stood over its limit`);
  }
  if (sums.join() !== [limit, posted, reserved].join()) faults.push(`${id} is not the sum of its entries`);
  if (reserved !== 0n) faults.push(`${id} still holds ${reserved}`);
  for (const hold of new Set(entries.flatMap((entry) => entry.hold ?? []))) {
    const ends = entries.filter((entry) => entry.hold === hold && entry.kind !== 'reserve');
    if (ends.length !== 1) faults.push(`${hold} ended ${ends.length} times`);
    if (!heard.has(hold)) continue;
    const [cost, paid] = [heard.get(hold)!, ends.reduce((sum, end) => sum + BigInt(end.posted), 0n)];
    if (paid < (cost ?? 1n)) faults.push(`${hold} cost ${cost ?? 'something'}, and ${paid} are charged`);
    if (cost !== null && paid !== cost && ends[0]?.kind !== 'expire') faults.push(`${hold}: ${paid} for ${cost}`);
  }
  return faults;
}

/** All that is not spent can be held by one call again. */
async function faultOfUse(database: Database, id: string, [limit, posted]: readonly Nanos[]): Promise<string[]> {
  const free = limit! - posted!;
  if (free <= 0n) return [];
  const amounts = { mostNanos: free, leastNanos: free, worstNanos: free };
  const hold = { id: `use_${++worlds}`, ...amounts, sent: false, expiresInMs: 60_000 };
  const { held } = await reserve(database, [{ id, hard: true }], [hold], 'own_use');
  if (held?.[0] !== free) return [`${id} has ${free} left and cannot be used`];
  await settle(database, [{ holdId: hold.id, costNanos: null, estimated: false }]);
  return [];
}

/**
 * Every point of the scenarios together, before and after; or every `stride`-th.
 * @returns how many, and what was wrong at which
 */
export async function everyPoint(house: House, scenarios: readonly Scenario[], stride = 1) {
  const { effects } = await live(house, scenarios, null, 'before');
  const name = scenarios.map((scenario) => scenario.name).join(' beside ');
  const faults: string[] = [];
  let points = 0;
  for (let point = 1; point <= effects; point += stride) {
    for (const when of ['before', 'after'] as const) {
      const lived = await live(house, scenarios, point, when);
      await bury(house.database);
      points++;
      for (const fault of await faultsOf(house.database, lived))
        faults.push(`${name}, ${when} effect ${point}: ${fault}`);
    }
  }
  return { points, effects, faults };
}

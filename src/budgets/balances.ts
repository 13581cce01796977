import { LRUCache } from 'lru-cache';
import type { Runtime } from '../core/runtime.ts';
import type { Database } from '../platform/database/database.ts';
import { createBatch } from './batch.ts';
import type { Account } from './book.ts';
import { type Balance, balancesOf, SUMS, type Sums } from './reserve.ts';

/**
 * Copies of balances, for those who only want to know roughly: routing, and what an answer says of what is left. What
 * the ledger told this process is noted at once; what others spend is fetched once a second for every account that
 * was asked for in the last `IN_USE_MS`, so a copy is at most two seconds old. Nothing is granted or refused by a copy.
 */
export interface Balances {
  /** As a statement left them. */
  note(balances: readonly Balance[]): void;
  /** Waits for the database only for accounts nobody has asked for lately; empty for what it does not tell. */
  of(accounts: readonly Account[]): readonly Balance[] | Promise<readonly Balance[]>;
  /** What is known without waiting; what is not is fetched, for the next time. */
  peek(account: Account): Balance | null;
  /** Limits have been changed. */
  forget(): void;
  close(): void;
}

interface Copy {
  balance: Balance;
  /** On clock.monotonic(). */
  askedAt: number;
}

const COPIES = 20_000;
const REFRESH_MS = 1_000;
const IN_USE_MS = 10_000;
const FETCHED_AT_ONCE = 1_000;

export function createBalances(database: Pick<Database, 'query'>, { clock, log }: Runtime): Balances {
  const copies = new LRUCache<string, Copy>({ max: COPIES });
  let cancel: (() => void) | null = null;
  let closed = false;

  const fetching = createBatch<Account, Balance>(FETCHED_AT_ONCE, async (accounts) => {
    const found = await read(
      database,
      accounts.map(({ id }) => id),
    );
    const balances = accounts.map((account) => found.get(account.id) ?? untouched(account));
    for (const balance of balances) keep(balance, clock.monotonic());
    return balances;
  });

  const keep = (balance: Balance, askedAt: number) => {
    copies.set(balance.accountId, { balance, askedAt });
    if (!closed) cancel ??= clock.after(REFRESH_MS, refresh);
  };

  /** Ends by itself when nobody asks any more. */
  const refresh = async () => {
    const since = clock.monotonic() - IN_USE_MS;
    for (const [id, { askedAt }] of copies.entries()) if (askedAt < since) copies.delete(id);
    const ids = [...copies.keys()];
    try {
      for (let place = 0; place < ids.length; place += FETCHED_AT_ONCE) {
        const found = await read(database, ids.slice(place, place + FETCHED_AT_ONCE));
        for (const [id, balance] of found) {
          const copy = copies.peek(id);
          if (copy) copy.balance = balance;
        }
      }
    } catch (error) {
      log.debug({ err: error }, 'balances could not be read');
    }
    cancel = copies.size > 0 && !closed ? clock.after(REFRESH_MS, refresh) : null;
  };

  const known = ({ id }: Account): Balance | null => {
    const copy = copies.get(id);
    if (copy) copy.askedAt = clock.monotonic();
    return copy?.balance ?? null;
  };

  const fetched = async (accounts: readonly Account[]): Promise<readonly Balance[]> => {
    try {
      return await Promise.all(accounts.map((account) => known(account) ?? fetching.add(account)));
    } catch (error) {
      log.debug({ err: error }, 'balances could not be read');
      return [];
    }
  };

  return {
    note(balances) {
      for (const balance of balances) {
        const copy = copies.peek(balance.accountId);
        if (copy) copy.balance = balance;
        else keep(balance, clock.monotonic());
      }
    },
    of(accounts) {
      const balances: Balance[] = [];
      for (const account of accounts) {
        const balance = known(account);
        if (!balance) return fetched(accounts);
        balances.push(balance);
      }
      return balances;
    },
    peek(account) {
      const balance = known(account);
      if (!balance) fetching.add(account).catch((error) => log.debug({ err: error }, 'balances could not be read'));
      return balance;
    },
    forget: () => copies.clear(),
    close() {
      closed = true;
      cancel?.();
    },
  };
}

/** Nobody has spent from it yet. */
function untouched({ id, budget }: Account): Balance {
  return { accountId: id, limitNanos: budget.limitNanos, postedNanos: 0n, reservedNanos: 0n };
}

async function read(database: Pick<Database, 'query'>, ids: readonly string[]): Promise<ReadonlyMap<string, Balance>> {
  if (ids.length === 0) return new Map();
  const rows = await database.query<{ sums: Sums }>(
    `SELECT ${SUMS} AS sums FROM budget_account WHERE id = ANY ($1::text[])`,
    [ids],
  );
  return new Map(balancesOf(rows.map(({ sums }) => sums)).map((balance) => [balance.accountId, balance]));
}

import { LRUCache } from 'lru-cache';
import { BriefMap } from '../core/brief.ts';
import type { Nanos } from '../core/money.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Database } from '../platform/database/database.ts';
import type { Balances } from './balances.ts';
import { type Batch, createBatch } from './batch.ts';
import type { Account } from './book.ts';
import { LEASE_MS, markSent, renewLease, type Settlement, settle } from './ledger.ts';
import { type Balance, type Demand, openAccounts, reserve } from './reserve.ts';

/** The way of a process to the ledger: it gathers calls into few statements, and waits where waiting helps. */
export interface Till {
  /**
   * Holds on all accounts or on none. Where there is too little only because others hold it, it waits for them, but no
   * longer than `patienceMs`.
   */
  reserve(payers: readonly Payer[], demand: Demand, patienceMs: number, signal: AbortSignal): Promise<Answer>;
  /** Durable when it resolves. @returns false when the hold is gone: swept, because this process seemed dead */
  markSent(holdId: string): Promise<boolean>;
  /**
   * Resolves when it is written, or after a second at the latest: when the database is away, it is tried until it is
   * back.
   */
  settle(settlement: Settlement, payers: readonly Payer[]): Promise<void>;
  /** Waits for settlements that are not written yet, 5 s at most; a sweeper does the rest. */
  close(): Promise<void>;
}

export interface Payer {
  readonly account: Account;
  /** Refuses rather than passing its limit. */
  readonly hard: boolean;
}

export type Answer =
  | { readonly kind: 'held'; readonly nanos: Nanos; readonly payers: readonly Payer[] }
  | { readonly kind: 'short'; readonly payer: Payer; readonly remainingNanos: Nanos };

/** Calls per statement. Going through them costs the database some 2 µs each. */
const BATCH = 250;
/** Accounts known to be open. */
const KNOWN_ACCOUNTS = 20_000;
/** How often somebody who waits looks again, for what other processes give back. */
const LOOK_AGAIN_MS = 200;
const SETTLE_WAIT_MS = 1_000;
const CLOSE_LIMIT_MS = 5_000;

export interface TillHears {
  /** Each statement tells how it left its accounts. */
  readonly balances: Pick<Balances, 'note'>;
  /** A settlement has brought an account to a threshold. */
  readonly crossed: () => void;
}

export function createTill(database: Database, { clock, ids, log }: Runtime, hears?: TillHears): Till {
  const owner = ids.next('own');
  const open = new LRUCache<string, true>({ max: KNOWN_ACCOUNTS });
  const counters = new BriefMap<string, Batch<Demand, Given>>();
  const wakers = new BriefMap<string, { readonly woken: Promise<void>; wake(): void }>();
  const lease = keepLease(database, owner, clock, log);
  let unsettled = 0;

  /** One per set of accounts; forgotten when nobody stands there any more. */
  const counterOf = (payers: readonly Payer[]): Batch<Demand, Given> => {
    let key = '';
    for (const { account, hard } of payers) key += `${account.id}${hard ? '! ' : ' '}`;
    const known = counters.get(key);
    if (known) return known;
    const accounts = payers.map(({ account, hard }) => ({ id: account.id, hard }));
    const take = async (demands: readonly Demand[]) => {
      const { held, balances } = await reserve(database, accounts, demands, owner);
      const more = held?.reduce<Nanos>((sum, nanos) => sum + (nanos ?? 0n), 0n) ?? 0n;
      hears?.balances.note(balances.map((each) => ({ ...each, reservedNanos: each.reservedNanos + more })));
      return demands.map((_, place) => ({ found: held !== null, nanos: held?.[place] ?? null, balances }));
    };
    const made = createBatch<Demand, Given>(BATCH, take, () => counters.delete(key));
    counters.set(key, made);
    return made;
  };

  const opening = createBatch<Account, boolean>(BATCH, async (accounts) => {
    const found = await openAccounts(database, [...new Map(accounts.map((account) => [account.id, account])).values()]);
    for (const id of found) open.set(id, true);
    return accounts.map(({ id }) => found.has(id));
  });

  const areOpen = (payers: readonly Payer[]) => payers.every(({ account }) => open.has(account.id));

  /** @returns the payers that have an account now: a budget may have been deleted a moment ago */
  const opened = async (payers: readonly Payer[]): Promise<readonly Payer[]> => {
    const found = await Promise.all(payers.map(({ account }) => opening.add(account)));
    return payers.filter((_, place) => found[place]);
  };

  /** Resolves when one of the accounts got something back in this process, or after a while. */
  const somethingBack = (payers: readonly Payer[]): Promise<void> => {
    const key = payers.map(({ account }) => account.id).join(' ');
    const known = wakers.get(key);
    if (known) return known.woken;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => {
      cancel();
      wakers.delete(key);
      resolve();
    };
    const cancel = clock.after(LOOK_AGAIN_MS, wake);
    wakers.set(key, { woken: promise, wake });
    return promise;
  };

  /** Who waits for one of these accounts. */
  const wakeThose = (payers: readonly Payer[]) => {
    if (wakers.size === 0) return;
    const ids = new Set(payers.map(({ account }) => account.id));
    for (const [key, { wake }] of wakers) if (key.split(' ').some((id) => ids.has(id))) wake();
  };

  const settling = createBatch<Settlement, boolean>(BATCH, async (settlements) => {
    for (let waitMs = 100; ; waitMs = Math.min(2_000, waitMs * 2)) {
      try {
        const { balances, crossed } = await settle(database, settlements);
        hears?.balances.note(balances);
        if (crossed) hears?.crossed();
        return settlements.map(() => true);
      } catch (error) {
        const holdIds = settlements.map(({ holdId }) => holdId);
        if (lease.over()) {
          log.error({ err: error, holdIds }, 'settlements were left to the sweeper');
          return settlements.map(() => false);
        }
        if (waitMs === 100) log.warn({ err: error, holdIds }, 'settlements cannot be written now; they are kept');
        await clock.sleep(waitMs);
      }
    }
  });
  const sending = createBatch<string, boolean>(BATCH, async (holdIds) => {
    const there = await markSent(database, holdIds);
    return holdIds.map((id) => there.has(id));
  });

  const till: Till = {
    async reserve(asked, demand, patienceMs, signal) {
      await lease.taken();
      const until = clock.monotonic() + patienceMs;
      let payers = areOpen(asked) ? asked : await opened(asked);
      for (;;) {
        if (payers.length === 0) return { kind: 'held', nanos: 0n, payers };
        let given: Given;
        try {
          given = await counterOf(payers).add(demand);
        } catch (error) {
          // It may have been held all the same: nobody would ever settle it.
          void till.settle({ holdId: demand.id, costNanos: null, estimated: false }, payers);
          throw error;
        }
        if (!given.found) {
          payers = await opened(payers);
          continue;
        }
        if (given.nanos !== null) return { kind: 'held', nanos: given.nanos, payers };
        const shortage = shortestOf(payers, given.balances, demand.leastNanos);
        if (!shortage.mayPass || clock.monotonic() >= until || signal.aborted) {
          return { kind: 'short', payer: shortage.payer, remainingNanos: shortage.remainingNanos };
        }
        await somethingBack(payers);
      }
    },
    markSent: (holdId) => sending.add(holdId),
    settle(settlement, payers) {
      unsettled++;
      return new Promise((resolve) => {
        const cancel = clock.after(SETTLE_WAIT_MS, resolve);
        void settling.add(settlement).then(() => {
          unsettled--;
          wakeThose(payers);
          cancel();
          resolve();
        });
      });
    },
    async close() {
      const end = clock.monotonic() + CLOSE_LIMIT_MS;
      while (unsettled > 0 && clock.monotonic() < end) await clock.sleep(20);
      await lease.end();
    },
  };
  return till;
}

interface Given {
  readonly found: boolean;
  readonly nanos: Nanos | null;
  readonly balances: readonly Balance[];
}

/** The account that stands in the way, the widest first, and whether what others give back could make room. */
function shortestOf(payers: readonly Payer[], balances: readonly Balance[], leastNanos: Nanos) {
  const byId = new Map(balances.map((balance) => [balance.accountId, balance]));
  let shortest: { payer: Payer; remainingNanos: Nanos } | null = null;
  let mayPass = true;
  for (const payer of payers) {
    const balance = byId.get(payer.account.id);
    if (!payer.hard || !balance) continue;
    const unspent = balance.limitNanos - balance.postedNanos;
    if (unspent < leastNanos) mayPass = false;
    const remainingNanos = unspent - balance.reservedNanos;
    if (!shortest || remainingNanos < shortest.remainingNanos) shortest = { payer, remainingNanos };
  }
  // Refused with room for it: what went before it in the same statement took the room, and may give it back.
  return { payer: shortest!.payer, remainingNanos: shortest!.remainingNanos, mayPass };
}

/** Keeps this process alive in the eyes of sweepers, from its first reservation on. */
function keepLease(database: Database, owner: string, clock: Runtime['clock'], log: Runtime['log']) {
  let first: Promise<void> | null = null;
  let cancel = () => {};
  let over = false;
  const renew = async () => {
    try {
      await renewLease(database, owner);
    } catch (error) {
      log.warn({ err: error }, 'the lease on reservations could not be renewed');
    }
    if (!over) cancel = clock.after(LEASE_MS / 3, renew);
  };
  return {
    /** @throws UnavailableProblem when the first lease cannot be had */
    taken() {
      first ??= renewLease(database, owner).then(
        () => {
          if (!over) cancel = clock.after(LEASE_MS / 3, renew);
        },
        (error) => {
          first = null;
          throw error;
        },
      );
      return first;
    },
    over: () => over,
    async end() {
      over = true;
      cancel();
      await first?.catch(() => {});
    },
  };
}

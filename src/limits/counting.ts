import { LRUCache } from 'lru-cache';
import type { RateRule } from '../core/admission.ts';
import { UnavailableProblem } from '../core/problem.ts';
import type { Clock, Runtime } from '../core/runtime.ts';
import { type Counters, isPlace } from '../platform/counters/counters.ts';
import { type Consumption, demandOf, nothing } from './demand.ts';
import { type Held, hold, Short } from './hold.ts';
import { spokenRate } from './words.ts';

export interface LimitsHealth {
  /** Unix ms since when the shared counters do not answer in time; null while they do. */
  readonly degradedSince: number | null;
  /** Takes since the start of the process that were decided by this process alone. */
  readonly decidedLocally: number;
  /** Takes since then that were refused because a limit says FAIL_CLOSED. */
  readonly failedClosed: number;
}

/** How long one call may wait for the shared counters, in all: what lies above is spent on deciding without them. */
export const DECIDE_MS = 80;
const TURNS = 8;

/** Ms that a call may still wait for shared counters. */
export interface Patience {
  leftMs: number;
}

export interface Counting {
  /**
   * Takes from every rate or from none: from the shared counters, or when they do not answer while there is patience,
   * as the rates' own policies say.
   * @throws Short; UnavailableProblem when a rate says FAIL_CLOSED
   */
  take(rates: readonly RateRule[], estimate: Consumption, patience: Patience): Promise<Held>;
  /** Asks the shared counters again when they were away: health is not older than the question. */
  health(): Promise<LimitsHealth>;
}

export function counting(shared: Counters, local: Counters, { clock, log }: Runtime): Counting {
  let degradedSince: number | null = null;
  let decidedLocally = 0;
  let failedClosed = 0;
  /** Windows that the shared counters have said to be full, by their key: until when, and for how much. */
  const full = new LRUCache<string, { readonly until: number; readonly cost: number }>({ max: 10_000 });

  const answered = () => {
    if (degradedSince !== null) log.info({}, 'limits are counted together again');
    degradedSince = null;
  };
  const away = (error: UnavailableProblem): UnavailableProblem => {
    if (degradedSince === null) log.warn({ err: error }, 'limits are counted by each instance alone, or refuse');
    degradedSince ??= clock.now();
    return error;
  };

  /** @returns null when it takes longer than there is patience */
  async function inTime(holding: Promise<Held>, patience: Patience): Promise<Held | null> {
    const from = clock.monotonic();
    const late = Promise.withResolvers<null>();
    const cancel = afterTurns(clock, patience.leftMs, () => late.resolve(null));
    try {
      return await Promise.race([holding, late.promise]);
    } finally {
      cancel();
      patience.leftMs = Math.max(0, patience.leftMs - (clock.monotonic() - from));
    }
  }

  /** @returns what is held, or why nobody knows whether it is */
  async function takeTogether(holding: Promise<Held>, patience: Patience): Promise<Held | UnavailableProblem> {
    try {
      const held = await inTime(holding, patience);
      if (held === null) return away(new UnavailableProblem('redis', 'The shared counters do not answer in time.'));
      answered();
      return held;
    } catch (error) {
      if (error instanceof UnavailableProblem) return away(error);
      answered();
      if (error instanceof Short) remember(error);
      throw error;
    }
  }

  const remember = ({ demand, retryAfterMs }: Short) => {
    if (isPlace(demand)) return;
    full.set(demand.key, { until: clock.monotonic() + retryAfterMs, cost: demand.cost });
  };

  /** A window that was full for all a moment ago has no room for a call that is as large. @throws Short */
  function refuseKnownFull(rates: readonly RateRule[], estimate: Consumption): void {
    for (const rate of rates) {
      const demand = demandOf(rate, estimate, rate.limit);
      const known = full.get(demand.key);
      const waitMs = (known?.until ?? 0) - clock.monotonic();
      if (known && waitMs > 0 && !isPlace(demand) && demand.cost >= known.cost) {
        throw new Short(rate, demand, Math.ceil(waitMs));
      }
    }
  }

  return {
    async take(rates, estimate, patience) {
      const holding = hold(shared, clock, rates, estimate, ({ limit }) => limit);
      const held = await takeTogether(holding, patience);
      if (!(held instanceof UnavailableProblem)) {
        return local === shared
          ? held
          : both(held, Promise.resolve(held), await hold(local, clock, rates, estimate, all));
      }
      const neverMind = () => void holding.then((late) => late.giveBack(nothing, 'everything')).catch(() => {});
      const strict = rates.find(({ whenUnavailable }) => whenUnavailable === 'FAIL_CLOSED');
      if (strict) {
        failedClosed += 1;
        neverMind();
        const message = `The limit of ${spokenRate(strict)} cannot be counted just now, and it asks to refuse then.`;
        throw new UnavailableProblem('redis', message, { cause: held });
      }
      decidedLocally += 1;
      try {
        refuseKnownFull(rates, estimate);
        const mine = await hold(local, clock, rates, estimate, share);
        // What is let in counts, whatever the shared ones say of it later: if they have no room for it, beyond the limit.
        const counted = holding.catch(() => hold(shared, clock, rates, estimate, all));
        counted.catch(() => {}); // nobody may be listening yet
        return both(mine, counted, mine);
      } catch (error) {
        neverMind();
        throw error;
      }
    },

    async health() {
      if (degradedSince !== null) await takeTogether(hold(shared, clock, [], nothing, all), { leftMs: DECIDE_MS });
      return { degradedSince, decidedLocally, failedClosed };
    },
  };
}

/**
 * Each process also counts what it takes from the shared counters, so that its share is one of all that it lets in; and
 * what it let in by itself is counted by them too, as soon as they answer.
 */
function both(told: Held, shared: Promise<Held>, local: Held): Held {
  return {
    async giveBack(actual, what) {
      const ofShared = shared.then(
        (held) => held.giveBack(actual, what),
        () => {}, // they have never heard of it
      );
      await Promise.all([ofShared, local.giveBack(actual, what)]);
    },
    standings: told.standings,
  };
}

/** Waits for bookkeeping no longer than for a decision, and survives its failure: it must not hold up or end a call. */
export async function quietly(work: Promise<unknown>, { clock, log }: Runtime): Promise<void> {
  const enough = Promise.withResolvers<void>();
  const cancel = afterTurns(clock, DECIDE_MS, enough.resolve);
  const done = work.catch((error) => log.debug({ err: error }, 'a limit could not be put right'));
  await Promise.race([done, enough.promise]);
  cancel();
}

/**
 * After eight turns of the event loop that together last `ms`: when the loop has stood still, an answer that lies in the
 * socket is read before the next turn is over.
 */
function afterTurns(clock: Clock, ms: number, callback: () => void): () => void {
  let cancel = () => {};
  const wait = (turns: number) => {
    cancel = clock.after(ms / TURNS, () => (turns === 1 ? callback() : wait(turns - 1)));
  };
  wait(TURNS);
  return () => cancel();
}

/** No limit at all: what has been granted elsewhere is only noted. */
const all = () => Number.MAX_SAFE_INTEGER;

/** At least one: a share of nothing would be a refusal, which is the other policy. */
function share({ limit, localSharePercent }: RateRule): number {
  return Math.max(1, Math.floor((limit * localSharePercent) / 100));
}

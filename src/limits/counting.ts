import type { RateRule } from '../core/admission.ts';
import { UnavailableProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Counters } from '../platform/counters/counters.ts';
import { type Consumption, demandOf, nothing } from './demand.ts';
import { type Held, hold, Short } from './hold.ts';
import { exhausted, neverFits, spokenRate } from './words.ts';

/** What was taken, so that an estimate can be put right. Neither function ever throws, or takes longer than 100 ms. */
export interface Slip {
  /** Call once when the true amount is known. The request itself stays counted; its place is free again. */
  settle(actual: Consumption): Promise<void>;
  /** Instead of `settle`: everything goes back, because the call was refused after all. */
  void(): Promise<void>;
}

export interface LimitsHealth {
  /** Unix ms since when the shared counters do not answer in time; null while they do. */
  readonly degradedSince: number | null;
  /** Calls since the start of the process that were decided by this process alone. */
  readonly decidedLocally: number;
  /** Calls since then that were refused because a limit says FAIL_CLOSED. */
  readonly failedClosed: number;
}

/** How long the shared counters may take to decide: what lies above is spent on deciding without them. */
const DECIDE_MS = 80;
export const THROTTLED_MS = 3_600_000;
const emptySlip: Slip = { settle: async () => {}, void: async () => {} };

/** Counters hold the units refused in the last hour under this key. */
export const throttledKey = (limitId: string) => `${limitId}:throttled`;

export function taking(shared: Counters, local: Counters, runtime: Runtime) {
  const { clock, log } = runtime;
  let degradedSince: number | null = null;
  let decidedLocally = 0;
  let failedClosed = 0;

  /**
   * In two halves: when our own event loop has stood still, the first is over at once, and an answer that lies in the
   * socket is read before the second is.
   */
  function afterDeciding(callback: () => void): () => void {
    let cancel = clock.after(DECIDE_MS / 2, () => {
      cancel = clock.after(DECIDE_MS / 2, callback);
    });
    return () => cancel();
  }

  /** @throws UnavailableProblem after DECIDE_MS; what is granted later goes back by itself */
  async function inTime(holding: Promise<Held>): Promise<Held> {
    let cancel = () => {};
    const late = new Promise<never>((_resolve, reject) => {
      cancel = afterDeciding(() => {
        reject(new UnavailableProblem('redis', 'The shared counters do not answer in time.'));
        holding.then(
          (held) => held.giveBack(nothing, 'everything').catch(() => {}),
          () => {},
        );
      });
    });
    try {
      return await Promise.race([holding, late]);
    } finally {
      cancel();
    }
  }

  async function holdSomewhere(rates: readonly RateRule[], estimate: Consumption): Promise<Held> {
    try {
      const held = await inTime(hold(shared, clock, rates, estimate, ({ limit }) => limit));
      degradedSince = null;
      return held;
    } catch (error) {
      if (!(error instanceof UnavailableProblem)) {
        degradedSince = null;
        throw error;
      }
      if (degradedSince === null) log.warn({ err: error }, 'limits are counted by each instance alone, or refuse');
      degradedSince ??= clock.now();
      const strict = rates.find(({ whenUnavailable }) => whenUnavailable === 'FAIL_CLOSED');
      if (!strict) {
        decidedLocally += 1;
        return hold(local, clock, rates, estimate, share);
      }
      failedClosed += 1;
      const message = `The limit of ${spokenRate(strict)} cannot be counted just now, and it asks to refuse then.`;
      throw new UnavailableProblem('redis', message, { cause: error });
    }
  }

  /** Bookkeeping: it must neither end a call nor hold it up. */
  async function quietly(work: Promise<unknown>): Promise<void> {
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = afterDeciding(resolve);
    });
    const done = work.catch((error) => log.debug({ err: error }, 'a limit could not be put right'));
    await Promise.race([done, late]);
    cancel();
  }

  return {
    async take(rates: readonly RateRule[], estimate: Consumption): Promise<Slip> {
      if (rates.length === 0) return emptySlip;
      const tooSmall = rates.find((rate) => rate.unit !== 'CONCURRENT' && demandOf(rate, estimate).cost > rate.limit);
      if (tooSmall) throw neverFits(tooSmall, demandOf(tooSmall, estimate).cost);
      try {
        const held = await holdSomewhere(rates, estimate);
        return {
          settle: (actual) => quietly(held.giveBack(actual, 'the rest')),
          void: () => quietly(held.giveBack(nothing, 'everything')),
        };
      } catch (error) {
        if (!(error instanceof Short)) throw error;
        void quietly(shared.give(throttledKey(error.rate.limitId), THROTTLED_MS, -1, 0));
        throw exhausted(error.rate, error.retryAfterMs);
      }
    },
    health: (): LimitsHealth => ({ degradedSince, decidedLocally, failedClosed }),
  };
}

/** At least one: a share of nothing would be a refusal, which is the other policy. */
function share({ limit, localSharePercent }: RateRule): number {
  return Math.max(1, Math.floor((limit * localSharePercent) / 100));
}

import type { RateRule } from '../core/admission.ts';
import { UnavailableProblem } from '../core/problem.ts';
import type { Clock, Runtime } from '../core/runtime.ts';
import type { Counters } from '../platform/counters/counters.ts';
import { type Consumption, nothing } from './demand.ts';
import { type Held, hold } from './hold.ts';
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

  const answered = () => {
    if (degradedSince !== null) log.info({}, 'limits are counted together again');
    degradedSince = null;
  };
  const away = (error: UnavailableProblem) => {
    if (degradedSince === null) log.warn({ err: error }, 'limits are counted by each instance alone, or refuse');
    degradedSince ??= clock.now();
  };

  /** @throws UnavailableProblem when it takes too long; what is granted later goes back by itself */
  async function inTime(holding: Promise<Held>, patience: Patience): Promise<Held> {
    const from = clock.monotonic();
    const late = Promise.withResolvers<never>();
    const cancel = afterBoth(clock, patience.leftMs, () => {
      late.reject(new UnavailableProblem('redis', 'The shared counters do not answer in time.'));
      holding.then(
        (held) => held.giveBack(nothing, 'everything').catch(() => {}),
        () => {},
      );
    });
    try {
      return await Promise.race([holding, late.promise]);
    } finally {
      cancel();
      patience.leftMs = Math.max(0, patience.leftMs - (clock.monotonic() - from));
    }
  }

  async function takeTogether(rates: readonly RateRule[], estimate: Consumption, patience: Patience): Promise<Held> {
    try {
      const held = await inTime(
        hold(shared, clock, rates, estimate, ({ limit }) => limit),
        patience,
      );
      answered();
      return held;
    } catch (error) {
      if (error instanceof UnavailableProblem) away(error);
      else answered();
      throw error;
    }
  }

  return {
    async take(rates, estimate, patience) {
      try {
        return await takeTogether(rates, estimate, patience);
      } catch (error) {
        if (!(error instanceof UnavailableProblem)) throw error;
        const strict = rates.find(({ whenUnavailable }) => whenUnavailable === 'FAIL_CLOSED');
        if (!strict) {
          decidedLocally += 1;
          return hold(local, clock, rates, estimate, share);
        }
        failedClosed += 1;
        const message = `The limit of ${spokenRate(strict)} cannot be counted just now, and it asks to refuse then.`;
        throw new UnavailableProblem('redis', message, { cause: error });
      }
    },

    async health() {
      if (degradedSince !== null) await takeTogether([], nothing, { leftMs: DECIDE_MS }).catch(() => {});
      return { degradedSince, decidedLocally, failedClosed };
    },
  };
}

/** Waits for bookkeeping no longer than for a decision, and survives its failure: it must not hold up or end a call. */
export async function quietly(work: Promise<unknown>, { clock, log }: Runtime): Promise<void> {
  const enough = Promise.withResolvers<void>();
  const cancel = afterBoth(clock, DECIDE_MS, enough.resolve);
  const done = work.catch((error) => log.debug({ err: error }, 'a limit could not be put right'));
  await Promise.race([done, enough.promise]);
  cancel();
}

/**
 * After two halves: when our own event loop has stood still, the first is over at once, and an answer that lies in the
 * socket is read before the second is.
 */
function afterBoth(clock: Clock, ms: number, callback: () => void): () => void {
  let cancel = clock.after(ms / 2, () => {
    cancel = clock.after(ms / 2, callback);
  });
  return () => cancel();
}

/** At least one: a share of nothing would be a refusal, which is the other policy. */
function share({ limit, localSharePercent }: RateRule): number {
  return Math.max(1, Math.floor((limit * localSharePercent) / 100));
}

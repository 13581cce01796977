import type { RateRule } from '../core/admission.ts';
import { UnavailableProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Counters } from '../platform/counters/counters.ts';
import { all, countAlone } from './alone.ts';
import { keepDebts } from './debts.ts';
import { type Consumption, nothing } from './demand.ts';
import { type Held, holder, Short } from './hold.ts';
import { watchPace } from './pace.ts';
import { DECIDE_MS, inTime, type Patience } from './patience.ts';
import { spokenRate } from './words.ts';

export interface LimitsHealth {
  /** Unix ms since when the shared counters do not answer in time; null while they do. */
  readonly degradedSince: number | null;
  /** Takes since the start of the process that were decided by this process alone. */
  readonly decidedLocally: number;
  /** Takes since then that were refused because a limit says FAIL_CLOSED. */
  readonly failedClosed: number;
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

/** A call that has ended and held places only needs no counting; one that runs is worth telling of for so long. */
const PLACE_LASTS_MS = 600_000;

export function counting(counters: Counters, local: Counters, runtime: Runtime): Counting {
  const { clock } = runtime;
  const pace = watchPace(runtime);
  const alone = countAlone(local, runtime);
  const debts = keepDebts(clock);
  const shared = local === counters ? counters : { ...counters, give };
  const hold = holder(shared, runtime);
  let decidedLocally = 0;
  let failedClosed = 0;

  /**
   * What a call used beyond its estimate is told later when it cannot be told now. What it did not use stays counted
   * then, for one window: telling it twice would make room for nobody's units.
   */
  async function give(...given: Parameters<Counters['give']>): Promise<void> {
    try {
      await counters.give(...given);
    } catch (error) {
      const [, windowMs, units] = given;
      if (units > 0) throw error;
      debts.owe(() => counters.give(...given), windowMs).catch(() => {});
    }
  }

  /** Every answer is worth hearing, also one that nobody waits for any more. */
  function listen(holding: Promise<Held>): void {
    const heard = (answer: Held | Short) => {
      alone.heard(answer);
      debts.pay();
    };
    holding.then(heard, (error: unknown) => error instanceof Short && heard(error));
  }

  /** @returns what is held, or why nobody knows whether it is. @throws Short */
  async function answerOf(holding: Promise<Held>, patience: Patience): Promise<Held | UnavailableProblem> {
    try {
      const held = await inTime(holding, patience, clock);
      if (held) {
        pace.inTime();
        return held;
      }
      const late = new UnavailableProblem('redis', 'The shared counters do not answer in time.');
      pace.late(late);
      return late;
    } catch (error) {
      if (!(error instanceof UnavailableProblem)) {
        pace.inTime();
        throw error;
      }
      pace.late(error);
      return error;
    }
  }

  /** What they granted in time; while they are slow, within the share only. @throws Short */
  async function noted(held: Held, rates: readonly RateRule[], estimate: Consumption): Promise<Held> {
    try {
      const mine = await alone.note(rates, estimate, pace.slowSince !== null);
      return both(held, mine);
    } catch (error) {
      held.giveBack(nothing, 'everything');
      throw error;
    }
  }

  /**
   * What is let in counts, whatever the shared counters say of it later: if they have no room for it, beyond the limit;
   * if they do not answer at all, when they do again. One whose answer was lost on the way is then counted twice, for
   * one window: too much rather than too little.
   */
  function countedLater(holding: Promise<Held>, rates: readonly RateRule[], estimate: Consumption): Promise<Held> {
    const beyond = () => hold(rates, estimate, all);
    const lastingMs = Math.max(
      ...rates.map(({ unit, windowMs }) => (unit === 'CONCURRENT' ? PLACE_LASTS_MS : windowMs)),
    );
    return holding
      .catch((error: unknown) => (error instanceof Short ? beyond() : Promise.reject(error)))
      .catch(() => debts.owe(beyond, lastingMs));
  }

  return {
    async take(rates, estimate, patience) {
      const holding = hold(rates, estimate, wholeLimit);
      if (local === shared) return holding;
      listen(holding);
      const held = await answerOf(holding, patience);
      if (!(held instanceof UnavailableProblem)) return noted(held, rates, estimate);
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
        const mine = await alone.take(rates, estimate);
        const counted = countedLater(holding, rates, estimate);
        counted.then(mine.told, () => {});
        return bothLater(counted, mine.held);
      } catch (error) {
        neverMind();
        throw error;
      }
    },

    async health() {
      if (pace.slowSince !== null) await answerOf(hold([], nothing, all), { leftMs: DECIDE_MS });
      return { degradedSince: pace.slowSince, decidedLocally, failedClosed };
    },
  };
}

const wholeLimit = ({ limit }: RateRule) => limit;

/** Each process also counts what it takes from the shared counters, so that its share is one of all that it lets in. */
function both(shared: Held, local: Held): Held {
  return {
    ...shared,
    giveBack(actual, what, which) {
      shared.giveBack(actual, what, which);
      local.giveBack(actual, what, which);
    },
  };
}

/** What it let in by itself is counted by them too, as soon as they answer: nobody waits for that. */
function bothLater(counted: Promise<Held>, local: Held): Held {
  const nobody = () => {}; // they have never heard of it
  return {
    ...local,
    giveBack(actual, what, which) {
      counted.then((held) => held.giveBack(actual, what, which), nobody);
      local.giveBack(actual, what, which);
    },
  };
}

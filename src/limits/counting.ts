import type { RateRule } from '../core/admission.ts';
import { UnavailableProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { RateStanding } from '../core/standing.ts';
import type { Counters, LocalCounters } from '../platform/counters/counters.ts';
import { all, countAlone } from './alone.ts';
import { keepDebts } from './debts.ts';
import { type Consumption, nothing } from './demand.ts';
import { type Held, type Holding, holder, localHolder, Short, type Which } from './hold.ts';
import { watchPace } from './pace.ts';
import { DECIDE_MS, type Patience, waits } from './patience.ts';
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

export function counting(counters: Counters, local: LocalCounters, runtime: Runtime): Counting {
  const { clock } = runtime;
  const pace = watchPace(runtime);
  const wait = waits(clock);
  const holdHere = localHolder(local, runtime);
  const alone = countAlone(local, holdHere, clock);
  const debts = keepDebts(clock);
  const hold = holder({ ...counters, give }, runtime);
  let decidedLocally = 0;
  let failedClosed = 0;

  /**
   * What a call used beyond its estimate is told later when it cannot be told now. What it did not use stays counted
   * then, for one window: telling it twice would make room for nobody's units.
   */
  function give(...given: Parameters<Counters['give']>): Promise<void> {
    const [, windowMs, units] = given;
    const giving = counters.give(...given);
    if (units > 0) return giving;
    return giving.catch(() => {
      debts.owe(() => counters.give(...given), windowMs).catch(() => {});
    });
  }

  /** Every answer is worth hearing, also one that nobody waits for any more. */
  function heard(answer: Holding | Short): void {
    alone.heard(answer);
    debts.pay();
  }
  function failed(error: unknown): void {
    if (error instanceof Short) heard(error);
  }

  /** @returns what is held, or why nobody knows whether it is. @throws Short */
  async function answerOf(holding: Promise<Held>, patience: Patience): Promise<Held | UnavailableProblem> {
    const waiting = wait(patience);
    try {
      const held = await Promise.race([holding, waiting.tooLong]);
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
    } finally {
      waiting.end(patience);
    }
  }

  /** What they granted in time; while they are slow, within the share only. @throws Short */
  function noted(held: Held, rates: readonly RateRule[], estimate: Consumption): Held {
    try {
      return new Both(held, alone.note(rates, estimate, pace.slowSince !== null));
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
      if (local === counters) return holdHere(rates, estimate, wholeLimit);
      const holding = hold(rates, estimate, wholeLimit);
      void holding.then(heard, failed);
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
        const mine = alone.take(rates, estimate);
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
class Both implements Held {
  readonly #shared: Held;
  readonly #local: Held;

  constructor(shared: Held, local: Held) {
    this.#shared = shared;
    this.#local = local;
  }

  giveBack(actual: Consumption, what: 'the rest' | 'everything', which?: Which): void {
    this.#shared.giveBack(actual, what, which);
    this.#local.giveBack(actual, what, which);
  }

  standings(actual: Consumption, which?: Which): RateStanding[] {
    return this.#shared.standings(actual, which);
  }
}

/** What it let in by itself is counted by them too, as soon as they answer: nobody waits for that. */
function bothLater(counted: Promise<Held>, local: Held): Held {
  const nobody = () => {}; // they have never heard of it
  return {
    standings: (actual, which) => local.standings(actual, which),
    giveBack(actual, what, which) {
      counted.then((held) => held.giveBack(actual, what, which), nobody);
      local.giveBack(actual, what, which);
    },
  };
}

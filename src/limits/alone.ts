import { LRUCache } from 'lru-cache';
import type { RateRule } from '../core/admission.ts';
import type { Clock } from '../core/runtime.ts';
import { isPlace, type LocalCounters } from '../platform/counters/counters.ts';
import { type Consumption, counterOf, neededOf, nothing } from './demand.ts';
import { type Held, type Holding, type HoldNow, Short } from './hold.ts';

/**
 * What this instance lets in, and how much of that it may decide without the shared counters. Two bounds hold:
 *
 * 1. its share of the limit, of all that it let in within the window, whoever granted it;
 * 2. its share of what the shared counters said last was left, of what it let in and they have not counted yet.
 *
 * So what all instances let in while the counters are slow is no more than the limit, and in the window in which they
 * turn slow it passes the limit by no more than others took since the last word that an instance heard.
 */
export interface Alone {
  /** The shared counters have answered, however late. */
  heard(answer: Holding | Short): void;
  /** What the shared counters granted counts here too. @param slowly no more than the share then. @throws Short */
  note(rates: readonly RateRule[], estimate: Consumption, slowly: boolean): Held;
  /** @throws Short */
  take(rates: readonly RateRule[], estimate: Consumption): TakenAlone;
}

export interface TakenAlone {
  readonly held: Held;
  /** The shared counters have counted it. */
  told(): void;
}

interface Word {
  left: number;
  /** On clock.monotonic(): nothing is known after that. */
  until: number;
}

/** @param hold of the same counters */
export function countAlone(local: LocalCounters, hold: HoldNow, clock: Clock): Alone {
  const words = new LRUCache<string, Word>({ max: 10_000 });

  function wordOn(rate: RateRule): Word | null {
    const word = words.get(counterOf(rate));
    return word && word.until > clock.monotonic() ? word : null;
  }

  function hear(counter: string, left: number, until: number): void {
    const word = words.get(counter);
    if (!word) {
      words.set(counter, { left, until });
      return;
    }
    word.left = left;
    word.until = until;
  }

  /** @returns what takes it back */
  function holdUntold(rates: readonly RateRule[], estimate: Consumption): () => void {
    const windows = rates.filter(({ unit }) => unit !== 'CONCURRENT'); // a place is free again sooner than a word is old
    const demands = windows.map((rate) => ({
      key: `${counterOf(rate)}:untold`,
      limit: percentOf(rate, wordOn(rate)?.left ?? Number.MAX_SAFE_INTEGER),
      windowMs: rate.windowMs,
      cost: neededOf(rate, estimate, rate.limit),
    }));
    const verdict = local.takeNow(demands);
    if (!verdict.granted) {
      const [rate, demand] = [windows[verdict.index]!, demands[verdict.index]!];
      throw new Short(rate, demand, Math.ceil((wordOn(rate)?.until ?? 0) - clock.monotonic()));
    }
    return () => {
      for (const { key, windowMs, cost } of demands) local.giveNow(key, windowMs, cost, verdict.at);
    };
  }

  return {
    heard(answer) {
      const now = clock.monotonic();
      if (!(answer instanceof Short)) {
        for (const { demand, rate, left } of answer.parts) hear(demand.key, left, now + rate.windowMs);
      } else if (!isPlace(answer.demand)) {
        const { key, cost } = answer.demand;
        hear(key, cost - 1, now + answer.retryAfterMs);
      }
    },

    note: (rates, estimate, slowly) => hold(rates, estimate, slowly ? share : all),

    take(rates, estimate) {
      const held = hold(rates, estimate, share);
      try {
        return { held, told: holdUntold(rates, estimate) };
      } catch (error) {
        held.giveBack(nothing, 'everything');
        throw error;
      }
    },
  };
}

/** No limit at all: what has been granted elsewhere is only noted. */
export const all = () => Number.MAX_SAFE_INTEGER;

/** At least one: a share of nothing would be a refusal, which is the other policy, and has none. */
function share(rate: RateRule): number {
  return rate.whenUnavailable === 'LOCAL_SHARE' ? Math.max(1, percentOf(rate, rate.limit)) : all();
}

function percentOf({ localSharePercent }: RateRule, units: number): number {
  return Math.floor((units / 100) * localSharePercent);
}

import type { RateRule } from '../core/admission.ts';
import type { Runtime } from '../core/runtime.ts';
import type { RateStanding } from '../core/standing.ts';
import { type Counters, type Demand, isPlace, type Lease } from '../platform/counters/counters.ts';
import { type Consumption, demandOf, usedOf } from './demand.ts';
import { quietly } from './patience.ts';
import { keepPlaces } from './places.ts';

/** What one call holds: units of windows, and places. `which` says of which rates; left out, of all. */
export interface Held {
  /**
   * Frees the places. From the windows, `the rest` leaves what was really used, `everything` leaves nothing. What has
   * been given back before stays so. Nobody waits for it: what is taken in a later turn of the event loop comes after it.
   */
  giveBack(actual: Consumption, what: 'the rest' | 'everything', which?: Which): void;
  /** What others found when the call had been taken, with what it did not use given back. */
  standings(actual: Consumption, which?: Which): RateStanding[];
  readonly parts: readonly Part[];
}

/** What is held of one rate. */
export interface Part {
  readonly rate: RateRule;
  readonly demand: Demand;
  /** What the counters had left of it when this had been taken. */
  readonly left: number;
  /** Of a place. */
  readonly lease: Lease | null;
  isBack: boolean;
}

export type Which = (rate: RateRule) => boolean;
const everyOne: Which = () => true;

/** Not an answer for callers yet: says which rate had no room. */
export class Short extends Error {
  readonly rate: RateRule;
  readonly demand: Demand;
  readonly retryAfterMs: number;

  constructor(rate: RateRule, demand: Demand, retryAfterMs: number) {
    super('a limit is used up');
    this.rate = rate;
    this.demand = demand;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Nobody knows when a running call ends; this is as good a guess as any. */
const PLACE_RETRY_MS = 1000;

/**
 * Takes from every rate or from none, in one step.
 * @param limitOf how much of a rate these counters may grant
 * @throws Short; UnavailableProblem when the counters cannot be reached
 */
export type Hold = (
  rates: readonly RateRule[],
  estimate: Consumption,
  limitOf: (rate: RateRule) => number,
) => Promise<Held>;

export function holder(counters: Counters, runtime: Runtime): Hold {
  const places = keepPlaces(runtime.clock);

  return async (rates, estimate, limitOf) => {
    const demands = rates.map((rate) => demandOf(rate, estimate, limitOf(rate)));
    const verdict = await counters.take(demands);
    if (!verdict.granted) {
      const [rate, demand] = [rates[verdict.index]!, demands[verdict.index]!];
      throw new Short(rate, demand, isPlace(demand) ? PLACE_RETRY_MS : verdict.retryAfterMs);
    }
    const { at, remaining, leases } = verdict;
    let placed = 0;
    const parts = demands.map((demand, index): Part => {
      const lease = isPlace(demand) ? leases[placed++]! : null;
      if (lease) places.keep(lease);
      return { rate: rates[index]!, demand, left: remaining[index]!, lease, isBack: false };
    });
    return {
      parts,
      giveBack(actual, what, which = everyOne) {
        for (const part of parts) {
          const { rate, demand, lease } = part;
          if (part.isBack || !which(rate)) continue;
          part.isBack = true;
          if (lease) quietly(places.free(lease), runtime);
          if (isPlace(demand)) continue;
          const units = demand.cost - (what === 'everything' ? 0 : usedOf(rate, actual));
          if (units !== 0) quietly(counters.give(demand.key, demand.windowMs, units, at), runtime);
        }
      },
      standings(actual, which = everyOne) {
        const standings: RateStanding[] = [];
        for (const { rate, demand, left } of parts) {
          if (!which(rate)) continue;
          const { limitId, scope, unit, limit } = rate;
          const used = usedOf(rate, actual);
          const back = isPlace(demand) ? 1 : demand.cost - used;
          const remaining = Math.min(limit, Math.max(0, left + back));
          const callsLeft = used > 0 ? Math.floor(remaining / used) : null;
          standings.push({ limitId, scope, unit, limit, remaining, callsLeft });
        }
        return standings;
      },
    };
  };
}

import type { RateRule } from '../core/admission.ts';
import type { Runtime } from '../core/runtime.ts';
import type { RateStanding } from '../core/standing.ts';
import {
  type Counters,
  type Demand,
  isPlace,
  type Lease,
  type LocalCounters,
  type Verdict,
  type WindowDemand,
} from '../platform/counters/counters.ts';
import { type Consumption, demandOf, usedOf } from './demand.ts';
import { bookkeeping } from './patience.ts';
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
) => Promise<Holding>;

export function holder(counters: Counters, runtime: Runtime): Hold {
  const quietly = bookkeeping(runtime);
  const keeper: Keeper = {
    ...keepPlaces(runtime),
    give: ({ key, windowMs }, units, at) => quietly(counters.give(key, windowMs, units, at)),
  };
  return (rates, estimate, limitOf) => {
    const demands = demandsOf(rates, estimate, limitOf);
    return counters.take(demands).then((verdict) => new Holding(rates, demands, verdict, keeper));
  };
}

/** The same of this process's own counters, which nobody waits for. */
export type HoldNow = (...asked: Parameters<Hold>) => Holding;

export function localHolder(counters: LocalCounters, runtime: Runtime): HoldNow {
  const keeper: Keeper = {
    ...keepPlaces(runtime),
    give: ({ key, windowMs }, units, at) => counters.giveNow(key, windowMs, units, at),
  };
  return (rates, estimate, limitOf) => {
    const demands = demandsOf(rates, estimate, limitOf);
    return new Holding(rates, demands, counters.takeNow(demands), keeper);
  };
}

function demandsOf(
  rates: readonly RateRule[],
  estimate: Consumption,
  limitOf: (rate: RateRule) => number,
): readonly Demand[] {
  return rates.map((rate) => demandOf(rate, estimate, limitOf(rate)));
}

/** What is held is kept there, and goes back there. */
interface Keeper {
  keep(lease: Lease): void;
  free(lease: Lease): void;
  give(demand: WindowDemand, units: number, takenAt: number): void;
}

/** By one set of counters. */
export class Holding implements Held {
  readonly parts: readonly Part[];
  readonly #takenAt: number;
  readonly #keeper: Keeper;

  /** @throws Short */
  constructor(rates: readonly RateRule[], demands: readonly Demand[], verdict: Verdict, keeper: Keeper) {
    if (!verdict.granted) {
      const [rate, demand] = [rates[verdict.index]!, demands[verdict.index]!];
      throw new Short(rate, demand, isPlace(demand) ? PLACE_RETRY_MS : verdict.retryAfterMs);
    }
    const { at, remaining, leases } = verdict;
    const parts = new Array<Part>(demands.length);
    for (let index = 0, placed = 0; index < parts.length; index++) {
      const demand = demands[index]!;
      const lease = isPlace(demand) ? leases[placed++]! : null;
      if (lease) keeper.keep(lease);
      parts[index] = { rate: rates[index]!, demand, left: remaining[index]!, lease, isBack: false };
    }
    this.parts = parts;
    this.#takenAt = at;
    this.#keeper = keeper;
  }

  giveBack(actual: Consumption, what: 'the rest' | 'everything', which?: Which): void {
    for (const part of this.parts) {
      const { rate, demand, lease } = part;
      if (part.isBack || which?.(rate) === false) continue;
      part.isBack = true;
      if (lease) this.#keeper.free(lease);
      if (isPlace(demand)) continue;
      const units = demand.cost - (what === 'everything' ? 0 : usedOf(rate, actual));
      if (units !== 0) this.#keeper.give(demand, units, this.#takenAt);
    }
  }

  standings(actual: Consumption, which?: Which): RateStanding[] {
    const parts = which ? this.parts.filter(({ rate }) => which(rate)) : this.parts;
    return parts.map((part) => standingOf(part, actual));
  }
}

function standingOf({ rate, demand, left }: Part, actual: Consumption): RateStanding {
  const { limitId, scope, unit, limit } = rate;
  const used = usedOf(rate, actual);
  const back = isPlace(demand) ? 1 : demand.cost - used;
  const remaining = Math.min(limit, Math.max(0, left + back));
  const callsLeft = used > 0 ? Math.floor(remaining / used) : null;
  return { limitId, scope, unit, limit, remaining, callsLeft };
}

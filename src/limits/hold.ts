import type { RateRule } from '../core/admission.ts';
import type { Clock } from '../core/runtime.ts';
import type { RateStanding } from '../core/standing.ts';
import { type Counters, type Demand, isPlace, type Lease } from '../platform/counters/counters.ts';
import { type Consumption, demandOf, LEASE_MS, usedOf } from './demand.ts';

/** What one call holds: units of windows, and places. `which` says of which rates; left out, of all. */
export interface Held {
  /**
   * Frees the places. From the windows, `the rest` leaves what was really used, `everything` leaves nothing. What has
   * been given back before stays so.
   */
  giveBack(actual: Consumption, what: 'the rest' | 'everything', which?: Which): Promise<void>;
  /** What others found when the call had been taken, with what it did not use given back. */
  standings(actual: Consumption, which?: Which): RateStanding[];
  /** What the counters had left of a rate when this had been taken. */
  readonly left: ReadonlyMap<RateRule, number>;
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
export async function hold(
  counters: Counters,
  clock: Clock,
  rates: readonly RateRule[],
  estimate: Consumption,
  limitOf: (rate: RateRule) => number,
): Promise<Held> {
  const demands = rates.map((rate) => demandOf(rate, estimate, limitOf(rate)));
  const verdict = await counters.take(demands);
  if (!verdict.granted) {
    const [rate, demand] = [rates[verdict.index]!, demands[verdict.index]!];
    throw new Short(rate, demand, isPlace(demand) ? PLACE_RETRY_MS : verdict.retryAfterMs);
  }
  const leases = [...verdict.leases];
  const parts = rates.map((rate, index): Part => {
    const demand = demands[index]!;
    if (isPlace(demand)) return { rate, units: 1, giveBack: placeOf(leases.shift()!, clock) };
    const giveBack = async (units: number) => {
      if (units !== 0) await counters.give(demand.key, demand.windowMs, units, verdict.at);
    };
    return { rate, units: demand.cost, giveBack };
  });
  const left = new Map(rates.map((rate, index) => [rate, verdict.remaining[index]!]));
  const open = new Set(parts);
  return {
    left,
    async giveBack(actual, what, which = everyOne) {
      const closing = [...open].filter(({ rate }) => which(rate));
      for (const part of closing) open.delete(part);
      await Promise.all(
        closing.map(({ rate, units, giveBack }) =>
          giveBack(units - (what === 'everything' ? 0 : usedOf(rate, actual))),
        ),
      );
    },
    standings: (actual, which = everyOne) =>
      parts.flatMap(({ rate, units }) => {
        if (!which(rate)) return [];
        const { limitId, scope, unit, limit } = rate;
        const used = usedOf(rate, actual);
        const back = unit === 'CONCURRENT' ? 1 : units - used;
        const remaining = Math.min(limit, Math.max(0, left.get(rate)! + back));
        return { limitId, scope, unit, limit, remaining, callsLeft: used > 0 ? Math.floor(remaining / used) : null };
      }),
  };
}

interface Part {
  readonly rate: RateRule;
  readonly units: number;
  giveBack(units: number): Promise<void>;
}

/** A call may last longer than a lease. One that could not be renewed in time is tried again; the call goes on. */
function placeOf(lease: Lease, clock: Clock): () => Promise<void> {
  const renew = () => {
    lease.renew().catch(() => {});
    cancel = clock.after(LEASE_MS / 3, renew);
  };
  let cancel = clock.after(LEASE_MS / 3, renew);
  return () => {
    cancel();
    return lease.release();
  };
}

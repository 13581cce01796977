import type { RateRule } from '../core/admission.ts';
import type { Clock } from '../core/runtime.ts';
import type { RateStanding } from '../core/standing.ts';
import { type Counters, type Demand, isPlace, type Lease } from '../platform/counters/counters.ts';
import { type Consumption, demandOf, LEASE_MS, usedOf } from './demand.ts';

/** What one call holds: units of windows, and places. */
export interface Held {
  /** Frees the places. From the windows, `the rest` leaves what was really used, `everything` leaves nothing. */
  giveBack(actual: Consumption, what: 'the rest' | 'everything'): Promise<void>;
  /** What others found when the call had been taken, with what it did not use given back. */
  standings(actual: Consumption): RateStanding[];
}

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
  const stop = keepAlive(verdict.leases, clock);
  return {
    async giveBack(actual, what) {
      stop();
      const gifts = demands.map((demand, index) => {
        if (isPlace(demand)) return null;
        const units = demand.cost - (what === 'everything' ? 0 : usedOf(rates[index]!, actual));
        return units === 0 ? null : counters.give(demand.key, demand.windowMs, units, verdict.at);
      });
      await Promise.all([...gifts, ...verdict.leases.map((lease) => lease.release())]);
    },
    standings: (actual) =>
      rates.map((rate, index) => {
        const [demand, used] = [demands[index]!, usedOf(rate, actual)];
        const back = isPlace(demand) ? 1 : demand.cost - used;
        const remaining = Math.min(rate.limit, Math.max(0, verdict.remaining[index]! + back));
        const { limitId, scope, unit, limit } = rate;
        return { limitId, scope, unit, limit, remaining, callsLeft: used > 0 ? Math.floor(remaining / used) : null };
      }),
  };
}

/** A call may last longer than a lease. One that could not be renewed in time is tried again; the call goes on. */
function keepAlive(places: readonly Lease[], clock: Clock): () => void {
  if (places.length === 0) return () => {};
  const renew = () => {
    for (const lease of places) lease.renew().catch(() => {});
    cancel = clock.after(LEASE_MS / 3, renew);
  };
  let cancel = clock.after(LEASE_MS / 3, renew);
  return () => cancel();
}

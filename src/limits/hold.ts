import type { RateRule } from '../core/admission.ts';
import type { Clock } from '../core/runtime.ts';
import type { Counters, Lease } from '../platform/counters/counters.ts';
import { type Consumption, demandOf, used } from './demand.ts';

/** What one call holds: units of windows, and places. */
export interface Held {
  /** Frees the places. From the windows, `the rest` leaves what was really used, `everything` leaves nothing. */
  giveBack(actual: Consumption, what: 'the rest' | 'everything'): Promise<void>;
}

/** Not an answer for callers yet: says which rate had no room. */
export class Short extends Error {
  readonly rate: RateRule;
  readonly retryAfterMs: number;

  constructor(rate: RateRule, retryAfterMs: number) {
    super('a limit is used up');
    this.rate = rate;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A place whose process died is free after this long. */
const LEASE_MS = 15_000;
/** Nobody knows when a running call ends; this is as good a guess as any. */
const PLACE_RETRY_MS = 1000;

/**
 * Takes from every rate or from none. Places first, which are given back when one is missing or a window is full:
 * for that moment they may be refused to others.
 * @throws Short; UnavailableProblem when the counters cannot be reached
 */
export async function hold(
  counters: Counters,
  clock: Clock,
  rates: readonly RateRule[],
  estimate: Consumption,
  limitOf: (rate: RateRule) => number,
): Promise<Held> {
  const windows = rates.filter(({ unit }) => unit !== 'CONCURRENT');
  const places = await takePlaces(
    counters,
    rates.filter(({ unit }) => unit === 'CONCURRENT'),
    limitOf,
  );
  try {
    const demands = windows.map((rate) => {
      const demand = demandOf(rate, estimate, limitOf(rate));
      return { ...demand, cost: Math.min(demand.cost, demand.limit) };
    });
    const verdict = demands.length > 0 ? await counters.take(demands) : { granted: true as const, at: 0 };
    if (!verdict.granted) throw new Short(windows[verdict.index]!, verdict.retryAfterMs);
    const stop = keepAlive(places, clock);
    return {
      async giveBack(actual, what) {
        stop();
        const gifts = windows.map((rate, index) => {
          const { key, windowMs, cost } = demands[index]!;
          const units = cost - (what === 'everything' ? 0 : used(rate, actual));
          return units === 0 ? null : counters.give(key, windowMs, units, verdict.at);
        });
        await Promise.all([...gifts, ...places.map((lease) => lease.release())]);
      },
    };
  } catch (error) {
    await Promise.allSettled(places.map((lease) => lease.release()));
    throw error;
  }
}

async function takePlaces(
  counters: Counters,
  rates: readonly RateRule[],
  limitOf: (rate: RateRule) => number,
): Promise<Lease[]> {
  const asked = await Promise.allSettled(
    rates.map((rate) => counters.lease(`${rate.key}:CONCURRENT`, limitOf(rate), LEASE_MS)),
  );
  const places = asked.flatMap((answer) => (answer.status === 'fulfilled' && answer.value ? [answer.value] : []));
  if (places.length === rates.length) return places;
  await Promise.allSettled(places.map((lease) => lease.release()));
  for (const [index, answer] of asked.entries()) {
    if (answer.status === 'rejected') throw answer.reason;
    if (!answer.value) throw new Short(rates[index]!, PLACE_RETRY_MS);
  }
  return places;
}

/** A call may last longer than a lease. One that could not be renewed is lost to others, but the call goes on. */
function keepAlive(places: readonly Lease[], clock: Clock): () => void {
  if (places.length === 0) return () => {};
  const renew = () => {
    for (const lease of places) lease.renew().catch(() => {});
    cancel = clock.after(LEASE_MS / 3, renew);
  };
  let cancel = clock.after(LEASE_MS / 3, renew);
  return () => cancel();
}

import type { Clock } from '../core/runtime.ts';
import { isForEach } from '../core/subjects.ts';
import type { Counters } from '../platform/counters/counters.ts';
import { counterOf } from './demand.ts';
import { rateOf } from './matching.ts';
import { THROTTLED_MS, throttledKey } from './slip.ts';
import type { StoredLimit } from './store.ts';

/** What is used of a limit at one moment, over all instances. */
export interface RateLimitState {
  readonly used: number;
  readonly remaining: number;
  /** Unix ms when all of it is free again if nothing more is used; for CONCURRENT, now. */
  readonly resetsAt: number;
  /** Of all its subjects. */
  readonly throttledLastHour: number;
}

/** @throws UnavailableProblem when the counters cannot be reached */
export async function stateOf(
  counters: Counters,
  clock: Clock,
  limit: StoredLimit,
  subject: string | null,
): Promise<RateLimitState | null> {
  if (isForEach(limit.scope) && subject === null) return null;
  const rate = rateOf(limit, isForEach(limit.scope) ? subject! : '');
  const name = counterOf(rate);
  const [used, throttled] = await Promise.all([
    rate.unit === 'CONCURRENT'
      ? counters.held(name).then((units) => ({ units, emptyInMs: 0 }))
      : counters.used(name, rate.windowMs),
    counters.used(throttledKey(limit.id), THROTTLED_MS),
  ]);
  return {
    used: used.units,
    remaining: Math.max(0, limit.amount - used.units),
    resetsAt: clock.now() + used.emptyInMs,
    throttledLastHour: throttled.units,
  };
}

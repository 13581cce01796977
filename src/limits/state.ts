import type { Clock } from '../core/runtime.ts';
import type { Counters } from '../platform/counters/counters.ts';
import { THROTTLED_MS, throttledKey } from './counting.ts';
import { isForEach, rateOf } from './matching.ts';
import type { StoredLimit } from './store.ts';

/** What is used of a limit at one moment, over all instances. */
export interface RateLimitState {
  readonly used: number;
  readonly remaining: number;
  /** Unix ms when all of it is free again if nothing more is used; for CONCURRENT, now. */
  readonly resetsAt: number;
  readonly throttledLastHour: number;
}

/**
 * Reads by taking nothing: a demand of 0 units says what remains, and one of a window that grants nothing when it will
 * be empty.
 * @throws UnavailableProblem when the counters cannot be reached
 */
export async function stateOf(
  counters: Counters,
  clock: Clock,
  limit: StoredLimit,
  endUser: string | null,
): Promise<RateLimitState | null> {
  if (isForEach(limit.scope) && endUser === null) return null;
  const throttledLastHour = await usedOf(counters, throttledKey(limit.id), THROTTLED_MS);
  const { key, unit, windowMs } = rateOf(limit, endUser);
  const name = `${key}:${unit}`;
  const now = clock.now();
  if (unit === 'CONCURRENT') {
    const used = await counters.held(name);
    return { used, remaining: Math.max(0, limit.amount - used), resetsAt: now, throttledLastHour };
  }
  const used = await usedOf(counters, name, windowMs);
  const empty = await counters.take([{ key: name, limit: 0, windowMs, cost: 0 }]);
  const resetsAt = empty.granted ? now : now + empty.retryAfterMs;
  return { used, remaining: Math.max(0, limit.amount - used), resetsAt, throttledLastHour };
}

async function usedOf(counters: Counters, key: string, windowMs: number): Promise<number> {
  const limit = 2 ** 52; // room enough, and an exact number also as Redis writes it
  const verdict = await counters.take([{ key, limit, windowMs, cost: 0 }]);
  return verdict.granted ? limit - verdict.remaining[0]! : limit;
}

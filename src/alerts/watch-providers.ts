import { LRUCache } from 'lru-cache';
import type { TellAlert } from '../core/alert.ts';
import type { Attempt } from '../core/decision.ts';
import type { Clock } from '../core/runtime.ts';

const WINDOW_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Fewer failures are bad luck. */
const LEAST_FAILURES = 10;
const FAILING_SHARE = 0.5;

interface Lately {
  since: number;
  attempts: number;
  failures: number;
}

/**
 * A provider is in trouble when at least ten attempts, and at least half of them, failed within a minute, as this
 * instance saw it. One alert per provider and hour, whichever instances see it.
 */
export function watchProviders(tell: TellAlert, clock: Clock) {
  const lately = new LRUCache<string, Lately>({ max: 10_000 });
  return (organizationId: string, attempts: readonly Attempt[]): void => {
    for (const { provider, outcome, errorCode } of attempts) {
      if (outcome === 'CANCELLED' || outcome === 'DISCARDED' || outcome === 'RUNNING') continue;
      const name = `${organizationId} ${provider}`;
      const known = lately.get(name);
      const now = clock.now();
      const counts =
        known && Math.abs(now - known.since) < WINDOW_MS ? known : { since: now, attempts: 0, failures: 0 };
      lately.set(name, counts);
      counts.attempts += 1;
      if (outcome === 'SUCCEEDED') continue;
      counts.failures += 1;
      if (counts.failures < LEAST_FAILURES || counts.failures < FAILING_SHARE * counts.attempts) continue;
      const { failures, attempts: all } = counts;
      tell({
        organizationId,
        kind: 'PROVIDER',
        key: `provider:${provider}:${Math.floor(now / HOUR_MS)}`,
        severity: 'CRITICAL',
        title: `Provider ${provider} is failing`,
        message: `${failures} of the latest ${all} attempts failed within a minute, the last one with ${errorCode ?? 'no code'}.`,
        scope: null,
        facts: { provider, failures, attempts: all, lastError: errorCode },
      });
    }
  };
}

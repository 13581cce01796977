import { LRUCache } from 'lru-cache';
import type { Clock, Ids } from '../../core/runtime.ts';
import type { Counters, Lease } from './counters.ts';
import { add, checkCosts, emptyWindow, remove, slide, type Window, waitMs } from './window.ts';

/** When more keys than this are in use at once, the ones unused for longest start again from nothing. */
const MAX_WINDOWS = 100_000;
const SWEEP_MS = 60_000;

/** Windows and slots of one process, on the clock that never steps back. */
export function createMemoryCounters({ clock, ids }: { readonly clock: Clock; readonly ids: Ids }): Counters {
  const windows = new LRUCache<string, Window>({ max: MAX_WINDOWS });
  const places = new Map<string, Map<string, number>>(); // key → lease → when it runs out
  let cancel = clock.after(SWEEP_MS, sweep);

  function sweep(): void {
    const now = clock.monotonic();
    for (const [name, window] of windows.entries()) if (slide(window, now) === 0) windows.delete(name);
    for (const key of places.keys()) held(key);
    cancel = clock.after(SWEEP_MS, sweep);
  }

  function windowOf(key: string, windowMs: number): Window {
    const name = `${windowMs}:${key}`;
    const window = windows.get(name) ?? emptyWindow(windowMs);
    windows.set(name, window);
    return window;
  }

  /** The leases that hold a place of `key` now. */
  function held(key: string): Map<string, number> {
    const leases = places.get(key) ?? new Map<string, number>();
    for (const [lease, until] of leases) if (until <= clock.monotonic()) leases.delete(lease);
    if (leases.size === 0) places.delete(key);
    return leases;
  }

  return {
    async take(demands) {
      checkCosts(demands);
      const now = clock.monotonic();
      const asked = new Map<Window, number>(); // one key may be asked for twice
      const remaining: number[] = [];
      for (const [index, demand] of demands.entries()) {
        const window = windowOf(demand.key, demand.windowMs);
        const used = slide(window, now);
        const wanted = (asked.get(window) ?? 0) + demand.cost;
        const excess = used + wanted - demand.limit;
        if (excess > 0) return { granted: false, index, retryAfterMs: waitMs(window, now, excess) };
        asked.set(window, wanted);
        remaining.push(demand.limit - used - wanted);
      }
      for (const [window, units] of asked) add(window, now, units);
      return { granted: true, at: now, remaining };
    },

    async give(key, windowMs, units, takenAt) {
      const now = clock.monotonic();
      const window = windowOf(key, windowMs);
      slide(window, now);
      if (units < 0) add(window, now, -units);
      else if (takenAt > now - windowMs) remove(window, units);
    },

    async lease(key, limit, ttlMs) {
      const leases = held(key);
      if (leases.size >= limit) return null;
      const lease = ids.next('lse');
      places.set(key, leases.set(lease, clock.monotonic() + ttlMs));
      return memoryLease(key, lease, ttlMs);
    },

    held: async (key) => held(key).size,

    async close() {
      cancel();
    },
  };

  function memoryLease(key: string, lease: string, ttlMs: number): Lease {
    return {
      async renew() {
        const leases = held(key);
        if (!leases.has(lease)) return false;
        leases.set(lease, clock.monotonic() + ttlMs);
        return true;
      },
      async release() {
        places.get(key)?.delete(lease);
        held(key);
      },
    };
  }
}

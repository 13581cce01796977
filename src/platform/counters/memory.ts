import { LRUCache } from 'lru-cache';
import { BriefMap } from '../../core/brief.ts';
import type { Clock } from '../../core/runtime.ts';
import { type Demand, isPlace, type Lease, type LocalCounters, type PlaceDemand, type Verdict } from './counters.ts';
import { add, checkCosts, emptyInMs, emptyWindow, remove, slide, type Window, waitMs } from './window.ts';

/** When more keys than this are in use at once, the ones unused for longest start again from nothing. */
const MAX_KEYS = 100_000;
const SWEEP_MS = 60_000;

interface Places {
  /** When each of them runs out. */
  readonly leases: BriefMap<Lease, number>;
  /** No lease runs out before this. */
  soonest: number;
}

/** To look at. */
type Leases = Pick<BriefMap<Lease, number>, 'has' | 'size' | 'values'>;
const none: Leases = new BriefMap();

/** Windows and places of one process, on the clock that never steps back. */
export function createMemoryCounters({ clock }: { readonly clock: Clock }): LocalCounters {
  /** Of each key by their length, nearly always one. */
  const windows = new LRUCache<string, Map<number, Window>>({ max: MAX_KEYS });
  const places = new Map<string, Places>();
  let cancel = clock.after(SWEEP_MS, sweep);

  function sweep(): void {
    const now = clock.monotonic();
    for (const [key, ofKey] of windows.entries()) {
      for (const [windowMs, window] of ofKey) if (slide(window, now) === 0) ofKey.delete(windowMs);
      if (ofKey.size === 0) windows.delete(key);
    }
    for (const key of places.keys()) held(key);
    cancel = clock.after(SWEEP_MS, sweep);
  }

  function windowOf(key: string, windowMs: number): Window {
    const ofKey = windows.get(key) ?? new Map<number, Window>();
    const known = ofKey.get(windowMs);
    if (known) return known;
    const window = emptyWindow(windowMs);
    windows.set(key, ofKey.set(windowMs, window));
    return window;
  }

  /** The leases that hold a place of `key` now. */
  function held(key: string): Leases {
    const taken = places.get(key);
    if (!taken) return none;
    const { leases } = taken;
    const now = clock.monotonic();
    if (taken.soonest <= now) {
      for (const [lease, until] of leases) if (until <= now) leases.delete(lease);
      taken.soonest = Math.min(...leases.values());
    }
    if (leases.size === 0) places.delete(key);
    return leases;
  }

  function hold(key: string, lease: Lease, leaseMs: number): void {
    const taken = places.get(key) ?? { leases: new BriefMap(), soonest: Number.POSITIVE_INFINITY };
    const until = clock.monotonic() + leaseMs;
    taken.leases.set(lease, until);
    taken.soonest = Math.min(taken.soonest, until);
    places.set(key, taken);
  }

  function waitFor(demand: Demand, excess: number): number {
    const now = clock.monotonic();
    if (!isPlace(demand)) return waitMs(windowOf(demand.key, demand.windowMs), now, excess);
    const ends = [...held(demand.key).values()];
    return ends.length === 0 ? 0 : Math.max(0, Math.ceil(Math.min(...ends) - now));
  }

  function takeNow(demands: readonly Demand[]): Verdict {
    checkCosts(demands);
    const now = clock.monotonic();
    const windowsOf = demands.map((demand) => (isPlace(demand) ? null : windowOf(demand.key, demand.windowMs)));
    const remaining = new Array<number>(demands.length);
    for (let index = 0; index < demands.length; index++) {
      const demand = demands[index]!;
      const window = windowsOf[index];
      const used = window ? slide(window, now) : held(demand.key).size;
      let wanted = unitsOf(demand);
      for (let before = 0; before < index; before++) {
        if (isOfTheSame(demand, demands[before]!)) wanted += unitsOf(demands[before]!);
      }
      const left = demand.limit - used - wanted;
      if (left < 0) return { granted: false, index, retryAfterMs: waitFor(demand, -left) };
      remaining[index] = left;
    }
    const leases: Lease[] = [];
    for (let index = 0; index < demands.length; index++) {
      const demand = demands[index]!;
      if (isPlace(demand)) leases.push(place(demand));
      else add(windowsOf[index]!, now, demand.cost);
    }
    return { granted: true, at: now, remaining, leases };
  }

  function giveNow(key: string, windowMs: number, units: number, takenAt: number): void {
    const now = clock.monotonic();
    const window = windowOf(key, windowMs);
    slide(window, now);
    if (units < 0) add(window, now, -units);
    else if (takenAt > now - windowMs) remove(window, units);
  }

  return {
    takeNow,
    giveNow,
    take: async (demands) => takeNow(demands),
    give: async (...given) => giveNow(...given),

    async used(key, windowMs) {
      const now = clock.monotonic();
      const window = windowOf(key, windowMs);
      return { units: slide(window, now), emptyInMs: emptyInMs(window, now) };
    },

    held: async (key) => held(key).size,

    async close() {
      cancel();
    },
  };

  function place({ key, leaseMs }: PlaceDemand): Lease {
    const lease: Lease = {
      async renew() {
        const lasted = held(key).has(lease);
        hold(key, lease, leaseMs);
        return lasted;
      },
      release() {
        places.get(key)?.leases.delete(lease);
        held(key);
      },
    };
    hold(key, lease, leaseMs);
    return lease;
  }
}

/** One key may be asked for twice. */
function isOfTheSame(one: Demand, other: Demand): boolean {
  if (one.key !== other.key) return false;
  return isPlace(one) ? isPlace(other) : !isPlace(other) && one.windowMs === other.windowMs;
}

function unitsOf(demand: Demand): number {
  return isPlace(demand) ? 1 : demand.cost;
}

import { readFileSync } from 'node:fs';
import { UnavailableProblem } from '../../core/problem.ts';
import type { Clock, Ids } from '../../core/runtime.ts';
import { perTurn } from '../per-turn.ts';
import { defaultDeadlines, type RedisDeadlines, type RedisLink } from '../redis.ts';
import { type Counters, type Demand, isPlace, type Lease, type Verdict } from './counters.ts';
import { checkCosts } from './window.ts';

const lua = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const TAKE = lua('window.lua') + lua('take.lua');
const GIVE = lua('window.lua') + lua('give.lua');
const USED = lua('window.lua') + lua('used.lua');
const HELD = lua('window.lua') + lua('held.lua');
const RENEW = lua('window.lua') + lua('renew.lua');

/**
 * For the link that counters have to themselves: whoever takes waits no longer than it has patience, but an answer that
 * is given up unread leaves units taken for nobody.
 */
export const countersDeadlines: RedisDeadlines = { ...defaultDeadlines, commandMs: 2000, silenceMs: 2500 };

/**
 * How long a take is wanted, by the clock of Redis: shorter than the link waits for its answer. A server that was
 * frozen may execute what lies on its wire long after, for callers that have gone.
 */
const WANTED_MS = 1500;
/** Takes, and gifts, in one call: it must be over long before anybody's patience. */
const AT_ONCE = 200;
/** What the answer to a refused take begins with: of what is granted, no less than nothing remains. */
const SHORT = -1;

/**
 * Windows and places of all instances, on Redis's own clock: instances disagree about the time. What is taken, or given
 * back, in one turn of the event loop goes in one script call, in which each take still is a step of its own.
 * When that clock leaps ahead, as it does when somebody sets it, what was taken before is as old as it says: at most
 * one window's worth is granted early. For one Redis or one with replicas; a take may span keys, which a Redis Cluster
 * would refuse.
 * @param now replaces Redis's clock, in Unix ms: for the contract suite only, which holds both implementations to the same moments
 */
export function createRedisCounters(
  link: RedisLink,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
  now?: () => number,
): Counters {
  const [takeAll, giveAll, used] = [link.script(TAKE), link.script(GIVE), link.script(USED)];
  const [held, renew] = [link.script(HELD), link.script(RENEW)];
  /** @param windowMs null of places */
  const nameOf = (key: string, windowMs: number | null) =>
    link.key(windowMs === null ? `lease:${key}` : `window:${windowMs}:${key}`);
  const time = () => (now ? Math.floor(now()) : '');
  /** What to add to our own clock, which never steps, to get that of Redis: from the latest answer. */
  let ahead: number | null = null;

  const take = perTurn<readonly Demand[], Verdict>(AT_ONCE, async (takes) => {
    const keys = keysOfOneCall(nameOf);
    const asked: (string | number)[] = [];
    const leases = takes.map((demands) => {
      const places: Lease[] = [];
      asked.push(demands.length);
      for (const demand of demands) {
        const { key, limit } = demand;
        if (isPlace(demand)) {
          const lease = ids.next('lse');
          asked.push(keys.placeOf(key, null), demand.leaseMs, limit, 1, lease);
          places.push(leaseOf(key, lease, demand.leaseMs));
        } else asked.push(keys.placeOf(key, demand.windowMs), demand.windowMs, limit, demand.cost, '');
      }
      return places;
    });
    const sentAt = clock.monotonic();
    const until = ahead === null || now ? '' : Math.floor(sentAt + ahead) + WANTED_MS;
    const args = [time(), until, JSON.stringify(asked)];
    const [at, ...answers] = (await takeAll(keys.all, args)) as [number, ...number[][]];
    ahead = at - sentAt;
    if (answers.length === 0) {
      throw new UnavailableProblem('redis', 'Redis was asked too long ago. Try again shortly.');
    }
    return answers.map((answer, place): Verdict => {
      if (answer[0] === SHORT) return { granted: false, index: answer[1]!, retryAfterMs: answer[2]! };
      return { granted: true, at, remaining: answer, leases: leases[place]! };
    });
  });
  const give = perTurn<Gift, void>(AT_ONCE, async (gifts) => {
    const keys = keysOfOneCall(nameOf);
    const given: (string | number)[] = [];
    for (const gift of gifts) {
      if ('lease' in gift) given.push(keys.placeOf(gift.key, null), '', gift.lease, '');
      else given.push(keys.placeOf(gift.key, gift.windowMs), gift.windowMs, gift.units, gift.takenAt);
    }
    await giveAll(keys.all, [time(), JSON.stringify(given)]);
    return gifts.map(() => undefined);
  });

  return {
    async take(demands) {
      checkCosts(demands);
      return take(demands);
    },

    give: (key, windowMs, units, takenAt) => give({ key, windowMs, units, takenAt }),

    async used(key, windowMs) {
      const [units, emptyInMs] = (await used([nameOf(key, windowMs)], [time(), windowMs])) as [number, number];
      return { units, emptyInMs };
    },

    async held(key) {
      return (await held([nameOf(key, null)], [time()])) as number;
    },

    async close() {},
  };

  function leaseOf(key: string, lease: string, leaseMs: number): Lease {
    return {
      renew: async () => (await renew([nameOf(key, null)], [time(), lease, leaseMs])) === 1,
      release: () => give({ key, lease }),
    };
  }
}

/** Units of a window, or a place. */
type Gift =
  | { readonly key: string; readonly windowMs: number; readonly units: number; readonly takenAt: number }
  | { readonly key: string; readonly lease: string };

/** The keys of one call, each told once however many ask for it; again, which does no harm, where two windows take turns. */
function keysOfOneCall(nameOf: (key: string, windowMs: number | null) => string) {
  const known = new Map<string, { readonly windowMs: number | null; readonly place: number }>();
  const all: string[] = [];
  return {
    all,
    placeOf(key: string, windowMs: number | null): number {
      const before = known.get(key);
      if (before?.windowMs === windowMs) return before.place;
      const place = all.push(nameOf(key, windowMs)); // the first in Lua is 1
      known.set(key, { windowMs, place });
      return place;
    },
  };
}

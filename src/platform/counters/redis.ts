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
  const windowKey = (key: string, windowMs: number) => link.key(`window:${windowMs}:${key}`);
  const placesKey = (key: string) => link.key(`lease:${key}`);
  const keyOf = (demand: Demand) => (isPlace(demand) ? placesKey(demand.key) : windowKey(demand.key, demand.windowMs));
  const time = () => (now ? Math.floor(now()) : '');
  /** What to add to our own clock, which never steps, to get that of Redis: from the latest answer. */
  let ahead: number | null = null;

  const take = perTurn<readonly Demand[], Verdict>(AT_ONCE, async (takes) => {
    const keys: string[] = [];
    const args: (string | number)[] = [];
    const leases = takes.map((demands) => {
      const places: Lease[] = [];
      args.push(demands.length);
      for (const demand of demands) {
        const key = keyOf(demand);
        keys.push(key);
        if (isPlace(demand)) {
          const name = ids.next('lse');
          args.push(demand.leaseMs, demand.limit, 1, name);
          places.push(leaseOf(key, name, demand.leaseMs));
        } else args.push(demand.windowMs, demand.limit, demand.cost, '');
      }
      return places;
    });
    const sentAt = clock.monotonic();
    const until = ahead === null || now ? '' : Math.floor(sentAt + ahead) + WANTED_MS;
    const [at, ...answers] = (await takeAll(keys, [time(), until, ...args])) as [number, ...number[][]];
    ahead = at - sentAt;
    if (answers.length === 0) {
      throw new UnavailableProblem('redis', 'Redis was asked too long ago. Try again shortly.');
    }
    return answers.map(([granted, ...others], place): Verdict => {
      if (granted === 0) return { granted: false, index: others[0]!, retryAfterMs: others[1]! };
      return { granted: true, at, remaining: others, leases: leases[place]! };
    });
  });
  /** The window, its length, units and when they were taken; or the places, and the lease. */
  const give = perTurn<readonly [string, number | '', number | string, number | ''], void>(AT_ONCE, async (gifts) => {
    const keys = gifts.map(([key]) => key);
    await giveAll(keys, [time(), ...gifts.flatMap(([, ...args]) => args)]);
    return gifts.map(() => undefined);
  });

  return {
    async take(demands) {
      checkCosts(demands);
      return take(demands);
    },

    give: (key, windowMs, units, takenAt) => give([windowKey(key, windowMs), windowMs, units, takenAt]),

    async used(key, windowMs) {
      const [units, emptyInMs] = (await used([windowKey(key, windowMs)], [time(), windowMs])) as [number, number];
      return { units, emptyInMs };
    },

    async held(key) {
      return (await held([placesKey(key)], [time()])) as number;
    },

    async close() {},
  };

  function leaseOf(name: string, lease: string, leaseMs: number): Lease {
    return {
      renew: async () => (await renew([name], [time(), lease, leaseMs])) === 1,
      release: () => give([name, '', lease, '']),
    };
  }
}

import { readFileSync } from 'node:fs';
import { UnavailableProblem } from '../../core/problem.ts';
import type { Clock, Ids } from '../../core/runtime.ts';
import { defaultDeadlines, type RedisDeadlines, type RedisLink } from '../redis.ts';
import { type Counters, type Demand, isPlace, type Lease } from './counters.ts';
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

/**
 * Windows and places of all instances, one script call each, on Redis's own clock: instances disagree about the time.
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
  const [take, give, used] = [link.script(TAKE), link.script(GIVE), link.script(USED)];
  const [held, renew] = [link.script(HELD), link.script(RENEW)];
  const windowKey = (key: string, windowMs: number) => link.key(`window:${windowMs}:${key}`);
  const placesKey = (key: string) => link.key(`lease:${key}`);
  const keyOf = (demand: Demand) => (isPlace(demand) ? placesKey(demand.key) : windowKey(demand.key, demand.windowMs));
  const time = () => (now ? Math.floor(now()) : '');
  /** What to add to our own clock, which never steps, to get that of Redis: from the latest answer. */
  let ahead: number | null = null;

  return {
    async take(demands) {
      checkCosts(demands);
      const asked = demands.map((demand) =>
        isPlace(demand)
          ? { name: ids.next('lse'), args: [demand.leaseMs, demand.limit, 1] }
          : { name: '', args: [demand.windowMs, demand.limit, demand.cost] },
      );
      const args = asked.flatMap(({ name, args }) => [...args, name]);
      const sentAt = clock.monotonic();
      const until = ahead === null || now ? '' : Math.floor(sentAt + ahead) + WANTED_MS;
      const answer = (await take(demands.map(keyOf), [time(), until, ...args])) as [number, number, ...number[]];
      const [verdict, at, ...others] = answer;
      ahead = at - sentAt;
      if (verdict === -1) throw new UnavailableProblem('redis', 'Redis was asked too long ago. Try again shortly.');
      if (verdict === 0) return { granted: false, index: others[0]!, retryAfterMs: others[1]! };
      const leases = demands.flatMap((demand, index) =>
        isPlace(demand) ? [leaseOf(placesKey(demand.key), asked[index]!.name, demand.leaseMs)] : [],
      );
      return { granted: true, at, remaining: others, leases };
    },

    async give(key, windowMs, units, takenAt) {
      await give([windowKey(key, windowMs)], [time(), windowMs, units, takenAt]);
    },

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
      async release() {
        await link.run((redis) => redis.zrem(name, lease));
      },
    };
  }
}

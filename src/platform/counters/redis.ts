import { readFileSync } from 'node:fs';
import type { Ids } from '../../core/runtime.ts';
import type { RedisLink } from '../redis.ts';
import type { Counters, Lease } from './counters.ts';
import { checkCosts } from './window.ts';

const lua = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const TAKE = lua('window.lua') + lua('take.lua');
const GIVE = lua('window.lua') + lua('give.lua');
const LEASE = lua('lease.lua');

/**
 * Windows and slots of all instances, one script call each, on Redis's own clock: instances disagree about the time.
 * For one Redis or one with replicas; a take may span keys, which a Redis Cluster would refuse.
 * @param now replaces Redis's clock, in Unix ms: for the contract suite only, which holds both implementations to the same moments
 */
export function createRedisCounters(link: RedisLink, ids: Ids, now?: () => number): Counters {
  const take = link.script(TAKE);
  const give = link.script(GIVE);
  const hold = link.script(LEASE);
  const windowKey = (key: string, windowMs: number) => link.key(`window:${windowMs}:${key}`);
  const time = () => (now ? Math.floor(now()) : '');

  return {
    async take(demands) {
      checkCosts(demands);
      const keys = demands.map(({ key, windowMs }) => windowKey(key, windowMs));
      const args = demands.flatMap(({ windowMs, limit, cost }) => [windowMs, limit, cost]);
      const [granted, ...rest] = (await take(keys, [time(), ...args])) as number[];
      const [first, ...others] = rest as [number, ...number[]];
      if (granted === 1) return { granted: true, at: first, remaining: others };
      return { granted: false, index: first, retryAfterMs: others[0]! };
    },

    async give(key, windowMs, units, takenAt) {
      await give([windowKey(key, windowMs)], [time(), windowMs, units, takenAt]);
    },

    async lease(key, limit, ttlMs) {
      const name = link.key(`lease:${key}`);
      const lease = ids.next('lse');
      const held = await hold([name], [time(), lease, ttlMs, limit]);
      return held === 1 ? redisLease(name, lease, ttlMs) : null;
    },

    async held(key) {
      const at = now ? Math.floor(now()) : await link.run(async (redis) => Number((await redis.time())[0]) * 1000);
      return link.run((redis) => redis.zcount(link.key(`lease:${key}`), `(${at}`, '+inf'));
    },

    async close() {},
  };

  function redisLease(name: string, lease: string, ttlMs: number): Lease {
    return {
      renew: async () => (await hold([name], [time(), lease, ttlMs, ''])) === 1,
      async release() {
        await link.run((redis) => redis.zrem(name, lease));
      },
    };
  }
}

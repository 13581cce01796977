import type { RedisLink } from '../redis.ts';
import type { Answers } from './answers.ts';

/** How many keys one SCAN looks at: small enough that Redis serves others in between. */
const SCAN_COUNT = 500;

/** Answers of all instances, under `answer:<key>`. How much of them is kept is Redis's `maxmemory` and its policy. */
export function createRedisAnswers(link: RedisLink): Answers {
  const nameOf = (key: string) => link.key(`answer:${key}`);
  return {
    get: (key) => link.run((redis) => redis.get(nameOf(key))),
    async set(key, value, ttlMs) {
      await link.run((redis) => redis.set(nameOf(key), value, 'PX', Math.max(1, Math.ceil(ttlMs))));
    },
    async purge(prefix) {
      const pattern = `${literally(nameOf(prefix))}*`;
      let removed = 0;
      let cursor = '0';
      do {
        const [next, names] = await link.run((redis) => redis.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT));
        if (names.length > 0) removed += await link.run((redis) => redis.unlink(...names));
        cursor = next;
      } while (cursor !== '0');
      return removed;
    },
    async close() {},
  };
}

/** The characters that mean something in a Redis pattern, meaning themselves. */
function literally(text: string): string {
  return text.replace(/[\\*?[\]^-]/g, '\\$&');
}

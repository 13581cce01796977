import type { Keyring } from '../keyring.ts';
import type { RedisLink } from '../redis.ts';
import type { Answers } from './answers.ts';

/** How many keys one SCAN looks at: small enough that Redis serves others in between. */
const SCAN_COUNT = 500;

/** Answers of all instances, sealed, under `answer:<key>`. How much of them is kept is Redis's `maxmemory` and its policy. */
export function createRedisAnswers(link: RedisLink, keyring: Keyring): Answers {
  const nameOf = (key: string) => link.key(`answer:${key}`);

  /** What another secret has sealed is no answer of ours. */
  function opened(sealed: Buffer, name: string): string | null {
    try {
      return keyring.open(sealed, name);
    } catch {
      return null;
    }
  }

  async function* namesBeginning(prefix: string): AsyncGenerator<readonly string[]> {
    const pattern = `${literally(nameOf(prefix))}*`;
    let cursor = '0';
    do {
      const [next, names] = await link.run((redis) => redis.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT));
      if (names.length > 0) yield names;
      cursor = next;
    } while (cursor !== '0');
  }

  return {
    async get(key) {
      const sealed = await link.run((redis) => redis.getBuffer(nameOf(key)));
      return sealed && opened(sealed, nameOf(key));
    },
    async set(key, value, ttlMs) {
      await link.run((redis) =>
        redis.set(nameOf(key), keyring.seal(value, nameOf(key)), 'PX', Math.max(1, Math.ceil(ttlMs))),
      );
    },
    async count(prefix) {
      const found = new Set<string>();
      for await (const names of namesBeginning(prefix)) for (const name of names) found.add(name);
      return found.size;
    },
    async purge(prefix) {
      let removed = 0;
      for await (const names of namesBeginning(prefix)) removed += await link.run((redis) => redis.unlink(...names));
      return removed;
    },
    async close() {},
  };
}

/** The characters that mean something in a Redis pattern, meaning themselves. */
function literally(text: string): string {
  return text.replace(/[\\*?[\]^-]/g, '\\$&');
}

import { onTestFinished } from 'vitest';
import type { Runtime } from '../../src/core/runtime.ts';
import { systemClock, timeSortedIds } from '../../src/core/runtime.ts';
import { openRedis, type RedisDeadlines, type RedisLink } from '../../src/platform/redis.ts';
import { testRuntime } from '../support/manual-clock.ts';

/** Where a Redis for tests is; without it the suites say that they are skipped. CI sets it. */
export const redisUrl: string | undefined = process.env.GLIDEPATH_TEST_REDIS_URL;

/** What goes into a suite's name, so that a skip tells its reason. */
export const onRedis = redisUrl ? 'on Redis' : 'on Redis (skipped: GLIDEPATH_TEST_REDIS_URL is not set)';

/** Real time and ids that differ between the instances of one test; notes are kept, not printed. */
export function realRuntime() {
  return { ...testRuntime(), clock: systemClock, ids: timeSortedIds(systemClock) } satisfies Runtime;
}

/** A prefix of its own per test: nothing is seen of others, and nothing is left behind. */
export function freshPrefix(): string {
  return `${timeSortedIds(systemClock).next('test')}:`;
}

/** Deadlines are the subject of outage.test.ts alone; elsewhere a busy machine must not fail a test. */
const unhurried: RedisDeadlines = {
  commandMs: 10_000,
  silenceMs: 15_000,
  connectMs: 10_000,
  reconnectMs: 1000,
  heartbeatMs: 500,
};

/** A link that is closed after the test, with all keys under its prefix removed. */
export async function redisLink(prefix: string): Promise<RedisLink> {
  const link = await openRedis(redisUrl!, prefix, realRuntime(), unhurried);
  onTestFinished(async () => {
    await link.run(async (redis) => {
      const keys = await redis.keys(`${prefix}*`);
      if (keys.length > 0) await redis.del(...keys);
    });
    await link.close();
  });
  return link;
}

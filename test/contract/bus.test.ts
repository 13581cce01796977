import { describe, vi } from 'vitest';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import { createRedisBus } from '../../src/platform/bus/redis.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { busContract } from './bus.ts';
import { freshPrefix, onRedis, realRuntime, redisLink, redisUrl } from './redis.ts';

describe('bus in memory', () => {
  busContract(async () => {
    const { log } = testRuntime();
    const bus = createMemoryBus(log);
    return { here: bus, there: bus, log, connected: async () => {} };
  });
});

describe.skipIf(!redisUrl)(`bus ${onRedis}`, () => {
  busContract(async () => {
    const prefix = freshPrefix();
    const runtime = realRuntime();
    const links = [await redisLink(prefix), await redisLink(prefix)] as const;
    const [here, there] = links.map((link) => createRedisBus(link, runtime)) as [
      ReturnType<typeof createRedisBus>,
      ReturnType<typeof createRedisBus>,
    ];
    /** Told through Redis itself: a probe on the same subscriber connection, asked for after the topic. */
    const connected = async (topic: string) => {
      const probe = links[1].key(`bus:${topic}:probe`);
      let heard = false;
      const stop = links[1].subscribe(probe, () => {
        heard = true;
      });
      await vi.waitFor(async () => {
        await links[0].run((redis) => redis.publish(probe, ''));
        if (!heard) throw new Error('the subscription has not arrived yet');
      });
      stop();
    };
    return { here, there, log: runtime.log, connected };
  });
});

import { expect, it } from 'vitest';
import { freshPrefix, onRedis, redisLink, redisUrl } from '../contract/redis.ts';
import { leftBehind } from '../support/left-behind.ts';

const MEGABYTE = 1_000_000;

it.skipIf(!redisUrl)(
  `leaves what scripts were sent with to collections of the young generation, ${onRedis}`,
  async () => {
    const link = await redisLink(freshPrefix());
    const lengthOf = link.script('return #ARGV[1]');
    const ask = async () => expect(await lengthOf([], [Buffer.alloc(MEGABYTE)])).toBe(MEGABYTE);
    expect(await leftBehind(30, ask)).toBeLessThan(10 * MEGABYTE);
  },
);

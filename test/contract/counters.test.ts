import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock, timeSortedIds } from '../../src/core/runtime.ts';
import { createMemoryCounters } from '../../src/platform/counters/memory.ts';
import { createRedisCounters } from '../../src/platform/counters/redis.ts';
import { ManualClock, testRuntime } from '../support/manual-clock.ts';
import { countersContract, lease } from './counters.ts';
import { freshPrefix, onRedis, redisLink, redisUrl } from './redis.ts';

const MINUTE = 60_000;
const demand = { key: 'requests', limit: 10, windowMs: MINUTE, cost: 10 };
const runtime = { clock: systemClock, ids: timeSortedIds(systemClock) };

function inMemory() {
  const runtime = testRuntime();
  const counters = createMemoryCounters(runtime);
  onTestFinished(async () => {
    await counters.close();
    expect(runtime.clock.waiting).toBe(0);
  });
  return { counters, clock: runtime.clock };
}

describe('counters in memory', () => {
  countersContract(async () => inMemory());

  test('do not notice when the date is corrected', async () => {
    const { counters, clock } = inMemory();
    await counters.take([demand]);
    clock.setDate(clock.now() + 10 * MINUTE);
    expect(await counters.take([demand])).toMatchObject({ granted: false });
    clock.setDate(0);
    await clock.advance(MINUTE + 1000);
    expect(await counters.take([demand])).toMatchObject({ granted: true });
  });

  test('do not notice summer time beginning or ending, on any day of the year', async () => {
    const { counters, clock } = inMemory();
    for (const night of [Date.UTC(2026, 2, 29, 0, 59, 30), Date.UTC(2026, 9, 25, 0, 59, 30)]) {
      clock.setDate(night);
      await counters.take([demand]);
      await clock.advance(MINUTE - 1);
      expect(await counters.take([demand])).toMatchObject({ granted: false });
      await clock.advance(1001);
      expect(await counters.take([demand])).toMatchObject({ granted: true });
      await clock.advance(2 * MINUTE);
    }
  });

  test('go on counting across the sweep that forgets unused windows', async () => {
    const { counters, clock } = inMemory();
    await clock.advance(MINUTE - 1);
    await counters.take([demand]);
    const place = await lease(counters, 'streams', 1, 2 * MINUTE);
    await clock.advance(2);
    expect(await counters.take([demand])).toMatchObject({ granted: false });
    expect(await place?.renew()).toBe(true);
    await clock.advance(3 * MINUTE);
    expect(await counters.take([demand])).toMatchObject({ granted: true });
    expect(await place?.renew()).toBe(false);
  });
});

describe.skipIf(!redisUrl)(`counters ${onRedis}`, () => {
  const onClock = async (clock: ManualClock) => {
    const link = await redisLink(freshPrefix());
    return { link, clock, counters: createRedisCounters(link, runtime, () => clock.now()) };
  };

  countersContract(() => onClock(new ManualClock()));

  test('count together on two instances', async () => {
    const prefix = freshPrefix();
    const [here, there] = [
      createRedisCounters(await redisLink(prefix), runtime),
      createRedisCounters(await redisLink(prefix), runtime),
    ];
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? here : there).take([{ ...demand, cost: 1 }])),
    );
    expect(verdicts.filter(({ granted }) => granted)).toHaveLength(10);
    expect(await lease(here, 'streams', 1, MINUTE)).not.toBeNull();
    expect(await lease(there, 'streams', 1, MINUTE)).toBeNull();
  });

  test('go by the clock of Redis', async () => {
    const link = await redisLink(freshPrefix());
    const counters = createRedisCounters(link, runtime);
    await counters.take([demand]);
    const refused = await counters.take([demand]);
    expect(refused).toMatchObject({ granted: false });
    const [seconds] = await link.run((redis) => redis.time());
    const [step] = await link.run((redis) => redis.hkeys(link.key(`window:${MINUTE}:requests`)));
    expect(Math.abs(Number(step) - Number(seconds))).toBeLessThanOrEqual(2);
  });

  test('take nothing for a caller that asked too long ago, and work on', async () => {
    const link = await redisLink(freshPrefix());
    const clock = new ManualClock(); // stands still while Redis's own clock runs: as if the take lay on the wire
    const counters = createRedisCounters(link, { ...runtime, clock });
    const { at } = (await counters.take([{ ...demand, cost: 1 }])) as { readonly at: number };
    const aged = async () => Number((await link.run((redis) => redis.time()))[0]) * 1000 > at + 1500;
    await expect.poll(aged, { timeout: 5000 }).toBe(true);
    await expect(counters.take([{ ...demand, cost: 1 }])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await counters.used('requests', MINUTE)).toMatchObject({ units: 1 });
    expect(await counters.take([{ ...demand, cost: 1 }])).toMatchObject({ granted: true, remaining: [8] });
  });

  test('still count what was taken when the clock steps back, and free it a window later', async () => {
    const { counters, clock } = await onClock(new ManualClock());
    await counters.take([{ ...demand, cost: 6 }]);
    clock.setDate(clock.now() + 60 * MINUTE);
    await counters.take([{ ...demand, cost: 4 }]);
    clock.setDate(clock.now() - 60 * MINUTE);
    expect(await counters.take([{ ...demand, cost: 7 }])).toMatchObject({ granted: false });
    expect(await counters.take([{ ...demand, cost: 6 }])).toMatchObject({ granted: true, remaining: [0] });
    await clock.advance(MINUTE + 1000);
    expect(await counters.take([demand])).toMatchObject({ granted: true, remaining: [0] });
  });

  test('grant one window early at most when the clock leaps ahead, and count exactly from then on', async () => {
    const { counters, clock } = await onClock(new ManualClock());
    await counters.take([demand]);
    clock.setDate(clock.now() + 60 * MINUTE);
    expect(await counters.take([demand])).toMatchObject({ granted: true, remaining: [0] });
    await clock.advance(MINUTE - 1);
    expect(await counters.take([{ ...demand, cost: 1 }])).toMatchObject({ granted: false });
    await clock.advance(1001);
    expect(await counters.take([demand])).toMatchObject({ granted: true });
  });

  test('leave no key without an end', async () => {
    const { link, counters, clock } = await onClock(new ManualClock());
    await counters.take([demand]);
    await counters.give('requests', MINUTE, 3, clock.now());
    await counters.give('tokens', MINUTE, -3, clock.now());
    await lease(counters, 'streams', 3, MINUTE);
    await lease(counters, 'streams', 3, 500);
    const ends = await link.run((redis) =>
      Promise.all(
        [`window:${MINUTE}:requests`, `window:${MINUTE}:tokens`, 'lease:streams'].map((key) =>
          redis.pttl(link.key(key)),
        ),
      ),
    );
    for (const ms of ends) expect(ms).toBeGreaterThan(MINUTE - 5000);
  });

  test('work on when Redis has forgotten the scripts', async () => {
    const { link, counters } = await onClock(new ManualClock());
    await counters.take([{ ...demand, cost: 1 }]);
    await link.run((redis) => redis.script('FLUSH'));
    expect(await counters.take([{ ...demand, cost: 1 }])).toMatchObject({ granted: true, remaining: [8] });
  });
});

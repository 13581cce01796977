import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/runtime.ts';
import { createMemoryAnswers } from '../../src/platform/answers/memory.ts';
import { createRedisAnswers } from '../../src/platform/answers/redis.ts';
import { testKeyring } from '../support/keyring.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { answersContract } from './answers.ts';
import { freshPrefix, onRedis, redisLink, redisUrl } from './redis.ts';

describe('answers in memory', () => {
  answersContract(async () => {
    const clock = new ManualClock();
    return { answers: createMemoryAnswers(clock), pass: (ms) => clock.advance(ms) };
  });

  test('whose time is over are gone from the process, not only from sight', async () => {
    const clock = new ManualClock();
    const answers = createMemoryAnswers(clock, 3 * 2048);
    for (const key of ['a', 'b']) await answers.set(key, 'x'.repeat(1000), 1_000);
    expect(clock.waiting).toBe(1);
    await clock.advance(20_000);
    // Nothing is left to look after.
    expect(clock.waiting).toBe(0);
    await answers.set('c', 'x', 60_000);
    await answers.close();
    expect(clock.waiting).toBe(0);
  });

  test('stay within their bytes: the ones unused for longest go first, one too large is not kept', async () => {
    const answers = createMemoryAnswers(new ManualClock(), 3 * 2048);
    const page = 'x'.repeat(1000);
    for (const key of ['a', 'b', 'c']) await answers.set(key, page, 60_000);
    await answers.get('a');
    await answers.set('d', page, 60_000);
    expect(await answers.get('b')).toBeNull();
    expect(await answers.get('a')).toBe(page);
    await answers.set('huge', page.repeat(10), 60_000);
    expect(await answers.get('huge')).toBeNull();
    expect(await answers.get('a')).toBe(page);
  });
});

describe.skipIf(!redisUrl)(`answers ${onRedis}`, () => {
  answersContract(async () => ({
    answers: createRedisAnswers(await redisLink(freshPrefix()), testKeyring),
    pass: (ms) => systemClock.sleep(ms + 20), // an end that only Redis's own clock can bring
  }));
});

import { afterEach, describe, expect, test } from 'vitest';
import type { RateRule } from '../../src/core/admission.ts';
import { RateLimitedProblem } from '../../src/core/problem.ts';
import { createLimits } from '../../src/limits/index.ts';
import type { Counters } from '../../src/platform/counters/counters.ts';
import { createMemoryCounters } from '../../src/platform/counters/memory.ts';
import { testRuntime } from '../support/manual-clock.ts';

const requests = (limit: number): RateRule => ({ key: 'key_1', unit: 'REQUESTS', limit, windowMs: 60_000 });
const tokens = (limit: number): RateRule => ({ key: 'key_1', unit: 'INPUT_TOKENS', limit, windowMs: 60_000 });

const opened: Counters[] = [];
afterEach(async () => {
  for (const counters of opened.splice(0)) await counters.close();
});

function aHouse() {
  const runtime = testRuntime();
  const counters = createMemoryCounters(runtime);
  opened.push(counters);
  return { runtime, limits: createLimits(counters) };
}

async function refused(attempt: Promise<unknown>): Promise<RateLimitedProblem> {
  const problem = await attempt.then(
    () => null,
    (error: unknown) => error,
  );
  expect(problem).toBeInstanceOf(RateLimitedProblem);
  return problem as RateLimitedProblem;
}

test('without rates, nothing is counted', async () => {
  const { limits } = aHouse();
  const slip = await limits.take([], { inputTokens: 1_000_000 });
  await slip.settle({ inputTokens: 5 });
});

describe('a rate of requests', () => {
  test('admits as many as it says, then refuses and says when to come back', async () => {
    const { limits, runtime } = aHouse();
    const take = () => limits.take([requests(2)], { inputTokens: 1 });
    await take();
    await take();
    const problem = await refused(take());
    expect(problem).toMatchObject({ type: 'RateLimitedError', code: 'RATE_LIMITED', retryable: true });
    expect(problem.message).toContain('2 requests in 60 s');
    await runtime.clock.advance(problem.retryAfterMs!);
    await take();
  });

  test('still counts a request that turned out to use no tokens', async () => {
    const { limits } = aHouse();
    const slip = await limits.take([requests(1)], { inputTokens: 9 });
    await slip.settle({ inputTokens: 0 });
    await refused(limits.take([requests(1)], { inputTokens: 9 }));
  });
});

describe('a rate of input tokens', () => {
  test('counts the estimate until the true amount is known, then gives the rest back', async () => {
    const { limits } = aHouse();
    const slip = await limits.take([tokens(100)], { inputTokens: 90 });
    await refused(limits.take([tokens(100)], { inputTokens: 50 }));
    await slip.settle({ inputTokens: 50 });
    await limits.take([tokens(100)], { inputTokens: 50 });
    await refused(limits.take([tokens(100)], { inputTokens: 1 }));
  });

  test('takes what the estimate was short of', async () => {
    const { limits } = aHouse();
    const slip = await limits.take([tokens(100)], { inputTokens: 10 });
    await slip.settle({ inputTokens: 95 });
    await refused(limits.take([tokens(100)], { inputTokens: 6 }));
    await limits.take([tokens(100)], { inputTokens: 5 });
  });

  test('smaller than one call refuses it for good, because waiting would not help', async () => {
    const { limits } = aHouse();
    const problem = await refused(limits.take([tokens(100)], { inputTokens: 101 }));
    expect(problem).toMatchObject({ retryable: false, retryAfterMs: undefined });
    expect(problem.message).toContain('about 101 input tokens');
  });
});

test('a call that one rate refuses takes nothing from the others', async () => {
  const { limits } = aHouse();
  await limits.take([tokens(100)], { inputTokens: 100 });
  await refused(limits.take([requests(1), tokens(100)], { inputTokens: 1 }));
  await limits.take([requests(1)], { inputTokens: 1 });
});

import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { RateRule } from '../../src/core/admission.ts';
import type { Decision } from '../../src/core/decision.ts';
import { RateLimitedProblem, UnavailableProblem } from '../../src/core/problem.ts';
import { type Consumption, createLimits, type Slip } from '../../src/limits/index.ts';
import type { Counters } from '../../src/platform/counters/counters.ts';
import { createMemoryCounters } from '../../src/platform/counters/memory.ts';
import type { Database } from '../../src/platform/database/database.ts';
import type { Snapshots } from '../../src/platform/snapshots.ts';
import { testRuntime } from '../support/manual-clock.ts';

const rate = (over: Partial<RateRule>): RateRule => ({
  limitId: 'lim_1',
  scope: { kind: 'API_KEY', reference: 'key_1' },
  key: 'lim_1',
  unit: 'REQUESTS',
  limit: 1,
  windowMs: 60_000,
  whenUnavailable: 'LOCAL_SHARE',
  localSharePercent: 50,
  ...over,
});
const requests = (limit: number) => rate({ limit });
const tokens = (limit: number) => rate({ unit: 'INPUT_TOKENS', limit });
const uses = (inputTokens: number, outputTokens: number | null = null, costNanos = 0n): Consumption => ({
  inputTokens,
  outputTokens,
  costNanos,
});

const opened: Counters[] = [];
afterEach(async () => {
  for (const counters of opened.splice(0)) await counters.close();
});

function aHouse(shared?: (memory: Counters) => Counters) {
  const runtime = testRuntime();
  const [memory, localCounters] = [createMemoryCounters(runtime), createMemoryCounters(runtime)];
  opened.push(memory, localCounters);
  const counters = shared?.(memory) ?? memory;
  // Nothing of the control plane is asked here.
  const database = { query: async () => [] } as unknown as Database;
  const snapshots = { of: () => ({ get: async () => [] }) } as unknown as Snapshots;
  const needs = { database, snapshots, changes: { make: async () => Promise.reject() }, counters, localCounters };
  return { runtime, memory, limits: createLimits({ ...needs, scopeExists: async () => true, runtime }) };
}

/** As much of a decision as limits look at. */
const decided = (models: readonly string[], quoteNanos = 0n): Decision =>
  ({ candidates: models.map((name) => ({ eligible: true, model: { name } })), quoteNanos }) as unknown as Decision;
const namesIn = ({ candidates }: Decision) => candidates.map(({ model }) => model.name);

async function refused(attempt: unknown): Promise<RateLimitedProblem> {
  const problem = await Promise.resolve(attempt).then(
    () => null,
    (error: unknown) => error,
  );
  expect(problem).toBeInstanceOf(RateLimitedProblem);
  return problem as RateLimitedProblem;
}

test('without rates, nothing is counted', async () => {
  const { limits } = aHouse();
  const slip = await limits.take([], uses(1_000_000));
  await slip.settle(uses(5));
});

describe('a rate of requests', () => {
  test('admits as many as it says, then refuses and says when to come back', async () => {
    const { limits, runtime } = aHouse();
    const take = () => limits.take([requests(2)], uses(1));
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
    const slip = await limits.take([requests(1)], uses(9));
    await slip.settle(uses(0));
    await refused(limits.take([requests(1)], uses(9)));
  });
});

describe('a rate of input tokens', () => {
  test('counts the estimate until the true amount is known, then gives the rest back', async () => {
    const { limits } = aHouse();
    const slip = await limits.take([tokens(100)], uses(90));
    await refused(limits.take([tokens(100)], uses(50)));
    await slip.settle(uses(50));
    await limits.take([tokens(100)], uses(50));
    await refused(limits.take([tokens(100)], uses(1)));
  });

  test('takes what the estimate was short of', async () => {
    const { limits } = aHouse();
    const slip = await limits.take([tokens(100)], uses(10));
    await slip.settle(uses(95));
    await refused(limits.take([tokens(100)], uses(6)));
    await limits.take([tokens(100)], uses(5));
  });

  test('smaller than one call refuses it for good, because waiting would not help', async () => {
    const { limits } = aHouse();
    const problem = await refused(limits.take([tokens(100)], uses(101)));
    expect(problem).toMatchObject({ retryable: false, retryAfterMs: undefined });
    expect(problem.message).toContain('about 101 input tokens');
  });
});

test('a call that one rate refuses takes nothing from the others', async () => {
  const { limits } = aHouse();
  await limits.take([tokens(100)], uses(100));
  await refused(limits.take([requests(1), tokens(100)], uses(1)));
  await limits.take([requests(1)], uses(1));
});

describe('output', () => {
  const output = (limit: number) => rate({ unit: 'OUTPUT_TOKENS', limit });

  test('that the caller bounded is held at its bound, and put right at the end', async () => {
    const { limits } = aHouse();
    const slip = await limits.take([output(100)], uses(1, 80));
    await refused(limits.take([output(100)], uses(1, 30)));
    await slip.settle(uses(1, 20));
    await limits.take([output(100)], uses(1, 80));
  });

  test('without a bound is admitted while there is room, and counted when it has been said', async () => {
    const { limits } = aHouse();
    const slip = await limits.take([output(100)], uses(1));
    await slip.settle(uses(1, 250));
    await refused(limits.take([output(100)], uses(1)));
  });
});

test('cost is counted at the end, with the quote held where output is bounded', async () => {
  const { limits } = aHouse();
  const cost = rate({ unit: 'COST_NANOS', limit: 1000 });
  const open = () => limits.take([cost], uses(1, 10));
  const slip = await open();
  await slip.within(decided(['sim/a'], 900n));
  const other = await open();
  await refused(other.within(decided(['sim/a'], 200n)));
  await slip.settle(uses(1, 10, 300n));
  await other.within(decided(['sim/a'], 700n));
});

describe('places', () => {
  const places = (limit: number) => rate({ unit: 'CONCURRENT', limit, windowMs: 0 });

  test('are free again when the call has ended', async () => {
    const { limits } = aHouse();
    const slip = await limits.take([places(1)], uses(1));
    expect((await refused(limits.take([places(1)], uses(1)))).retryable).toBe(true);
    await slip.settle(uses(1));
    await (await limits.take([places(1)], uses(1))).void();
  });

  test('stay taken as long as the call lasts', async () => {
    const { limits, runtime } = aHouse();
    const slip = await limits.take([places(1)], uses(1));
    await runtime.clock.advance(120_000);
    await refused(limits.take([places(1)], uses(1)));
    await slip.settle(uses(1));
  });

  test('of a process that died are free within 15 s', async () => {
    const { limits, memory, runtime } = aHouse();
    await memory.take([{ key: 'lim_1:CONCURRENT', limit: 1, leaseMs: 15_000 }]); // nobody renews it
    await refused(limits.take([places(1)], uses(1)));
    await runtime.clock.advance(15_000);
    await limits.take([places(1)], uses(1));
  });

  test('are given back when another limit refuses', async () => {
    const { limits } = aHouse();
    const other = rate({ limitId: 'lim_2', key: 'lim_2' });
    await limits.take([other], uses(1));
    expect((await refused(limits.take([places(1), other], uses(1)))).limitId).toBe('lim_2');
    await limits.take([places(1)], uses(1));
  });
});

test('a call that a later door refuses gives everything back, its request too', async () => {
  const { limits } = aHouse();
  const slip = await limits.take([requests(1), tokens(10)], uses(10));
  await slip.void();
  await limits.take([requests(1), tokens(10)], uses(10));
});

describe('models', () => {
  const ofModel = (reference: string) =>
    rate({ limitId: `lim_${reference}`, key: `lim_${reference}`, scope: { kind: 'MODEL', reference } });

  test('whose own limit is used up are passed over for the next one', async () => {
    const { limits } = aHouse();
    const rates = [ofModel('sim/a'), ofModel('sim/b')];
    const asked = async () => {
      const slip = await limits.take(rates, uses(1));
      return namesIn(await slip.within(decided(['sim/a', 'sim/b'])));
    };
    expect([await asked(), await asked()]).toEqual([['sim/a', 'sim/b'], ['sim/b']]);
    expect((await refused(asked())).limitId).toBe('lim_sim/b');
  });

  test('have a window each under a limit of each of them', async () => {
    const { limits } = aHouse();
    const asked = async (...models: string[]) => {
      const slip = await limits.take([ofModel('*')], uses(1));
      return namesIn(await slip.within(decided(models)));
    };
    expect([await asked('sim/a'), await asked('sim/a', 'sim/b')]).toEqual([['sim/a'], ['sim/b']]);
    await refused(asked('sim/b'));
  });

  test('decided on anew give back what was taken for those before', async () => {
    const { limits } = aHouse();
    const slip = await limits.take([ofModel('sim/a'), ofModel('sim/b')], uses(1));
    await slip.within(decided(['sim/a']));
    await slip.within(decided(['sim/b']));
    const other = await limits.take([ofModel('sim/a')], uses(1));
    expect(namesIn(await other.within(decided(['sim/a'])))).toEqual(['sim/a']);
  });
});

test('a settled call says what is left of each limit, and which of them binds first', async () => {
  const { limits } = aHouse();
  const rates = [requests(10), rate({ limitId: 'lim_2', key: 'lim_2', unit: 'TOTAL_TOKENS', limit: 1000 })];
  const slip = await limits.take([...rates, rate({ limitId: 'lim_3', unit: 'CONCURRENT', limit: 4 })], uses(100, 200));
  expect(await slip.settle(uses(100, 150))).toMatchObject([
    { limitId: 'lim_2', remaining: 750, callsLeft: 3 },
    { limitId: 'lim_3', remaining: 4, callsLeft: 4 },
    { limitId: 'lim_1', remaining: 9, callsLeft: 9 },
  ]);
});

describe('while the shared counters are away', () => {
  const gone = new UnavailableProblem('redis', 'gone');
  const away = (memory: Counters): Counters => ({ ...memory, take: () => Promise.reject(gone) });

  test('a limit may count its share in this process', async () => {
    const { limits } = aHouse(away);
    await limits.take([requests(4)], uses(1));
    await limits.take([requests(4)], uses(1));
    await refused(limits.take([requests(4)], uses(1))); // half of 4
    const health = await limits.health();
    expect(health).toMatchObject({ degradedSince: expect.any(Number), decidedLocally: 3, failedClosed: 0 });
  });

  test('its share is one of all that it lets in: what was counted together before is in it', async () => {
    let broken = false;
    const leaving = (memory: Counters): Counters => ({
      ...memory,
      take: (demands) => (broken ? Promise.reject(gone) : memory.take(demands)),
    });
    const { limits } = aHouse(leaving);
    await limits.take([requests(4)], uses(1));
    broken = true;
    await limits.take([requests(4)], uses(1));
    await refused(limits.take([requests(4)], uses(1))); // half of 4 in all
  });

  test('a window that was full for all stays full until the time it said', async () => {
    let broken = false;
    const leaving = (memory: Counters): Counters => ({
      ...memory,
      take: (demands) => (broken ? Promise.reject(gone) : memory.take(demands)),
    });
    const { limits, memory, runtime } = aHouse(leaving);
    await memory.take([{ key: 'lim_1:REQUESTS', limit: 4, windowMs: 60_000, cost: 4 }]); // by other instances
    const { retryAfterMs } = await refused(limits.take([requests(4)], uses(1)));
    broken = true;
    expect(await refused(limits.take([requests(4)], uses(1)))).toMatchObject({ retryAfterMs });
    await runtime.clock.advance(retryAfterMs!);
    await limits.take([requests(4)], uses(1));
  });

  test('a limit may refuse', async () => {
    const { limits } = aHouse(away);
    const strict = rate({ limit: 4, whenUnavailable: 'FAIL_CLOSED' });
    await expect(limits.take([strict], uses(1))).rejects.toMatchObject({ type: 'UnavailableError' });
    expect(await limits.health()).toMatchObject({ failedClosed: 1 });
  });

  test('counters that are only slow are waited for 80 ms by a call in all, and what they grant later counts for it', async () => {
    const answers: (() => void)[] = [];
    const slow = (memory: Counters): Counters => ({
      ...memory,
      take: (demands) => new Promise((resolve) => answers.push(() => resolve(memory.take(demands)))),
    });
    const { limits, memory, runtime } = aHouse(slow);
    const ofModel = rate({ limitId: 'lim_2', key: 'lim_2', scope: { kind: 'MODEL', reference: '*' } });
    const taking = limits.take([requests(2), ofModel], uses(1));
    await runtime.clock.sleepers(3); // two sweeps of counters, one deadline
    await runtime.clock.advance(80);
    const slip = await taking;
    const within = slip.within(decided(['sim/a']));
    await runtime.clock.advance(0); // no more patience: decided at once
    await within;
    for (const answer of answers) answer();
    await runtime.clock.advance(1);
    const used = async () => {
      const keys = ['lim_1:REQUESTS', 'lim_2:sim/a:REQUESTS'];
      return (await Promise.all(keys.map((key) => memory.used(key, 60_000)))).map(({ units }) => units);
    };
    expect(await used()).toEqual([1, 1]);
    await slip.void();
    expect(await used()).toEqual([0, 0]);
  });

  test('health is well again after a second without a late answer, whether or not there are calls', async () => {
    let broken = true;
    const flaky = (memory: Counters): Counters => ({
      ...memory,
      take: (demands) => (broken ? Promise.reject(gone) : memory.take(demands)),
    });
    const { limits, runtime } = aHouse(flaky);
    await limits.take([requests(2)], uses(1));
    expect(await limits.health()).toMatchObject({ degradedSince: expect.any(Number) });
    broken = false;
    expect(await limits.health()).toMatchObject({ degradedSince: expect.any(Number) });
    await runtime.clock.advance(1000);
    expect(await limits.health()).toMatchObject({ degradedSince: null });
  });
});

test('however calls come, end and are refused, no more run at once than there are places', async () => {
  const { limits } = aHouse();
  let run = 0;
  const step = fc.record({ place: fc.nat(5), end: fc.constantFrom('settle' as const, 'void' as const) });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 30 }), async (limit, steps) => {
      const key = `run ${run++}`;
      const rates = [rate({ key, unit: 'CONCURRENT', limit, windowMs: 0 }), rate({ ...tokens(1_000), key })];
      const running = new Map<number, Slip>();
      for (const { place, end } of steps) {
        const known = running.get(place);
        if (known) {
          running.delete(place);
          await (end === 'void' ? known.void() : known.settle(uses(1)));
          continue;
        }
        const slip = await limits.take(rates, uses(1)).catch((error: unknown) => {
          expect(error).toBeInstanceOf(RateLimitedProblem);
          return null;
        });
        expect(slip !== null).toBe(running.size < limit); // never one too many, and never falsely refused
        if (slip) running.set(place, slip);
      }
    }),
    { numRuns: 60 },
  );
});

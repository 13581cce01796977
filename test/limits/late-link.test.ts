import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RateRule } from '../../src/core/admission.ts';
import { RateLimitedProblem, UnavailableProblem } from '../../src/core/problem.ts';
import { createLimits, type Limits, type Slip } from '../../src/limits/index.ts';
import type { Counters } from '../../src/platform/counters/counters.ts';
import { createMemoryCounters } from '../../src/platform/counters/memory.ts';
import type { Database } from '../../src/platform/database/database.ts';
import type { Snapshots } from '../../src/platform/snapshots.ts';
import { type TestRuntime, testRuntime } from '../support/manual-clock.ts';

/**
 * Several instances on one clock, each with counters of its own and a link to those that they share. A link carries
 * what is asked and answered in order, as late as it is told to, or breaks.
 */

const WINDOW_MS = 60_000;
/** More than the window is never waited in a run, so what was taken counts until its end. */
const LONGEST_STEP_MS = 300;

interface Link {
  /** There and back. */
  latencyMs: number;
  broken: boolean;
}

function lateCounters(shared: Counters, { clock }: TestRuntime, link: Link): Counters {
  let [thereAt, backAt] = [0, 0];
  const until = (at: number) => clock.sleep(Math.max(0, at - clock.monotonic()));
  const late = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    if (link.broken) throw new UnavailableProblem('redis', 'gone');
    thereAt = Math.max(thereAt, clock.monotonic() + link.latencyMs / 2);
    await until(thereAt);
    const answer = await ask();
    backAt = Math.max(backAt, clock.monotonic() + link.latencyMs / 2);
    await until(backAt);
    return answer;
  };
  return {
    async take(demands) {
      const verdict = await late(() => shared.take(demands));
      if (!verdict.granted) return verdict;
      const leases = verdict.leases.map((lease) => ({
        renew: () => late(() => lease.renew()),
        release: () => late(async () => lease.release()),
      }));
      return { ...verdict, leases };
    },
    give: (...given) => late(() => shared.give(...given)),
    used: (...given) => late(() => shared.used(...given)),
    held: (key) => late(() => shared.held(key)),
    close: async () => {},
  };
}

interface Instance {
  readonly limits: Limits;
  readonly link: Link;
}

async function withInstances(
  count: number,
  run: (instances: readonly Instance[], shared: Counters, runtime: TestRuntime) => Promise<void>,
): Promise<void> {
  const runtime = testRuntime();
  const shared = createMemoryCounters(runtime);
  const opened: Counters[] = [shared];
  const instances = Array.from({ length: count }, () => {
    const link: Link = { latencyMs: 0, broken: false };
    const localCounters = createMemoryCounters(runtime);
    opened.push(localCounters);
    const database = { query: async () => [] } as unknown as Database;
    const snapshots = { of: () => ({ get: async () => [] }) } as unknown as Snapshots;
    const counters = lateCounters(shared, runtime, link);
    const changes = { make: async () => Promise.reject() };
    const needs = { database, snapshots, changes, counters, localCounters, scopeExists: async () => true };
    return { link, limits: createLimits({ ...needs, runtime }) };
  });
  try {
    await run(instances, shared, runtime);
  } finally {
    for (const counters of opened) await counters.close();
  }
}

const rate = (over: Partial<RateRule>): RateRule => ({
  limitId: 'lim_1',
  scope: { kind: 'API_KEY', reference: 'key_1' },
  key: 'lim_1',
  unit: 'REQUESTS',
  limit: 1,
  windowMs: WINDOW_MS,
  whenUnavailable: 'LOCAL_SHARE',
  localSharePercent: 50,
  ...over,
});
const uses = (inputTokens: number) => ({ inputTokens, outputTokens: null, costNanos: 0n });

/** Asks without waiting; what is let in goes to `then`. The decision takes 80 ms of the clock at most. */
function ask(
  { limits }: Instance,
  rates: RateRule[],
  tokens: number,
  runtime: TestRuntime,
  then: (slip: Slip) => void,
) {
  const from = runtime.clock.monotonic();
  return limits
    .take(rates, uses(tokens))
    .then(then, (error: unknown) => expect(error).toBeInstanceOf(RateLimitedProblem))
    .finally(() => expect(runtime.clock.monotonic() - from).toBeLessThanOrEqual(80));
}

const step = fc.record({
  who: fc.nat(2),
  waitMs: fc.integer({ min: 0, max: LONGEST_STEP_MS }),
  /** How many ask at this moment. */
  crowd: fc.integer({ min: 1, max: 4 }),
  tokens: fc.integer({ min: 1, max: 4 }),
  latencyMs: fc.oneof(fc.constant(0), fc.integer({ min: 60, max: 900 })),
  broken: fc.boolean(),
  /** One that was let in ends, as it does by itself or because another door refused it. */
  ends: fc.option(fc.record({ pick: fc.nat(20), used: fc.nat(6), how: fc.constantFrom('settle', 'void') })),
});

/** Half of those that are very late: most runs have no broken link at all. */
const isBroken = ({ broken, latencyMs }: { broken: boolean; latencyMs: number }) => broken && latencyMs > 800;

const numRuns = 60;

test('while all links are late, instances together let in no more than the limit', async () => {
  const slow = fc.integer({ min: 90, max: 1500 });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 3 }),
      fc.integer({ min: 3, max: 30 }),
      fc.array(step, { maxLength: 40 }),
      slow,
      async (count, limit, steps, latencyMs) => {
        await withInstances(count, async (instances, shared, runtime) => {
          const mine = rate({ limit, localSharePercent: Math.floor(100 / count) });
          for (const { link } of instances) link.latencyMs = latencyMs;
          let letIn = 0;
          for (const { who, waitMs, crowd } of steps) {
            await runtime.clock.advance(waitMs);
            for (let n = 0; n < crowd; n++) {
              void ask(instances[who % count]!, [mine], 1, runtime, () => {
                letIn += 1;
              });
            }
          }
          await runtime.clock.advance(5000);
          expect(letIn).toBeLessThanOrEqual(limit);
          expect(await shared.used('lim_1:REQUESTS', WINDOW_MS)).toMatchObject({ units: letIn });
        });
      },
    ),
    { numRuns },
  );
});

test('however late, early or broken the links are: all that was let in is counted, once, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 3 }),
      fc.integer({ min: 6, max: 40 }),
      fc.array(step, { maxLength: 40 }),
      async (count, limit, steps) => {
        await withInstances(count, async (instances, shared, runtime) => {
          const share = { limit, localSharePercent: Math.floor(100 / count) };
          const rates = [rate({ ...share, unit: 'INPUT_TOKENS' }), rate({ ...share, unit: 'CONCURRENT', windowMs: 0 })];
          const running: { readonly slip: Slip; readonly tokens: number }[] = [];
          let counted = 0;
          for (const { who, waitMs, crowd, tokens, latencyMs, broken, ends } of steps) {
            await runtime.clock.advance(waitMs);
            const instance = instances[who % count]!;
            Object.assign(instance.link, { latencyMs, broken: isBroken({ broken, latencyMs }) });
            for (let n = 0; n < crowd; n++) {
              void ask(instance, rates, tokens, runtime, (slip) => {
                running.push({ slip, tokens });
                counted += tokens;
              });
            }
            const [ending] = ends ? running.splice(ends.pick % Math.max(1, running.length), 1) : [];
            if (!ends || !ending) continue;
            const used = ends.how === 'void' ? 0 : ends.used;
            counted += used - ending.tokens;
            void (used === 0 ? ending.slip.void() : ending.slip.settle(uses(used)));
          }
          for (const { link } of instances) Object.assign(link, { latencyMs: 0, broken: false });
          await runtime.clock.advance(20_000); // longer than a lease that could not be given back
          const { units } = await shared.used('lim_1:INPUT_TOKENS', WINDOW_MS);
          expect(units).toBeGreaterThanOrEqual(counted);
          // What is given back over a broken link stays counted for a window.
          if (!steps.some(isBroken)) expect(units).toBe(counted);
          expect(await shared.held('lim_1:CONCURRENT')).toBe(running.length);
          for (const { slip, tokens } of running) void slip.settle(uses(tokens));
          await runtime.clock.advance(1000);
          expect(await shared.held('lim_1:CONCURRENT')).toBe(0);
        });
      },
    ),
    { numRuns },
  );
});

test('what was let in while they were away is in the window when they are back', async () => {
  await withInstances(2, async ([here, there], shared, runtime) => {
    const mine = rate({ limit: 10 });
    const asked = (instance: Instance, times: number) => {
      let letIn = 0;
      const all = Array.from({ length: times }, () => ask(instance, [mine], 1, runtime, () => void letIn++));
      return runtime.clock
        .advance(100)
        .then(() => Promise.all(all))
        .then(() => letIn);
    };
    here!.link.broken = true;
    expect(await asked(here!, 8)).toBe(5);
    here!.link.broken = false;
    await runtime.clock.advance(1000);
    expect(await asked(there!, 8)).toBe(5);
    expect(await asked(here!, 8)).toBe(0);
    expect(await shared.used('lim_1:REQUESTS', WINDOW_MS)).toMatchObject({ units: 10 });
  });
});

test('an answer that comes late is heard: a window that is full for all is full', async () => {
  await withInstances(2, async ([here, there], _shared, runtime) => {
    const mine = rate({ limit: 10 });
    let letIn = 0;
    const asked = async (instance: Instance, times: number) => {
      for (let n = 0; n < times; n++) void ask(instance, [mine], 1, runtime, () => void letIn++);
      await runtime.clock.advance(500);
    };
    await asked(there!, 10);
    here!.link.latencyMs = 200;
    await asked(here!, 1); // nothing is known yet: one of its share
    await asked(here!, 8);
    expect(letIn).toBe(11);
  });
});

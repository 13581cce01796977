import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Counters, WindowDemand } from '../../src/platform/counters/counters.ts';
import type { ManualClock } from '../support/manual-clock.ts';

export interface CountersUnderTest {
  readonly counters: Counters;
  /** The time the counters go by. */
  readonly clock: ManualClock;
}

const MINUTE = 60_000;

export function countersContract(open: () => Promise<CountersUnderTest>): void {
  const demand = (over: Partial<WindowDemand> = {}): WindowDemand => ({
    key: 'requests',
    limit: 10,
    windowMs: MINUTE,
    cost: 1,
    ...over,
  });

  test('grants up to the limit, says what remains, and refuses what does not fit', async () => {
    const { counters } = await open();
    expect(await counters.take([demand({ cost: 7 })])).toEqual({
      granted: true,
      at: expect.any(Number),
      remaining: [3],
    });
    expect(await counters.take([demand({ cost: 4 })])).toMatchObject({ granted: false, index: 0 });
    expect(await counters.take([demand({ cost: 3 })])).toEqual({
      granted: true,
      at: expect.any(Number),
      remaining: [0],
    });
    expect(await counters.take([demand({ cost: 0 })])).toEqual({
      granted: true,
      at: expect.any(Number),
      remaining: [0],
    });
  });

  test('takes from every window or from none, and names the first that was short', async () => {
    const { counters } = await open();
    const requests = demand();
    const tokens = demand({ key: 'tokens', limit: 100, cost: 101 });
    expect(await counters.take([requests, tokens])).toMatchObject({ granted: false, index: 1 });
    expect(await counters.take([demand({ cost: 0 })])).toEqual({
      granted: true,
      at: expect.any(Number),
      remaining: [10],
    });
    expect(await counters.take([requests, { ...tokens, cost: 100 }])).toEqual({
      granted: true,
      at: expect.any(Number),
      remaining: [9, 0],
    });
  });

  test('counts a key that is asked for twice in one take as twice', async () => {
    const { counters } = await open();
    expect(await counters.take([demand({ cost: 6 }), demand({ cost: 5 })])).toMatchObject({ granted: false, index: 1 });
    expect(await counters.take([demand({ cost: 6 }), demand({ cost: 4 })])).toEqual({
      granted: true,
      at: expect.any(Number),
      remaining: [4, 0],
    });
    expect(await counters.take([demand()])).toMatchObject({ granted: false });
  });

  test('keeps windows of different length and different key apart', async () => {
    const { counters } = await open();
    await counters.take([demand({ cost: 10 })]);
    expect(await counters.take([demand({ windowMs: 2 * MINUTE, cost: 10 })])).toMatchObject({ granted: true });
    expect(await counters.take([demand({ key: 'tokens', cost: 10 })])).toMatchObject({ granted: true });
  });

  test('never grants the last unit twice, however many ask at once', async () => {
    const { counters } = await open();
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => counters.take([demand()])));
    expect(verdicts.filter(({ granted }) => granted)).toHaveLength(10);
  });

  test('frees the units one window later, at the time it said, and not before', async () => {
    const { counters, clock } = await open();
    await counters.take([demand({ cost: 4 })]);
    await clock.advance(10_500);
    await counters.take([demand({ cost: 6 })]);
    const refused = await counters.take([demand({ cost: 5 })]);
    expect(refused).toEqual({ granted: false, index: 0, retryAfterMs: MINUTE + 1000 - 500 });
    await clock.advance(MINUTE + 1000 - 501);
    expect(await counters.take([demand({ cost: 5 })])).toMatchObject({ granted: false, retryAfterMs: 1 });
    await clock.advance(1);
    expect(await counters.take([demand({ cost: 5 })])).toEqual({
      granted: true,
      at: expect.any(Number),
      remaining: [5],
    });
  });

  test('refuses what costs more than its limit without taking anything', async () => {
    const { counters } = await open();
    expect(await counters.take([demand({ cost: 11 })])).toEqual({
      granted: false,
      index: 0,
      retryAfterMs: MINUTE + 1000,
    });
    expect(await counters.take([demand({ cost: 10 })])).toMatchObject({ granted: true });
  });

  test('does not take part of a unit', async () => {
    const { counters } = await open();
    await expect(counters.take([demand({ cost: 0.5 })])).rejects.toThrow('whole number');
    await expect(counters.take([demand({ cost: -1 })])).rejects.toThrow('whole number');
  });

  test('takes back what is given and counts what is added, even above the limit', async () => {
    const { counters } = await open();
    const first = await granted(counters, demand({ cost: 10 }));
    await counters.give('requests', MINUTE, 4, first);
    expect(await counters.take([demand({ cost: 1 })])).toMatchObject({ granted: true, remaining: [3] });
    await counters.give('requests', MINUTE, -8, first);
    expect(await counters.take([demand({ cost: 0 })])).toMatchObject({ granted: false });
    await counters.give('requests', MINUTE, 1000, first);
    expect(await counters.take([demand({ cost: 0 })])).toMatchObject({ granted: true, remaining: [10] });
  });

  test('gives nothing back for a take that has left the window: the units went with it', async () => {
    const { counters, clock } = await open();
    const longAgo = await granted(counters, demand({ cost: 6 }));
    await clock.advance(MINUTE);
    await granted(counters, demand({ cost: 4 }));
    await clock.advance(1000);
    await counters.give('requests', MINUTE, 5, longAgo);
    expect(await counters.take([demand({ cost: 0 })])).toMatchObject({ granted: true, remaining: [6] });
  });

  test('gives back the oldest units first, so that the younger ones count as long as they should', async () => {
    const { counters, clock } = await open();
    const first = await granted(counters, demand({ cost: 8 }));
    await clock.advance(5000);
    await granted(counters, demand({ cost: 2 }));
    await counters.give('requests', MINUTE, 6, first);
    expect(await counters.take([demand({ cost: 0 })])).toMatchObject({ granted: true, remaining: [6] });
    await clock.advance(MINUTE - 4000);
    expect(await counters.take([demand({ cost: 0 })])).toMatchObject({ granted: true, remaining: [8] });
  });

  const windowMs = fc.constantFrom(60, 61, 600, 1000, 1234);
  const limit = fc.integer({ min: 1, max: 20 });
  const step = fc.record({
    waitMs: fc.integer({ min: 0, max: 400 }),
    cost: fc.integer({ min: 0, max: 8 }),
    /** The true amount of the grant with this number becomes known: half of what it took. */
    settles: fc.nat(12),
  });
  const steps = fc.array(step, { maxLength: 40 });

  test('in no stretch of a window grants more than the limit, net of what was given back', async () => {
    const { counters, clock } = await open();
    let run = 0;
    const property = fc.asyncProperty(windowMs, limit, steps, async (windowMs, limit, steps) => {
      const key = `guarantee ${run++}`;
      const grants: { readonly date: number; readonly at: number; units: number }[] = [];
      for (const { waitMs, cost, settles } of steps) {
        await clock.advance(waitMs);
        const verdict = await counters.take([{ key, limit, windowMs, cost }]);
        if (verdict.granted) grants.push({ date: clock.now(), at: verdict.at, units: cost });
        expect(sum(grants.filter(({ date }) => date > clock.now() - windowMs))).toBeLessThanOrEqual(limit);
        const known = grants[settles];
        if (!known) continue;
        const back = Math.floor(known.units / 2);
        known.units -= back;
        await counters.give(key, windowMs, back, known.at);
      }
    });
    await fc.assert(property, { numRuns: 100 });
  });

  test('grants whatever fits into the window and one step more', async () => {
    const { counters, clock } = await open();
    let run = 0;
    const property = fc.asyncProperty(windowMs, limit, steps, async (windowMs, limit, steps) => {
      const key = `generosity ${run++}`;
      const stepMs = Math.max(1, Math.ceil(windowMs / 60));
      const grants: { readonly date: number; units: number }[] = [];
      for (const { waitMs, cost } of steps) {
        await clock.advance(waitMs);
        const since = clock.now() - (Math.ceil(windowMs / stepMs) + 1) * stepMs;
        const fits = sum(grants.filter(({ date }) => date > since)) + cost <= limit;
        const verdict = await counters.take([{ key, limit, windowMs, cost }]);
        if (fits) expect(verdict.granted).toBe(true);
        if (verdict.granted) grants.push({ date: clock.now(), units: cost });
      }
    });
    await fc.assert(property, { numRuns: 100 });
  });

  test('leases as many places as there are, to as many as ask', async () => {
    const { counters } = await open();
    const leases = await Promise.all(Array.from({ length: 8 }, () => counters.lease('streams', 3, MINUTE)));
    const held = leases.filter((lease) => lease !== null);
    expect(held).toHaveLength(3);
    await held[0]?.release();
    await held[0]?.release();
    expect(await counters.lease('streams', 3, MINUTE)).not.toBeNull();
    expect(await counters.lease('streams', 3, MINUTE)).toBeNull();
    expect(await counters.lease('others', 3, MINUTE)).not.toBeNull();
  });

  test('frees a place whose time has run out, and keeps one that is renewed', async () => {
    const { counters, clock } = await open();
    const dies = await counters.lease('streams', 2, 1000);
    const lives = await counters.lease('streams', 2, 1000);
    await clock.advance(600);
    expect(await lives?.renew()).toBe(true);
    await clock.advance(600);
    const next = await counters.lease('streams', 2, 1000);
    expect(next).not.toBeNull();
    expect(await counters.lease('streams', 2, 1000)).toBeNull();
    expect(await dies?.renew()).toBe(false);
    expect(await lives?.renew()).toBe(true);
  });

  test('says how many places are taken', async () => {
    const { counters, clock } = await open();
    expect(await counters.held('streams')).toBe(0);
    const [kept] = [await counters.lease('streams', 3, MINUTE), await counters.lease('streams', 3, 1000)];
    expect(await counters.held('streams')).toBe(2);
    await clock.advance(1000);
    expect(await counters.held('streams')).toBe(1);
    await kept?.release();
    expect(await counters.held('streams')).toBe(0);
  });
}

async function granted(counters: Counters, demand: WindowDemand): Promise<number> {
  const verdict = await counters.take([demand]);
  if (!verdict.granted) throw new Error('the test takes what fits');
  return verdict.at;
}

function sum(grants: readonly { readonly units: number }[]): number {
  return grants.reduce((total, { units }) => total + units, 0);
}

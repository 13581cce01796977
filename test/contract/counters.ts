import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Counters, Lease, WindowDemand } from '../../src/platform/counters/counters.ts';
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
      leases: [],
    });
    expect(await counters.take([demand({ cost: 4 })])).toMatchObject({ granted: false, index: 0 });
    expect(await counters.take([demand({ cost: 3 })])).toEqual({
      granted: true,
      at: expect.any(Number),
      remaining: [0],
      leases: [],
    });
    expect(await counters.take([demand({ cost: 0 })])).toEqual({
      granted: true,
      at: expect.any(Number),
      remaining: [0],
      leases: [],
    });
  });

  test('grants in turn what is asked for together, and what one gives back makes room for those after it', async () => {
    const { counters } = await open();
    const tokens = demand({ key: 'tokens', limit: 100, cost: 30 });
    const place = { key: 'places', limit: 5, leaseMs: MINUTE };
    const takes = await Promise.all(Array.from({ length: 6 }, () => counters.take([demand(), tokens, place])));
    expect(takes.map(({ granted }) => granted)).toEqual([true, true, true, false, false, false]);
    expect(takes[2]).toMatchObject({ remaining: [7, 10, 2] });
    expect(takes[3]).toMatchObject({ index: 1 });
    const [first, second] = takes;
    if (!first!.granted || !second!.granted) throw new Error('they were granted');
    await Promise.all([
      counters.give('tokens', MINUTE, 30, first!.at),
      counters.give('tokens', MINUTE, 10, second!.at),
      first!.leases[0]!.release(),
    ]);
    expect(await counters.used('tokens', MINUTE)).toMatchObject({ units: 50 });
    expect(await counters.held('places')).toBe(2);
    expect(await counters.take([demand(), { ...tokens, cost: 50 }, place])).toMatchObject({ remaining: [6, 0, 2] });
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
      leases: [],
    });
    expect(await counters.take([requests, { ...tokens, cost: 100 }])).toEqual({
      granted: true,
      at: expect.any(Number),
      remaining: [9, 0],
      leases: [],
    });
  });

  test('counts a key that is asked for twice in one take as twice', async () => {
    const { counters } = await open();
    expect(await counters.take([demand({ cost: 6 }), demand({ cost: 5 })])).toMatchObject({ granted: false, index: 1 });
    expect(await counters.take([demand({ cost: 6 }), demand({ cost: 4 })])).toEqual({
      granted: true,
      at: expect.any(Number),
      remaining: [4, 0],
      leases: [],
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
      leases: [],
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
    const leases = await Promise.all(Array.from({ length: 8 }, () => lease(counters, 'streams', 3, MINUTE)));
    const held = leases.filter((lease) => lease !== null);
    expect(held).toHaveLength(3);
    await held[0]?.release();
    await held[0]?.release();
    expect(await lease(counters, 'streams', 3, MINUTE)).not.toBeNull();
    expect(await lease(counters, 'streams', 3, MINUTE)).toBeNull();
    expect(await lease(counters, 'others', 3, MINUTE)).not.toBeNull();
  });

  test('takes units and places together or neither, and says which was short', async () => {
    const { counters, clock } = await open();
    const place = { key: 'streams', limit: 1, leaseMs: 3000 };
    expect(await counters.take([demand(), place])).toMatchObject({ granted: true, remaining: [9, 0] });
    await clock.advance(1000);
    expect(await counters.take([demand(), place])).toEqual({ granted: false, index: 1, retryAfterMs: 2000 });
    expect(await counters.used('requests', MINUTE)).toEqual({ units: 1, emptyInMs: MINUTE });
    const two = { ...place, limit: 2 };
    expect(await counters.take([demand({ cost: 10 }), two])).toMatchObject({ granted: false, index: 0 });
    expect(await counters.held('streams')).toBe(1);
    expect(await counters.take([two, two])).toMatchObject({ granted: false, index: 1 });
    expect(await counters.held('streams')).toBe(1);
  });

  test('frees a place whose time has run out, and keeps one that is renewed', async () => {
    const { counters, clock } = await open();
    await lease(counters, 'streams', 2, 1000);
    const lives = await lease(counters, 'streams', 2, 1000);
    await clock.advance(600);
    expect(await lives?.renew()).toBe(true);
    await clock.advance(600);
    expect(await lease(counters, 'streams', 2, 1000)).not.toBeNull();
    expect(await lease(counters, 'streams', 2, 1000)).toBeNull();
    expect(await lives?.renew()).toBe(true);
  });

  test('counts whoever goes on after its time has run out again, beyond the limit too', async () => {
    const { counters, clock } = await open();
    const late = await lease(counters, 'streams', 1, 1000);
    await clock.advance(1000);
    const next = await lease(counters, 'streams', 1, MINUTE);
    expect(await late?.renew()).toBe(false);
    expect(await counters.held('streams')).toBe(2);
    await next?.release();
    expect(await lease(counters, 'streams', 1, 1000)).toBeNull();
    await late?.release();
    expect(await counters.held('streams')).toBe(0);
  });

  test('says how many places are taken, to the millisecond', async () => {
    const { counters, clock } = await open();
    expect(await counters.held('streams')).toBe(0);
    const kept = await lease(counters, 'streams', 3, MINUTE);
    await lease(counters, 'streams', 3, 1500);
    await clock.advance(1499);
    expect(await counters.held('streams')).toBe(2);
    await clock.advance(1);
    expect(await counters.held('streams')).toBe(1);
    await kept?.release();
    expect(await counters.held('streams')).toBe(0);
  });

  test('does, whatever happens in whatever order, what a plain list of events says', async () => {
    const { counters, clock } = await open();
    let run = 0;
    const property = fc.asyncProperty(windowMs, limit, fc.array(happening, { maxLength: 60 }), async (...given) => {
      const [windowMs, limit, happenings] = given;
      const key = `model ${run++}`;
      const model = plainCounters(limit, windowMs);
      const leases: (readonly [string, Lease])[] = [];
      const takes: { readonly at: number; readonly date: number }[] = [];
      for (const { kind, amount, pick } of happenings) {
        await clock.advance(amount * 37);
        const now = clock.now();
        const window = { key, limit, windowMs, cost: amount };
        const place = { key, limit, leaseMs: LEASE_MS };
        const [name, held] = leases[pick % Math.max(1, leases.length)] ?? [];
        switch (kind) {
          case 'take': {
            const verdict = await counters.take([window, place]);
            expect(verdict).toMatchObject(model.take(now, amount, `lease ${leases.length}`));
            if (!verdict.granted) break;
            takes.push({ at: verdict.at, date: now });
            leases.push([`lease ${leases.length}`, verdict.leases[0]!]);
            break;
          }
          case 'give': {
            const taken = takes[pick % Math.max(1, takes.length)];
            if (!taken) break;
            await counters.give(key, windowMs, amount - 4, taken.at);
            model.give(now, amount - 4, taken.date);
            break;
          }
          case 'renew':
            if (held) expect(await held.renew()).toBe(model.renew(now, name!));
            break;
          case 'release':
            await held?.release();
            if (name) model.release(name);
            break;
        }
        expect(await counters.used(key, windowMs)).toMatchObject({ units: model.used(now) });
        expect(await counters.held(key)).toBe(model.held(now));
      }
    });
    await fc.assert(property, { numRuns: 100 });
  });
}

const LEASE_MS = 900;
const happening = fc.record({
  kind: fc.constantFrom('take' as const, 'give' as const, 'renew' as const, 'release' as const),
  amount: fc.nat(8),
  pick: fc.nat(20),
});

/** The same promises kept in the plainest way: a list of what was taken when, read from its start each time. */
function plainCounters(limit: number, windowMs: number) {
  const stepMs = Math.max(1, Math.ceil(windowMs / 60));
  const reach = Math.ceil(windowMs / stepMs);
  const stepOf = (date: number) => Math.floor(date / stepMs);
  const units: { readonly step: number; count: number }[] = [];
  const leases = new Map<string, number>();
  const counted = (now: number) => units.filter(({ step }) => step >= stepOf(now) - reach);
  const used = (now: number) => counted(now).reduce((sum, { count }) => sum + count, 0);
  const held = (now: number) => [...leases.values()].filter((until) => until > now).length;
  return {
    used,
    held,
    take(now: number, cost: number, lease: string) {
      if (used(now) + cost > limit) return { granted: false, index: 0 };
      if (held(now) >= limit) return { granted: false, index: 1 };
      const remaining = [limit - used(now) - cost, limit - held(now) - 1];
      units.push({ step: stepOf(now), count: cost });
      leases.set(lease, now + LEASE_MS);
      return { granted: true, remaining };
    },
    give(now: number, amount: number, takenAt: number) {
      if (amount < 0) units.push({ step: stepOf(now), count: -amount });
      if (takenAt <= now - windowMs) return;
      for (const entry of counted(now)) {
        const back = Math.min(entry.count, Math.max(0, amount));
        entry.count -= back;
        amount -= back;
      }
    },
    renew(now: number, lease: string) {
      const lasted = (leases.get(lease) ?? 0) > now;
      leases.set(lease, now + LEASE_MS);
      return lasted;
    },
    release: (lease: string) => void leases.delete(lease),
  };
}

export async function lease(counters: Counters, key: string, limit: number, leaseMs: number): Promise<Lease | null> {
  const verdict = await counters.take([{ key, limit, leaseMs }]);
  return verdict.granted ? verdict.leases[0]! : null;
}

async function granted(counters: Counters, demand: WindowDemand): Promise<number> {
  const verdict = await counters.take([demand]);
  if (!verdict.granted) throw new Error('the test takes what fits');
  return verdict.at;
}

function sum(grants: readonly { readonly units: number }[]): number {
  return grants.reduce((total, { units }) => total + units, 0);
}

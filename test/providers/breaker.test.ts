import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BreakerPass, breakerRules, createBreaker } from '../../src/providers/breaker.ts';

const { openMs, longestOpenMs, failures } = breakerRules;
const evenly = () => 0.5;

describe('a breaker', () => {
  it('opens when half of the last calls have failed, and at least five', () => {
    const breaker = createBreaker(evenly);
    for (let n = 1; n < failures; n++) breaker.enter(0)!.failed(0);
    expect(breaker.stateAt(0)).toBe('CLOSED');
    breaker.enter(0)!.failed(0);
    expect(breaker.stateAt(0)).toBe('OPEN');
    expect(breaker.enter(openMs - 1)).toBeNull();
  });

  it('stays closed while most calls succeed', () => {
    const breaker = createBreaker(evenly);
    for (let n = 0; n < 100; n++) {
      breaker.enter(n)!.succeeded(n);
      breaker.enter(n)!.succeeded(n);
      breaker.enter(n)!.failed(n);
    }
    expect(breaker.stateAt(100)).toBe('CLOSED');
  });

  it('forgets failures of half a minute ago', () => {
    const breaker = createBreaker(evenly);
    for (let n = 0; n < 20; n++) breaker.enter(n * 10_000)!.failed(n * 10_000);
    expect(breaker.stateAt(200_000)).toBe('CLOSED');
  });

  it('lets one probe in, and closes when it succeeds', () => {
    const breaker = opened();
    const probe = breaker.enter(openMs)!;
    expect(breaker.stateAt(openMs)).toBe('HALF_OPEN');
    expect(breaker.enter(openMs)).toBeNull();
    probe.succeeded(openMs + 1);
    expect(breaker.stateAt(openMs + 1)).toBe('CLOSED');
  });

  it('rests twice as long after each probe that fails, and never longer than a minute', () => {
    const breaker = opened();
    let now = openMs;
    for (const rest of [2, 4, 8, 16, 16].map((times) => Math.min(longestOpenMs, openMs * times))) {
      breaker.enter(now)!.failed(now);
      expect(breaker.enter(now + rest - 1)).toBeNull();
      now += rest;
    }
  });

  it('lets the next one probe when the first was stopped by its caller', () => {
    const breaker = opened();
    breaker.enter(openMs)!.left();
    expect(breaker.enter(openMs)).not.toBeNull();
  });

  it('does not hear calls from before it opened', () => {
    const breaker = createBreaker(evenly);
    const late = breaker.enter(0)!;
    for (let n = 0; n < failures; n++) breaker.enter(0)!.failed(0);
    late.succeeded(1);
    expect(breaker.stateAt(1)).toBe('OPEN');
  });

  it('never lets a second probe in, never stays shut, and never counts a call twice, whatever happens', () => {
    const step = fc.record({
      act: fc.constantFrom('enter', 'succeed', 'fail', 'leave', 'again'),
      which: fc.nat({ max: 50 }),
      waitMs: fc.oneof(fc.constant(0), fc.nat({ max: 20_000 })),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 200 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (steps, chance) => {
          const breaker = createBreaker(() => chance);
          const inside: BreakerPass[] = [];
          const over: BreakerPass[] = [];
          let now = 0;
          let probe: BreakerPass | null = null;
          for (const { act, which, waitMs } of steps) {
            now += waitMs;
            if (act === 'enter') {
              const before = breaker.stateAt(now);
              const pass = breaker.enter(now);
              if (before === 'CLOSED') expect(pass).not.toBeNull();
              if (before === 'OPEN') expect(pass).toBeNull();
              if (before === 'HALF_OPEN') {
                expect(pass === null).toBe(probe !== null);
                if (pass) probe = pass;
              }
              if (pass) inside.push(pass);
              continue;
            }
            const pass =
              act === 'again'
                ? over[which % Math.max(1, over.length)]
                : inside.splice(which % Math.max(1, inside.length), 1)[0];
            if (!pass) continue;
            if (act === 'succeed') pass.succeeded(now);
            else if (act === 'leave') pass.left();
            else {
              const before = breaker.stateAt(now);
              pass.failed(now);
              if (act === 'again') expect(breaker.stateAt(now)).toBe(before);
            }
            if (pass === probe) probe = null;
            over.push(pass);
          }
          for (const pass of inside) pass.left();
          // Once nobody is inside, it opens again within the longest rest.
          expect(breaker.enter(now + longestOpenMs * (1 + breakerRules.jitter))).not.toBeNull();
        },
      ),
    );
  });
});

function opened() {
  const breaker = createBreaker(evenly);
  for (let n = 0; n < failures; n++) breaker.enter(0)!.failed(0);
  return breaker;
}

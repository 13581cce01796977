import { describe, expect, test } from 'vitest';
import {
  change,
  difference,
  type Estimate,
  mean,
  quantileRanks,
  SURE_95,
  share,
} from '../../src/experiments/intervals.ts';

const rounded = ({ low, high }: Estimate) => [low, high].map((end) => Math.round(end * 1e4) / 1e4);

test("Wilson's interval is that of the tables, for none and for some", () => {
  expect(rounded(share(0, 10, SURE_95))).toEqual([0, 0.2775]);
  expect(rounded(share(8, 10, SURE_95))).toEqual([0.4902, 0.9433]);
});

test("the difference of two shares is Newcombe's example of 1998", () => {
  const delta = difference(share(48, 80, SURE_95), share(56, 70, SURE_95));
  expect(delta.value).toBeCloseTo(0.2, 10);
  expect(rounded(delta)).toEqual([0.0524, 0.3339]);
});

describe('the change from one mean to another', () => {
  const wide = { value: 10, low: -5, high: 25 };

  test('is nothing of nothing, and has no upper end when the control may be nothing', () => {
    expect(change({ value: 0, low: 0, high: 1 }, wide)).toBeNull();
    expect(change(wide, { value: 5, low: 4, high: 6 })).toMatchObject({ value: -50, high: Infinity });
  });

  test('holds the truth 19 times of 20, of lopsided costs too', () => {
    const draw = seeded(7);
    const cost = () => Math.exp(1.2 * Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw()));
    const arm = (factor: number) => {
      const costs = Array.from({ length: 400 }, () => factor * cost());
      const average = costs.reduce((sum, one) => sum + one, 0) / costs.length;
      const variance = costs.reduce((sum, one) => sum + (one - average) ** 2, 0) / (costs.length - 1);
      return mean(average, variance, costs.length, SURE_95);
    };
    let held = 0;
    const rounds = 1000;
    for (let round = 0; round < rounds; round++) {
      const { low, high } = change(arm(1), arm(1.2))!;
      if (low <= 20 && high >= 20) held++;
    }
    expect(held / rounds).toBeGreaterThan(0.92);
    expect(held / rounds).toBeLessThan(0.98);
  });
});

test('a small sample does not know its 95th percentile from above', () => {
  expect(quantileRanks(0.95, 20, SURE_95).high).toBeGreaterThan(1);
  expect(quantileRanks(0.95, 2000, SURE_95).high).toBeLessThan(0.97);
});

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

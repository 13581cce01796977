import { describe, expect, test } from 'vitest';
import { SURE_99, share } from '../../src/experiments/intervals.ts';
import { type ArmMeasures, brokenGuardrail, type Measure } from '../../src/experiments/judge.ts';

const arm = (name: string, ...measures: Measure[]): ArmMeasures => ({
  arm: name,
  control: name === 'now',
  samples: 1000,
  costNanos: 0n,
  measures,
});
const errors = (failed: number, of: number): Measure => ({
  metric: 'ERROR_RATE',
  score: null,
  samples: of,
  estimate: share(failed, of, SURE_99),
});
const scored = (value: number): Measure => ({
  metric: 'SCORE_MEAN',
  score: 'helpful',
  samples: 400,
  estimate: { value, low: value - 0.05, high: value + 0.05 },
});
const rail = { metric: 'ERROR_RATE', score: null, maxDegradation: 2, minSamples: 50 } as const;

describe('a guard-rail', () => {
  test('breaks when an arm is surely worse than allowed, and says how much', () => {
    const broken = brokenGuardrail([rail], arm('now', errors(3, 300)), arm('new', errors(30, 100)));
    expect(broken).toMatch(/^Arm new: ERROR_RATE is at least 1\d\.\d percentage points worse/);
  });

  test.each([
    ['chance may explain it', errors(3, 300), errors(6, 100)],
    ['it is allowed', errors(3, 300), errors(2, 100)],
    ['too few calls were made', errors(3, 300), errors(40, 49)],
  ])('holds while %s', (_why, control, other) => {
    expect(brokenGuardrail([rail], arm('now', control), arm('new', other))).toBeNull();
  });

  test('of a score breaks downwards', () => {
    const ofScore = { metric: 'SCORE_MEAN', score: 'helpful', maxDegradation: 10, minSamples: 50 } as const;
    const better = brokenGuardrail([ofScore], arm('now', scored(0.5)), arm('new', scored(0.9)));
    const worse = brokenGuardrail([ofScore], arm('now', scored(0.9)), arm('new', scored(0.5)));
    expect([better, worse]).toEqual([null, expect.stringContaining('SCORE_MEAN of helpful')]);
  });
});

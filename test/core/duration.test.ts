import { expect, test } from 'vitest';
import { durationMs } from '../../src/core/duration.ts';

test.each([
  ['PT0S', 0],
  ['PT1H30M', 5_400_000],
  ['PT90S', 90_000],
  ['P1D', 86_400_000],
  ['P1W2DT3H4M5S', ((9 * 24 + 3) * 3600 + 245) * 1000],
])('%s is %d ms', (iso, ms) => {
  expect(durationMs(iso)).toBe(ms);
});

test.each(['', '1h', 'P1Y', 'P1M', 'PT1.5S', '-PT1H'])('%j is no duration', (text) => {
  expect(() => durationMs(text)).toThrow(RangeError);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTimezone, type Period, periodAt, periods } from '../../src/budgets/period.ts';

const at = (text: string) => Date.parse(text);
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().replace('.000Z', 'Z'));

test.each<[Period, string, string, string, string | null]>([
  ['HOUR', 'UTC', '2026-03-01T10:59:59Z', '2026-03-01T10:00:00Z', '2026-03-01T11:00:00Z'],
  ['HOUR', 'Asia/Kolkata', '2026-03-01T10:15:00Z', '2026-03-01T09:30:00Z', '2026-03-01T10:30:00Z'],
  ['DAY', 'UTC', '2026-02-28T23:59:59Z', '2026-02-28T00:00:00Z', '2026-03-01T00:00:00Z'],
  ['DAY', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
  ['DAY', 'Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
  // Clocks leap from 0:00 to 1:00 in Santiago: the day begins at 1:00.
  ['DAY', 'America/Santiago', '2026-09-06T12:00:00Z', '2026-09-06T04:00:00Z', '2026-09-07T03:00:00Z'],
  // And go back from 1:00 to 0:00 in Havana: the day begins with the first of its two midnights.
  ['DAY', 'America/Havana', '2026-11-01T12:00:00Z', '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z'],
  ['WEEK', 'UTC', '2026-11-22T12:00:00Z', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'],
  ['MONTH', 'America/New_York', '2026-12-31T23:30:00Z', '2026-12-01T05:00:00Z', '2027-01-01T05:00:00Z'],
  ['MONTH', 'UTC', '2028-02-29T00:00:00Z', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
  ['QUARTER', 'UTC', '2026-11-23T00:00:00Z', '2026-10-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  ['YEAR', 'Pacific/Auckland', '2026-12-31T12:00:00Z', '2026-12-31T11:00:00Z', '2027-12-31T11:00:00Z'],
  ['TOTAL', 'UTC', '2026-12-31T12:00:00Z', '1970-01-01T00:00:00Z', null],
])('%s in %s holds %s', (period, timezone, now, start, end) => {
  const { startMs, endMs } = periodAt(period, timezone, at(now));
  expect([iso(startMs), iso(endMs)]).toEqual([start, end]);
});

test('a time zone is one that the calendar knows', () => {
  expect(['UTC', 'Europe/Berlin', 'Mars/Olympus', ''].map(isTimezone)).toEqual([true, true, false, false]);
});

test('a moment is in its period, and the next period begins where this one ends', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/Santiago', 'America/Havana', 'Asia/Kolkata', 'Pacific/Apia'];
  const whole = periods.filter((period) => period !== 'TOTAL');
  fc.assert(
    fc.property(
      fc.constantFrom(...whole),
      fc.constantFrom(...zones),
      fc.integer({ min: at('2015-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z') }),
      (period, zone, now) => {
        const { startMs, endMs } = periodAt(period, zone, now);
        expect(startMs).toBeLessThanOrEqual(now);
        expect(endMs).toBeGreaterThan(now);
        expect(periodAt(period, zone, startMs)).toEqual({ startMs, endMs });
        expect(periodAt(period, zone, endMs!).startMs).toBe(endMs);
        expect(periodAt(period, zone, endMs! - 1).startMs).toBe(startMs);
      },
    ),
    { numRuns: 500 },
  );
});

import { expect, test } from 'vitest';
import { anomaliesIn, type Hour } from '../../src/alerts/anomaly.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const start = Date.UTC(2026, 0, 1, 9);

const hour = (at: number, over: Partial<Hour> = {}): Hour => ({
  apiKeyId: 'key_1',
  route: 'default',
  at,
  requests: 100,
  costNanos: 1_000_000,
  outputTokens: 20_000,
  failures: 1,
  ...over,
});
/** Two weeks of the same hour of the day, a little different each day. */
const fortnight = Array.from({ length: 14 }, (_, day) =>
  hour(start + day * DAY, { costNanos: 1_000_000 + 10_000 * (day % 3), failures: day % 2 }),
);
const today = start + 14 * DAY;
const found = (hours: readonly Hour[]) =>
  anomaliesIn(hours, today, today + HOUR, 5).map(({ metric, observed, expected }) => ({ metric, observed, expected }));

test('an hour like those before is nothing', () => {
  expect(found([...fortnight, hour(today)])).toEqual([]);
});

test('an hour that costs three times the usual is an anomaly, with what was usual', () => {
  expect(found([...fortnight, hour(today, { costNanos: 3_000_000 })])).toEqual([
    { metric: 'COST', observed: 3_000_000, expected: 1_010_000 },
  ]);
});

test('longer answers and more errors are found by themselves', () => {
  const metrics = found([...fortnight, hour(today, { outputTokens: 90_000, failures: 40 })]).map(
    ({ metric }) => metric,
  );
  expect(metrics).toEqual(['LENGTH', 'ERROR_RATE']);
});

test('the usual is that of the time of day: a night is not compared with the noon', () => {
  const noons = fortnight.map((each) => ({ ...each, at: each.at + 5 * HOUR, costNanos: 90_000_000 }));
  expect(found([...fortnight, ...noons, hour(today, { costNanos: 3_000_000 })])).toHaveLength(1);
  const night = [...fortnight, hour(today + 5 * HOUR, { costNanos: 90_000_000 })];
  expect(anomaliesIn([...night, ...noons], today + 5 * HOUR, today + 6 * HOUR, 5)).toEqual([]);
});

test('one earlier outburst does not hide the next one', () => {
  const withOutburst = fortnight.map((each, day) => (day === 6 ? { ...each, costNanos: 50_000_000 } : each));
  expect(found([...withOutburst, hour(today, { costNanos: 3_000_000 })])).toHaveLength(1);
});

test('without enough hours to compare with, or with a handful of calls, nothing is unusual', () => {
  expect(found([...fortnight.slice(10), hour(today, { costNanos: 9_000_000 })])).toEqual([]);
  expect(found([...fortnight, hour(today, { costNanos: 9_000_000, requests: 4 })])).toEqual([]);
});

test('another key, and another route, is another story', () => {
  const others = [hour(today, { apiKeyId: 'key_2', costNanos: 9e6 }), hour(today, { route: 'other', costNanos: 9e6 })];
  expect(found([...fortnight, ...others])).toEqual([]);
});

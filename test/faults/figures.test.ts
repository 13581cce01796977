import { expect, test } from 'vitest';
import { conserve } from './conservation.ts';
import { outage } from './outage.ts';
import { faultHouse } from './sample.ts';

const house = faultHouse([]);

test('a provider that is down is asked little, by one probe at a time, and serves again when it is back', async () => {
  const { attempts, requests, probesAtOnce, healedAfterMs } = await outage(house(), 300);
  expect(attempts).toBeLessThanOrEqual(1.2 * requests);
  expect(probesAtOnce).toBeLessThanOrEqual(1);
  expect(healedAfterMs).toBeLessThan(Number.POSITIVE_INFINITY);
}, 120_000);

test('a reader that is cut off again and again gets every token once, in order', async () => {
  const kept = await conserve(house(), 5000, Math.random);
  expect(kept).toMatchObject({ tokens: 5000, lost: 0, doubled: 0, reordered: 0 });
  expect(kept.cuts).toBeGreaterThan(0);
}, 60_000);

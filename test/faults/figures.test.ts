import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { conserve } from './conservation.ts';
import { type FaultHouse, openFaultHouse } from './house.ts';
import { outage } from './outage.ts';

let gateway: TestGateway;
let house: FaultHouse;
beforeAll(async () => {
  gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' } });
  house = await openFaultHouse(gateway, []);
});
afterAll(async () => {
  await house.close();
  await gateway.close();
});

test('a provider that is down is asked little, by one probe at a time, and serves again when it is back', async () => {
  const { attempts, requests, probesAtOnce, healedAfterMs } = await outage(house, 300);
  expect(attempts).toBeLessThanOrEqual(1.2 * requests);
  expect(probesAtOnce).toBeLessThanOrEqual(1);
  expect(healedAfterMs).toBeLessThan(Number.POSITIVE_INFINITY);
}, 120_000);

test('a reader that is cut off again and again gets every token once, in order', async () => {
  const kept = await conserve(house, 5000, Math.random);
  expect(kept).toMatchObject({ tokens: 5000, lost: 0, doubled: 0, reordered: 0 });
  expect(kept.cuts).toBeGreaterThan(0);
}, 60_000);

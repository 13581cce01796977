import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { type Cell, cellsOf, type FaultHouse, openFaultHouse } from './house.ts';
import { meet, nameOf } from './matrix.ts';
import { faults } from './table.ts';
import { vendorDoors } from './vendor-doors.ts';

/**
 * Every fault through doors for the vendors' clients in turn, each in some of the ways: in all of them by
 * `npm run faults -- --doors`.
 */
const HEAVY = /^(S24|T17-bomb|S21-bytes)/;
const all = cellsOf(undefined, vendorDoors).filter(({ fault }) => !HEAVY.test(fault.id));
const cells: readonly Cell[] = all.filter((_, at) => at % 7 === Math.floor(at / 7) % 7);

let gateway: TestGateway;
let house: FaultHouse;
beforeAll(async () => {
  gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1,nobody.invalid' } });
  house = await openFaultHouse(gateway, cells);
}, 120_000);
afterAll(async () => {
  await house.close();
  await gateway.close();
});

test('every fault ends as it does for GraphQL, but that a stream cannot take back what it has said', async () => {
  const met = await meet(house, cells);
  const wrong = met.flatMap((cell) => cell.complaints.map((complaint) => `${nameOf(cell)}: ${complaint}`));
  expect(wrong).toEqual([]);
  expect(new Set(met.map(({ fault }) => fault.id)).size).toBe(faults.filter(({ id }) => !HEAVY.test(id)).length);
}, 180_000);

import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { type Cell, cellsOf, type FaultHouse, openFaultHouse } from './house.ts';
import { expectedOf, outcomeOf } from './judge.ts';
import { type Met, meet, nameOf } from './matrix.ts';
import { vendorDoors } from './vendor-doors.ts';

/** A third of the faults through each door for the vendors' clients: all faults are met, each in some of the ways. */
const HEAVY = /^(S24|T17-bomb|S21-bytes)/;
const all = cellsOf(undefined, vendorDoors).filter(({ fault }) => !HEAVY.test(fault.id));
const cells: readonly Cell[] = all.filter((_, at) => at % 5 === Math.floor(at / 5) % 5);

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
  expect(met.filter((cell) => !isAsExpected(cell)).map(describe)).toEqual([]);
}, 180_000);

function isAsExpected({ fault, mode, withFallback, door, seen }: Met): boolean {
  const [outcome, expected] = [outcomeOf(fault, seen), expectedOf(fault, mode, withFallback)];
  if (outcome === expected) return true;
  // There GraphQL says OutputReset; these streams end with an error.
  return expected === 'rescued' && outcome === 'error' && door.endsWith('-stream') && seen!.text !== '';
}

function describe(cell: Met): string {
  const { seen, outcome, fault, mode, withFallback } = cell;
  const told = seen && { text: seen.text.slice(0, 80), code: seen.code, message: seen.message, crash: seen.crash };
  return `${nameOf(cell)}: ${expectedOf(fault, mode, withFallback)} was expected, ${outcome} came: ${JSON.stringify(told)}`;
}

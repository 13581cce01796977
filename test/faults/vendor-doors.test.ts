import { expect, test } from 'vitest';
import { meet, nameOf } from './matrix.ts';
import { faultHouse, lightFaults, sampleOf } from './sample.ts';
import { vendorDoors } from './vendor-doors.ts';

/**
 * Every fault through doors for the vendors' clients in turn, each in some of the ways: in all of them by
 * `npm run faults -- --doors`.
 */
const cells = sampleOf(7, undefined, vendorDoors);

const house = faultHouse(cells, ['nobody.invalid']);

test('every fault ends as it does for GraphQL, but that a stream cannot take back what it has said', async () => {
  const met = await meet(house(), cells);
  const wrong = met.flatMap((cell) => cell.complaints.map((complaint) => `${nameOf(cell)}: ${complaint}`));
  expect(wrong).toEqual([]);
  expect(new Set(met.map(({ fault }) => fault.id)).size).toBe(lightFaults.length);
}, 180_000);

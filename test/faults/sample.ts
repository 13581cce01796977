import { afterAll, beforeAll } from 'vitest';
import { openTestGateway } from '../support/gateway.ts';
import { type Cell, cellsOf, type FaultHouse, openFaultHouse } from './house.ts';
import { faults } from './table.ts';

/** Made of much work, and left to `npm run faults`. */
const HEAVY = /^(S24|T17-bomb|S21-bytes)/;

export const lightFaults = faults.filter(({ id }) => !HEAVY.test(id));

/** Each light fault in some of its ways: every `stride`-th, shifted each time so that all faults, ways and doors are met. */
export function sampleOf(stride: number, ...given: Parameters<typeof cellsOf>): readonly Cell[] {
  const all = cellsOf(...given).filter(({ fault }) => !HEAVY.test(fault.id));
  return all.filter((_, at) => at % stride === Math.floor(at / stride) % stride);
}

/** A house with these cells for all tests of a file. @returns what gives it, from the first test on */
export function faultHouse(cells: readonly Cell[], alsoAllowed: readonly string[] = []): () => FaultHouse {
  let house: FaultHouse;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const gateway = await openTestGateway({
      environment: { GLIDEPATH_EGRESS_ALLOW: ['127.0.0.1', ...alsoAllowed].join() },
    });
    house = await openFaultHouse(gateway, cells);
    close = () => house.close().finally(gateway.close);
  }, 120_000);
  afterAll(() => close());
  return () => house;
}

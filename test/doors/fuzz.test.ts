import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { fuzzDoor, fuzzed } from './fuzz.ts';

/** A few hundred of the ten thousand bodies of `npm run fuzz:doors`; others by another seed. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

test.each(fuzzed)(
  '$path answers or refuses whatever it is sent',
  async (call) => {
    const seed = Number(process.env.GLIDEPATH_SEED ?? 7);
    const complaints = await fuzzDoor(gateway.url, gateway.key, call, 150, seed);
    expect(complaints, `seed ${seed}`).toEqual([]);
  },
  60_000,
);

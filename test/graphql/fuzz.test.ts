import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { fuzzSchema } from './fuzz.ts';

/** Some of the ten thousand operations of `npm run fuzz:graphql`; others by another seed. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

test('whatever is asked is answered or refused, and never breaks anything', { timeout: 120_000 }, async () => {
  const seed = Number(process.env.GLIDEPATH_SEED ?? 7);
  expect(await fuzzSchema(gateway.url, gateway.key, 1500, seed), `seed ${seed}`).toEqual([]);
});

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ContentHouse } from '../content/house.ts';
import { streams } from '../providers/loopback.ts';
import { cancel } from '../support/completions.ts';
import { booked, type Charged, charged, openPricedHouse, type StreamedEvent, streamed, toModel } from './bills.ts';
import { type Family, families, type Places } from './wires.ts';

/**
 * What is charged for an answer that nobody hears to its end, by family of wire formats: what was produced by then,
 * marked as estimated; what the provider had told of the input stays its word.
 */

let house: ContentHouse;
beforeAll(async () => {
  house = await openPricedHouse();
}, 60_000);
afterAll(() => house.close());

/** "The capital", and what came before it. */
function begun(family: Family, places: Places): readonly string[] {
  const events = family.stream(places);
  return events.slice(0, events.findIndex((event) => event.includes('The capital')) + 1);
}

/** "Say hello." is 3 tokens, "The capital" 2. */
const guessed: Charged = {
  lines: [
    ['INPUT_TOKEN', 3, 'ESTIMATED'],
    ['OUTPUT_TOKEN', 2, 'ESTIMATED'],
  ],
  nanos: 11_000,
  source: 'ESTIMATED',
};
/** Of 100 tokens 60 came from the cache; 15 had been said by the provider's count. */
const told = { input: 100, cached: 60, output: 15 };
const halfTold: Charged = {
  lines: [
    ['CACHE_READ_TOKEN', 60, 'REPORTED'],
    ['INPUT_TOKEN', 40, 'REPORTED'],
    ['OUTPUT_TOKEN', 15, 'ESTIMATED'],
  ],
  nanos: 106_000,
  source: 'MIXED',
};

const ends: readonly [name: string, (family: Family, places: Places) => Promise<Charged>][] = [
  [
    'its provider breaks it off',
    async (family, places) => {
      house.answer = streams(begun(family, places));
      const end = (await streamed(house, toModel(family))).at(-1)!;
      expect(end).toMatchObject({ error: { code: 'INCOMPLETE' }, completion: { status: 'FAILED' } });
      return charged(end.completion!);
    },
  ],
  [
    'its caller cancels it',
    async (family, places) => {
      house.answer = streams(begun(family, places), false);
      const end = (
        await streamed(house, toModel(family), async ({ __typename, completionId }) => {
          if (__typename === 'TextDelta') await cancel(house.gateway, completionId);
          return false;
        })
      ).at(-1)!;
      expect(end).toMatchObject({ error: { code: 'CANCELLED' }, completion: { status: 'CANCELLED' } });
      return charged(end.completion!);
    },
  ],
  [
    'its caller leaves',
    async (family, places) => {
      house.answer = streams(begun(family, places), false);
      const isText = ({ __typename }: StreamedEvent) => __typename === 'TextDelta';
      const [first] = await streamed(house, { ...toModel(family), onDisconnect: 'CANCEL' }, isText);
      await vi.waitFor(async () => expect((await booked(house, first!.requestId!))?.status).toBe('CANCELLED'), 10_000);
      return charged(await booked(house, first!.requestId!));
    },
  ],
];

describe.each(families.map((family) => [family.kind, family] as const))('%s', (_kind, family) => {
  describe.each(ends)('when %s', (_name, end) => {
    test.runIf(family.kind !== 'anthropic')('all of it is counted here', async () => {
      expect(await end(family, {})).toEqual(guessed);
    });

    test.runIf(family.places.includes('first'))('its input is as its provider had told it', async () => {
      expect(await end(family, { first: told })).toEqual(halfTold);
    });
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContentHouse } from '../content/house.ts';
import { answers, streams } from '../providers/loopback.ts';
import { asked, type Charged, charged, inOnePiece, openPricedHouse, streamed, toModel } from './bills.ts';
import { type Family, families, type Places, type Words } from './wires.ts';

/**
 * What a call is charged for when its provider tells its usage here, there, twice, in halves or never, by family of
 * wire formats and through the door: as JSON, by subscription, and asked for in one piece.
 */

let house: ContentHouse;
beforeAll(async () => {
  house = await openPricedHouse();
}, 60_000);
afterAll(() => house.close());

/** The same bill by every way of asking. */
async function expectEverywhere(family: Family, places: Places, expected: Charged): Promise<void> {
  house.answer = streams(family.stream(places));
  expect(charged(await asked(house, toModel(family))), 'as JSON').toEqual(expected);
  const events = await streamed(house, toModel(family));
  const end = events.find(({ __typename }) => __typename === 'CompletionFinished');
  expect(charged(end!.completion!), 'by subscription').toEqual(expected);
}

async function expectWhole(family: Family, words: Words | undefined, expected: Charged): Promise<void> {
  house.answer = answers(200, family.whole(words));
  expect(charged(await asked(house, inOnePiece(family))), 'in one piece').toEqual(expected);
}

/** 100 tokens of input, 60 of them cached where the family can say so, and 20 of output. */
const full = ({ tells }: Family) => ({ input: 100, output: 20, ...(tells.cached && { cached: 60 }) });
const fullBill = ({ tells }: Family): Charged => ({
  lines: tells.cached
    ? [
        ['CACHE_READ_TOKEN', 60, 'REPORTED'],
        ['INPUT_TOKEN', 40, 'REPORTED'],
        ['OUTPUT_TOKEN', 20, 'REPORTED'],
      ]
    : [
        ['INPUT_TOKEN', 100, 'REPORTED'],
        ['OUTPUT_TOKEN', 20, 'REPORTED'],
      ],
  nanos: tells.cached ? 126_000 : 180_000,
  source: 'PROVIDER',
});
/** "Say hello." is 3 tokens, "The capital is London." 5. */
const guessed: Charged = {
  lines: [
    ['INPUT_TOKEN', 3, 'ESTIMATED'],
    ['OUTPUT_TOKEN', 5, 'ESTIMATED'],
  ],
  nanos: 23_000,
  source: 'ESTIMATED',
};
const halfGuessed: Charged = {
  lines: [
    ['INPUT_TOKEN', 100, 'REPORTED'],
    ['OUTPUT_TOKEN', 5, 'ESTIMATED'],
  ],
  nanos: 120_000,
  source: 'MIXED',
};
const nothing: Charged = { lines: [], nanos: 0, source: 'PROVIDER' };
/** A total of 150 leaves 50 that nobody explained. */
const contradicted: Charged = {
  lines: [
    ['INPUT_TOKEN', 100, 'REPORTED'],
    ['OUTPUT_TOKEN', 50, 'ESTIMATED'],
  ],
  nanos: 300_000,
  source: 'MIXED',
};

describe.each(families.map((family) => [family.kind, family] as const))('%s', (_kind, family) => {
  const can = (...places: (keyof Places)[]) => places.every((place) => family.places.includes(place));
  const w = full(family);

  test('S14: usage at the end is what is charged', async () => {
    await expectEverywhere(family, { last: w }, fullBill(family));
    await expectWhole(family, w, fullBill(family));
  });

  test.runIf(can('second'))('S15: usage beside the last words is what is charged', async () => {
    await expectEverywhere(family, { second: w }, fullBill(family));
  });

  test.runIf(can('first', 'second'))(
    'S16: usage in every piece is charged by the last word, never the sum',
    async () => {
      const growing = { first: { ...w, output: 3 }, second: { ...w, output: 12 }, last: w };
      await expectEverywhere(family, growing, fullBill(family));
      await expectEverywhere(family, { first: w, second: w, last: w }, fullBill(family));
    },
  );

  test.runIf(can('again'))('S17: usage that comes twice is charged once', async () => {
    await expectEverywhere(family, { last: w, again: w }, fullBill(family));
    await expectEverywhere(family, { second: { ...w, output: 1 }, last: w, again: w }, fullBill(family));
  });

  test.runIf(family.kind === 'anthropic')(
    'S18: usage in halves is put together, the output by its last word',
    async () => {
      const { output: _, ...input } = w;
      const places = {
        first: { ...input, output: 1 },
        second: { output: 12 },
        last: { output: 20 },
        again: { output: 20 },
      };
      await expectEverywhere(family, places, fullBill(family));
    },
  );

  test('S19, B11: usage that never comes is counted here, and marked', async () => {
    await expectEverywhere(family, {}, family.opens ? halfGuessed : guessed);
    await expectWhole(family, undefined, guessed);
  });

  test('B11: usage that is null is none', async () => {
    await expectEverywhere(family, { last: null }, family.opens ? halfGuessed : guessed);
    await expectWhole(family, null, guessed);
  });

  test('B11: an explicit zero is zero', async () => {
    await expectEverywhere(family, { last: { input: 0, output: 0 } }, nothing);
    await expectWhole(family, { input: 0, output: 0 }, nothing);
  });

  test('B11: a half that is missing is counted, and only that half', async () => {
    await expectEverywhere(family, { last: { input: 100 } }, halfGuessed);
    await expectWhole(family, { input: 100 }, halfGuessed);
  });

  test.runIf(family.tells.total)(
    'B11: what a total has and its parts have not is charged too, and marked',
    async () => {
      const words = { input: 100, output: 20, total: 150 };
      await expectEverywhere(family, { last: words }, contradicted);
      await expectWhole(family, words, contradicted);
    },
  );

  test.runIf(family.kind.startsWith('openai-') || ['groq', 'deepseek', 'openrouter'].includes(family.kind))(
    'S19: usage in streams is always asked for',
    async () => {
      house.answer = streams(family.stream({ last: w }));
      house.asked();
      await asked(house, toModel(family));
      expect(house.asked()).toMatchObject([{ stream: true, stream_options: { include_usage: true } }]);
    },
  );
});

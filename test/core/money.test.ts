import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amount, costOf, type Meter, nanosFromUsd, type PriceSheet, type UnitPrice } from '../../src/core/money.ts';
import { quote } from '../../src/core/quote.ts';
import { addUsage, noUsage, type Usage } from '../../src/core/usage.ts';

const used = (different: Partial<Usage>): Usage => ({ ...noUsage, source: 'PROVIDER', ...different });

const price = (meter: Meter, usd: number, different: Partial<UnitPrice> = {}): UnitPrice => ({
  meter,
  nanosPerUnit: nanosFromUsd(usd),
  per: 1_000_000,
  fromInputTokens: 0,
  ...different,
});
const sheetOf = (...prices: UnitPrice[]): PriceSheet => ({ source: 'BUNDLED', prices });
const plain = sheetOf(price('INPUT_TOKEN', 2), price('OUTPUT_TOKEN', 8));

const linesOf = (usage: Usage, sheet: PriceSheet) =>
  costOf(usage, sheet).lines.map(({ meter, quantity, amountNanos }) => [meter, quantity, amountNanos]);

describe('a part of input or output', () => {
  const parts: readonly [Meter, Partial<Usage>][] = [
    ['CACHE_READ_TOKEN', { cacheReadTokens: 10 }],
    ['CACHE_WRITE_TOKEN', { cacheWriteTokens: 10 }],
    ['CACHE_WRITE_1H_TOKEN', { cacheWriteTokens: 10, cacheWrite1hTokens: 10 }],
    ['AUDIO_INPUT_TOKEN', { inputAudioTokens: 10 }],
    ['AUDIO_CACHE_READ_TOKEN', { inputAudioTokens: 10, cacheReadTokens: 10, cacheReadAudioTokens: 10 }],
    ['IMAGE_INPUT_TOKEN', { inputImageTokens: 10 }],
    ['REASONING_TOKEN', { reasoningTokens: 10 }],
    ['AUDIO_OUTPUT_TOKEN', { outputAudioTokens: 10 }],
    ['IMAGE_OUTPUT_TOKEN', { outputImageTokens: 10 }],
  ];

  test.each(parts)('%s has a line of its own where it has a price, and is not paid twice', (meter, part) => {
    const { lines, complete } = costOf(
      used({ inputTokens: 100, outputTokens: 100, ...part }),
      sheetOf(...plain.prices, price(meter, 5)),
    );
    expect(lines.find((line) => line.meter === meter)).toMatchObject({ quantity: 10, amountNanos: 50_000n });
    expect(lines.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(200);
    expect(complete).toBe(true);
  });

  test.each(parts)('%s without a price of its own costs what the whole costs', (_meter, part) => {
    expect(linesOf(used({ inputTokens: 100, outputTokens: 100, ...part }), plain)).toEqual([
      ['INPUT_TOKEN', 100, 200_000n],
      ['OUTPUT_TOKEN', 100, 800_000n],
    ]);
  });

  test('CACHE_WRITE_1H_TOKEN without a price of its own costs what other cache writes cost', () => {
    const usage = used({ inputTokens: 100, cacheWriteTokens: 30, cacheWrite1hTokens: 20 });
    expect(linesOf(usage, sheetOf(...plain.prices, price('CACHE_WRITE_TOKEN', 3)))).toEqual([
      ['CACHE_WRITE_TOKEN', 30, 90_000n],
      ['INPUT_TOKEN', 70, 140_000n],
    ]);
  });

  test('that is said to be larger than the whole is paid, and the whole does not turn negative', () => {
    const sheet = sheetOf(...plain.prices, price('CACHE_READ_TOKEN', 1));
    expect(linesOf(used({ inputTokens: 10, cacheReadTokens: 25 }), sheet)).toEqual([['CACHE_READ_TOKEN', 25, 25_000n]]);
  });
});

describe('what is not a token', () => {
  const sheet = sheetOf(
    ...plain.prices,
    price('REQUEST', 5, { per: 1000 }),
    price('TOOL_CALL', 10, { per: 1000 }),
    price('IMAGE', 0.04, { per: 1 }),
  );

  test('is charged by the piece', () => {
    expect(linesOf(used({ inputTokens: 1, toolCalls: 3, images: 2 }), sheet).slice(1)).toEqual([
      ['IMAGE', 2, 80_000_000n],
      ['TOOL_CALL', 3, 30_000_000n],
      ['REQUEST', 1, 5_000_000n],
    ]);
  });

  test('makes the cost incomplete when nobody knows its price, but for the call itself', () => {
    expect(costOf(used({ inputTokens: 1, toolCalls: 1 }), plain).complete).toBe(false);
    expect(costOf(used({ inputTokens: 1, images: 1 }), plain).complete).toBe(false);
    expect(costOf(used({ inputTokens: 1 }), plain).complete).toBe(true);
  });
});

describe('a tier', () => {
  const sheet = sheetOf(
    ...plain.prices,
    price('INPUT_TOKEN', 4, { fromInputTokens: 200_001 }),
    price('INPUT_TOKEN', 1, { tier: 'flex' }),
    price('OUTPUT_TOKEN', 4, { tier: 'flex' }),
  );

  test('of context length holds for the whole input from its first token on', () => {
    expect(linesOf(used({ inputTokens: 200_000 }), sheet)).toEqual([['INPUT_TOKEN', 200_000, 400_000_000n]]);
    expect(linesOf(used({ inputTokens: 200_001 }), sheet)).toEqual([['INPUT_TOKEN', 200_001, 800_004_000n]]);
  });

  test('of service holds for the calls that were served so', () => {
    const usage = used({ inputTokens: 100, outputTokens: 10, serviceTier: 'flex' });
    expect(costOf(usage, sheet)).toMatchObject({ totalNanos: 140_000n, complete: true });
    expect(costOf(usage, sheet).lines).toMatchObject([{ tier: 'flex' }, { tier: 'flex' }]);
  });

  test('of service without prices of its own is charged as usual, and nobody knows whether that is right', () => {
    const cost = costOf(used({ inputTokens: 100, serviceTier: 'priority' }), sheet);
    expect(cost).toMatchObject({ totalNanos: 200_000n, complete: false });
  });
});

describe('each line', () => {
  test('names its price and who says how much it was', () => {
    const sheet = sheetOf(
      price('INPUT_TOKEN', 2, { id: 'prc_1' }),
      price('OUTPUT_TOKEN', 8, { id: 'bundled:a/b@2026-01-01' }),
    );
    const usage = used({
      inputTokens: 1,
      outputTokens: 1,
      source: 'MIXED',
      inputSource: 'REPORTED',
      outputSource: 'ESTIMATED',
    });
    expect(costOf(usage, sheet).lines).toMatchObject([
      { priceId: 'prc_1', source: 'REPORTED' },
      { priceId: 'bundled:a/b@2026-01-01', source: 'ESTIMATED' },
    ]);
  });

  test('of an answer that broke off is estimated, but for the call, which was counted', () => {
    const sheet = sheetOf(...plain.prices, price('REQUEST', 5, { per: 1000 }));
    const { lines } = costOf(used({ inputTokens: 9, outputTokens: 9, source: 'ESTIMATED' }), sheet);
    expect(lines.map(({ meter, source }) => [meter, source])).toEqual([
      ['INPUT_TOKEN', 'ESTIMATED'],
      ['OUTPUT_TOKEN', 'ESTIMATED'],
      ['REQUEST', 'COUNTED'],
    ]);
  });

  test('is rounded up by itself, and never by more than a nano', () => {
    fc.assert(
      fc.property(
        fc.nat(1e9),
        fc.bigInt(0n, 10n ** 12n),
        fc.constantFrom(1, 1000, 1_000_000),
        (quantity, nanos, per) => {
          const exact = BigInt(quantity) * nanos;
          const excess = amount(quantity, nanos, per) * BigInt(per) - exact;
          expect(excess >= 0n && excess < BigInt(per)).toBe(true);
        },
      ),
    );
  });

  test('is as exact in numbers as it is in bigints, on both sides of 2^53', () => {
    const exact = (quantity: number, nanos: bigint, per: number) => {
      const [product, divisor] = [BigInt(quantity) * nanos, BigInt(per)];
      return product / divisor + (product % divisor === 0n ? 0n : 1n);
    };
    const pers = fc.oneof(fc.constantFrom(1, 1000, 1_000_000), fc.integer({ min: 1, max: 1e9 }));
    const quantities = fc.oneof(fc.nat(1000), fc.nat(1e9), fc.maxSafeNat());
    const prices = fc.oneof(fc.bigInt(0n, 10n ** 12n), fc.bigInt(0n, 2n ** 70n));
    /** Next to a whole number of units, and next to 2^53, rounding would show first. */
    const wholes = fc
      .tuple(fc.integer({ min: 1, max: 2 ** 20 }), pers, fc.integer({ min: -1, max: 1 }))
      .map(([units, per, off]): [number, bigint, number] => [1, BigInt(units) * BigInt(per) + BigInt(off), per]);
    const edges = fc
      .tuple(fc.integer({ min: 1, max: 1e6 }), pers, fc.integer({ min: -1, max: 1 }))
      .map(([quantity, per, off]): [number, bigint, number] => [
        quantity,
        2n ** 53n / BigInt(quantity) + BigInt(off),
        per,
      ]);
    fc.assert(
      fc.property(fc.oneof(fc.tuple(quantities, prices, pers), wholes, edges), ([quantity, nanos, per]) => {
        expect(amount(quantity, nanos, per)).toBe(exact(quantity, nanos, per));
      }),
      { numRuns: 20_000 },
    );
  });

  test('takes whole quantities only', () => {
    expect(() => amount(0.5, 2n, 1)).toThrow(RangeError);
  });
});

test('an unpriced model costs nothing that anybody knows of, and says so', () => {
  expect(costOf(used({ inputTokens: 5 }), null)).toEqual({ totalNanos: 0n, lines: [], complete: false });
  expect(costOf(noUsage, null).complete).toBe(true);
});

test('free is not unknown', () => {
  const free = sheetOf(price('INPUT_TOKEN', 0), price('OUTPUT_TOKEN', 0));
  expect(costOf(used({ inputTokens: 5, outputTokens: 5 }), free)).toMatchObject({ totalNanos: 0n, complete: true });
});

describe('a quote', () => {
  const meters = ['CACHE_WRITE_TOKEN', 'CACHE_WRITE_1H_TOKEN', 'REASONING_TOKEN', 'AUDIO_INPUT_TOKEN'] as const;

  test('is never less than what the call then costs', () => {
    const usages = fc
      .record({ input: fc.nat(300_000), output: fc.nat(50_000), share: fc.double({ min: 0, max: 1, noNaN: true }) })
      .chain(({ input, output, share }) => {
        const part = Math.floor(input * share);
        return fc
          .constantFrom<Partial<Usage>>(
            { cacheReadTokens: part },
            { cacheWriteTokens: part },
            { cacheWriteTokens: part, cacheWrite1hTokens: part },
            { inputAudioTokens: part },
            { reasoningTokens: Math.floor(output * share) },
          )
          .map((parts) => used({ inputTokens: input, outputTokens: output, ...parts }));
      });
    const sheets = fc
      .array(
        fc.tuple(fc.constantFrom(...meters), fc.double({ min: 0, max: 50, noNaN: true }), fc.constantFrom(0, 100_000)),
      )
      .map((rows) =>
        sheetOf(
          ...plain.prices,
          ...rows.map(([meter, usd, from]) => price(meter, Number(usd.toFixed(3)), { fromInputTokens: from })),
        ),
      );
    fc.assert(
      fc.property(usages, sheets, (usage, sheet) => {
        const quoted = quote(usage.inputTokens, usage.outputTokens, sheet, { audioInput: true })!;
        const { totalNanos, lines } = costOf(usage, sheet);
        expect(totalNanos - BigInt(lines.length) <= quoted).toBe(true);
      }),
    );
  });

  test('leaves the price of audio out where nothing is to be heard', () => {
    const sheet = sheetOf(...plain.prices, price('AUDIO_INPUT_TOKEN', 40));
    expect(quote(1000, 0, sheet, { audioInput: true })).toBe(40_000_000n);
    expect(quote(1000, 0, sheet)).toBe(2_000_000n);
  });

  test('is unknown where input or output has no price at all', () => {
    expect(quote(10, 10, null)).toBeNull();
    expect(quote(10, 10, sheetOf(price('INPUT_TOKEN', 1)))).toBeNull();
    expect(quote(10, 0, sheetOf(price('INPUT_TOKEN', 1)))).toBe(10_000n);
  });
});

test('sums of usage add every part, and keep a service tier only while all have it', () => {
  const flex = used({ inputTokens: 1, inputAudioTokens: 1, toolCalls: 2, serviceTier: 'flex' });
  expect(addUsage(noUsage, flex)).toEqual(flex);
  expect(addUsage(flex, flex)).toEqual(
    used({ inputTokens: 2, inputAudioTokens: 2, toolCalls: 4, serviceTier: 'flex' }),
  );
  expect(addUsage(flex, used({ inputTokens: 1 }))).toEqual(used({ inputTokens: 2, inputAudioTokens: 1, toolCalls: 2 }));
});

import { calcPrice, findProvider } from '@pydantic/genai-prices';
import { describe, expect, test } from 'vitest';
import { costOf, nanosFromUsd } from '../../src/core/money.ts';
import type { Usage } from '../../src/core/usage.ts';
import { priceSheet } from '../../src/models/prices.ts';

const AT = new Date('2026-09-01T12:00:00Z');

/** Around the tiers of the data (128 000, 200 000, 272 000) and at odd sizes; `inputTokens` includes cached tokens. */
const usages: readonly Pick<Usage, 'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheWriteTokens'>[] = [
  { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
  { inputTokens: 1234, outputTokens: 567, cacheReadTokens: 0, cacheWriteTokens: 0 },
  { inputTokens: 5000, outputTokens: 3, cacheReadTokens: 4097, cacheWriteTokens: 0 },
  { inputTokens: 9001, outputTokens: 77, cacheReadTokens: 1001, cacheWriteTokens: 3007 },
  { inputTokens: 128_000, outputTokens: 999, cacheReadTokens: 0, cacheWriteTokens: 0 },
  { inputTokens: 128_001, outputTokens: 999, cacheReadTokens: 64_001, cacheWriteTokens: 0 },
  { inputTokens: 200_000, outputTokens: 1, cacheReadTokens: 13, cacheWriteTokens: 17 },
  { inputTokens: 200_001, outputTokens: 31_337, cacheReadTokens: 13, cacheWriteTokens: 17 },
  { inputTokens: 271_999, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0 },
  { inputTokens: 272_000, outputTokens: 5, cacheReadTokens: 1, cacheWriteTokens: 1 },
  { inputTokens: 272_001, outputTokens: 5, cacheReadTokens: 1, cacheWriteTokens: 1 },
  { inputTokens: 1_000_000, outputTokens: 128_000, cacheReadTokens: 999_999, cacheWriteTokens: 0 },
];

/** A double carries about 15 digits: a cost of $1000 in nanos is off by less than this. */
const FLOAT_NOISE_NANOS = 0.001;

describe.each(['openai', 'anthropic', 'google', 'mistral', 'deepseek'])('the bundled prices of %s', (book) => {
  const models = findProvider({ providerId: book })?.models ?? [];
  const priced = models.flatMap(({ id }) => {
    const price = calcPrice({}, id, { providerId: book, timestamp: AT })?.model_price;
    const sheet = price && priceSheet(price);
    return price && sheet && 'input_mtok' in price && 'output_mtok' in price ? [{ id, price, sheet }] : [];
  });

  test('come to what the data says, and never to less', () => {
    let pairs = 0;
    for (const { id, sheet } of priced) {
      for (const usage of usages) {
        const ours = costOf({ ...usage, reasoningTokens: 0, source: 'PROVIDER' }, sheet);
        const theirs = calcPrice(
          {
            input_tokens: usage.inputTokens,
            output_tokens: usage.outputTokens,
            cache_read_tokens: usage.cacheReadTokens,
            cache_write_tokens: usage.cacheWriteTokens,
          },
          id,
          { providerId: book, timestamp: AT },
        );
        const excess = Number(ours.totalNanos) - theirs!.total_price * 1e9;
        const context = `${book}/${id} ${JSON.stringify(usage)}`;
        expect(ours.complete, context).toBe(true);
        expect(excess, context).toBeGreaterThanOrEqual(-FLOAT_NOISE_NANOS);
        expect(excess, context).toBeLessThan(ours.lines.length + FLOAT_NOISE_NANOS);
        pairs++;
      }
    }
    expect(pairs).toBeGreaterThanOrEqual(84);
  });

  test('are exact: no price has more digits than a nano', () => {
    for (const { price, sheet } of priced) {
      const base = typeof price.input_mtok === 'number' ? price.input_mtok : price.input_mtok!.base;
      const input = sheet.prices.find(({ meter, fromInputTokens }) => meter === 'INPUT_TOKEN' && fromInputTokens === 0);
      expect(input?.nanosPerUnit).toBe(nanosFromUsd(base));
      expect(Number(input?.nanosPerUnit)).toBeCloseTo(base * 1e9, 3);
    }
  });
});

test('a tier that begins after n tokens holds from n + 1 on', () => {
  const sheet = priceSheet({ input_mtok: { base: 1, tiers: [{ start: 200_000, price: 2 }] }, output_mtok: 3 });
  expect(
    sheet?.prices.map(({ meter, nanosPerUnit, fromInputTokens }) => [meter, nanosPerUnit, fromInputTokens]),
  ).toEqual([
    ['INPUT_TOKEN', 1_000_000_000n, 0],
    ['INPUT_TOKEN', 2_000_000_000n, 200_001],
    ['OUTPUT_TOKEN', 3_000_000_000n, 0],
  ]);
});

test('a price per thousand requests is charged once per call', () => {
  const sheet = priceSheet({ input_mtok: 1, output_mtok: 1, requests_kcount: 5 });
  const usage = { inputTokens: 10, outputTokens: 10, reasoningTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const { lines } = costOf({ ...usage, source: 'PROVIDER' }, sheet);
  expect(lines.find(({ meter }) => meter === 'REQUEST')).toMatchObject({ quantity: 1, amountNanos: 5_000_000n });
});

test('a model without a token price has no sheet, which is not the same as free', () => {
  expect(priceSheet({})).toBeNull();
  expect(priceSheet({ audio_hours: 0.36 })).toBeNull();
  expect(priceSheet({ input_mtok: 0, output_mtok: 0 })).not.toBeNull();
});

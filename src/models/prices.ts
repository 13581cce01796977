import type { ModelPrice, TieredPrices } from '@pydantic/genai-prices';
import { type Meter, nanosFromUsd, type PriceSheet, TOKENS_PER_MILLION, type UnitPrice } from '../core/money.ts';

/** Which of the data's prices we have a meter for, and for how many units each is quoted. */
const quoted: readonly { readonly key: string; readonly meter: Meter; readonly per: number }[] = [
  { key: 'input_mtok', meter: 'INPUT_TOKEN', per: TOKENS_PER_MILLION },
  { key: 'output_mtok', meter: 'OUTPUT_TOKEN', per: TOKENS_PER_MILLION },
  { key: 'output_reasoning_mtok', meter: 'REASONING_TOKEN', per: TOKENS_PER_MILLION },
  { key: 'cache_read_mtok', meter: 'CACHE_READ_TOKEN', per: TOKENS_PER_MILLION },
  { key: 'cache_write_mtok', meter: 'CACHE_WRITE_TOKEN', per: TOKENS_PER_MILLION },
  { key: 'cache_write_1h_mtok', meter: 'CACHE_WRITE_1H_TOKEN', per: TOKENS_PER_MILLION },
  { key: 'input_audio_mtok', meter: 'AUDIO_INPUT_TOKEN', per: TOKENS_PER_MILLION },
  { key: 'cache_audio_read_mtok', meter: 'AUDIO_CACHE_READ_TOKEN', per: TOKENS_PER_MILLION },
  { key: 'output_audio_mtok', meter: 'AUDIO_OUTPUT_TOKEN', per: TOKENS_PER_MILLION },
  { key: 'input_image_mtok', meter: 'IMAGE_INPUT_TOKEN', per: TOKENS_PER_MILLION },
  { key: 'output_image_mtok', meter: 'IMAGE_OUTPUT_TOKEN', per: TOKENS_PER_MILLION },
  { key: 'output_citation_mtok', meter: 'CITATION_TOKEN', per: TOKENS_PER_MILLION },
  { key: 'input_audio_hours', meter: 'AUDIO_SECOND', per: 3600 },
  { key: 'requests_kcount', meter: 'REQUEST', per: 1000 },
  // The only tool that providers run and the data prices for most of them.
  { key: 'web_searches_kcount', meter: 'TOOL_CALL', per: 1000 },
];

/**
 * The bundled data's prices (USD, as decimal numbers) as exact nanos, tiers and all.
 * Not carried over: what is sold by the page, video, and stored files, which usage does not count.
 * @param id what cost lines name the prices by
 * @returns null when neither plain input nor output nor sound has a price: nobody knows, which is not the same as free
 */
export function priceSheet(price: ModelPrice, id?: string): PriceSheet | null {
  const named = id === undefined ? {} : { id };
  const prices = quoted.flatMap(({ key, meter, per }) =>
    steps(price[key]).map(
      ({ usd, fromInputTokens }): UnitPrice => ({
        meter,
        nanosPerUnit: nanosFromUsd(usd),
        per,
        fromInputTokens,
        ...named,
      }),
    ),
  );
  return bundledSheet(prices);
}

/** @returns null when what every call is charged for has no price */
export function bundledSheet(prices: readonly UnitPrice[]): PriceSheet | null {
  const known = prices.some(({ meter }) => basics.includes(meter));
  return known ? { source: 'BUNDLED', prices } : null;
}

/** Prices that go before others: each stands for its meter and tier altogether, steps of context length included. */
export function overlaid(prices: readonly UnitPrice[], over: readonly UnitPrice[]): UnitPrice[] {
  const replaced = new Set(over.map(placeOf));
  return [...prices.filter((price) => !replaced.has(placeOf(price))), ...over];
}

function placeOf({ meter, tier }: UnitPrice): string {
  return `${meter} ${tier ?? ''}`;
}

const basics: readonly Meter[] = ['INPUT_TOKEN', 'OUTPUT_TOKEN', 'AUDIO_SECOND'];

/** The data's tiers begin *after* `start` tokens of input, ours *from* a number of tokens on. */
function steps(price: number | TieredPrices | undefined): { usd: number; fromInputTokens: number }[] {
  if (price === undefined) return [];
  if (typeof price === 'number') return [{ usd: price, fromInputTokens: 0 }];
  return [
    { usd: price.base, fromInputTokens: 0 },
    ...price.tiers.map((tier) => ({ usd: tier.price, fromInputTokens: tier.start + 1 })),
  ];
}

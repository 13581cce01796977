import type { ModelFacts, ProviderCard } from '../../src/core/decision.ts';
import { nanosFromUsd, TOKENS_PER_MILLION } from '../../src/core/money.ts';

export function aProvider(different: Partial<ProviderCard> & { readonly slug: string }): ProviderCard {
  return {
    id: `prv_${different.slug}`,
    kind: 'openai-compatible',
    enabled: true,
    hasCredential: true,
    priceBook: null,
    anyModel: false,
    models: [],
    ...different,
  };
}

/** Prices in USD per million tokens. */
export function aModel(
  modelId: string,
  contextTokens: number | null,
  price: { readonly input: number; readonly output: number } | null,
): ModelFacts {
  const perMillion = (usd: number) => ({
    nanosPerUnit: nanosFromUsd(usd),
    per: TOKENS_PER_MILLION,
    fromInputTokens: 0,
  });
  const prices = price && {
    source: 'BUNDLED' as const,
    prices: [
      { meter: 'INPUT_TOKEN' as const, ...perMillion(price.input) },
      { meter: 'OUTPUT_TOKEN' as const, ...perMillion(price.output) },
    ],
  };
  return { modelId, contextTokens, maxOutputTokens: null, prices };
}

/** A simulator with a cheap small and a dear large model. */
export const simulator: ProviderCard = aProvider({
  slug: 'sim',
  kind: 'simulator',
  models: [aModel('small-1', 32_000, { input: 0.1, output: 0.4 }), aModel('large-1', 200_000, { input: 2, output: 8 })],
});

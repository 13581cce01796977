import { calcPrice, findProvider, type ModelPrice } from '@pydantic/genai-prices';
import type { ModelFacts } from '../core/decision.ts';
import { priceSheet } from './prices.ts';

/**
 * The price data that comes with the package @pydantic/genai-prices. This is the only file that imports it: 70 ms and
 * 20 MB, most of it the text of the data; only the models asked for are turned into sheets.
 */

/**
 * @param book the provider's id in the data
 * @param modelId any name the data's matchers recognise, dated ones too: gpt-4o-2024-11-20 is a gpt-4o
 * @param at Unix ms: whose prices
 * @returns null when the data does not know the model
 */
export function bookedFacts(book: string, modelId: string, at: number): ModelFacts | null {
  // Pricing nothing is the package's way to ask which model a name means and which of its prices hold at a moment.
  const found = calcPrice({}, modelId, { providerId: book, timestamp: new Date(at) });
  if (!found) return null;
  return {
    modelId,
    contextTokens: found.model.context_window ?? null,
    maxOutputTokens: null,
    prices: priceSheet(found.model_price),
  };
}

/**
 * Models of one provider that answer in tokens; what only embeds, transcribes or moderates is not for completions.
 * Some entries stand for a family (ft:gpt-4o-…): `bookedFacts` knows nothing of their bare id.
 */
export function bookedModels(book: string): string[] {
  const models = findProvider({ providerId: book })?.models ?? [];
  return models.filter(({ prices }) => everPriced(prices, 'output_mtok')).map(({ id }) => id);
}

function everPriced(prices: ModelPrice | { prices: ModelPrice }[], key: string): boolean {
  return Array.isArray(prices) ? prices.some((period) => key in period.prices) : key in prices;
}

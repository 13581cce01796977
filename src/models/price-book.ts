import { calcPrice, findProvider, type ModelPrice } from '@pydantic/genai-prices';
import type { ModelFacts } from '../core/decision.ts';
import { fieldsOf } from '../core/json.ts';
import type { PriceSheet } from '../core/money.ts';
import { priceSheet } from './prices.ts';
import { statedPrices } from './stated-prices.ts';

/**
 * The price data that comes with the package @pydantic/genai-prices. This is the only file that imports it: 70 ms and
 * 20 MB, most of it the text of the data; only the models asked for are turned into sheets.
 */

/**
 * @param book the provider's id in the data
 * @param modelId any name the data's matchers recognise, dated ones too: gpt-4o-2024-11-20 is a gpt-4o
 * @param at Unix ms: whose prices
 * @returns null when the data does not know the model, or only knows it as another maker's
 */
export function bookedFacts(book: string, modelId: string, at: number): ModelFacts | null {
  // Pricing nothing is the package's way to ask which model a name means and which of its prices hold at a moment.
  const found = calcPrice({}, modelId, { providerId: book, timestamp: new Date(at) });
  if (!found || isForeign(book, modelId)) return null;
  const id = `bundled:${book}/${found.model.id}@${new Date(at).toISOString().slice(0, 10)}`;
  const sheet = priceSheet(found.model_price, id);
  return {
    modelId,
    contextTokens: found.model.context_window ?? null,
    maxOutputTokens: null,
    prices: sheet && { ...sheet, prices: [...sheet.prices, ...statedPrices(book, found.model.id, id)] },
  };
}

/**
 * Models of one provider that answer in tokens; what only embeds, transcribes or moderates is not for completions.
 * Some entries stand for a family (ft:gpt-4o-…): `bookedFacts` knows nothing of their bare id.
 */
export function bookedModels(book: string): string[] {
  const models = findProvider({ providerId: book })?.models ?? [];
  return models
    .filter(({ id, prices }) => everPriced(prices, 'output_mtok') && !isForeign(book, id))
    .map(({ id, match }) => (calcPrice({}, id, { providerId: book }) ? id : (exactNameIn(match) ?? id)));
}

/** Of models whose id in the data is a short form that their provider does not take: a name that it does. */
function exactNameIn(match: unknown): string | null {
  const { equals, or } = fieldsOf(match);
  if (typeof equals === 'string') return equals;
  return Array.isArray(or) ? (or.map(exactNameIn).find((name) => name !== null) ?? null) : null;
}

/** The data's own name of a model: what a dated snapshot and its family have in common. */
export function bookedName(book: string, modelId: string): string | null {
  return calcPrice({}, modelId, { providerId: book })?.model.id ?? null;
}

/** One period of the bundled prices. */
export interface BookedPeriod {
  /** Unix ms; null for the oldest one, and for prices by the time of day. */
  readonly validFrom: number | null;
  readonly sheet: PriceSheet;
}

/** All prices the data remembers, oldest first, none of an unknown model. A period ends where the next one begins. */
export function bookedHistory(book: string, modelId: string): BookedPeriod[] {
  const found = calcPrice({}, modelId, { providerId: book });
  if (!found || isForeign(book, modelId)) return [];
  const { id, prices } = found.model;
  const periods = Array.isArray(prices) ? prices : [{ prices }];
  return periods.flatMap((period) => {
    const constraint = 'constraint' in period ? period.constraint : undefined;
    const start = constraint && 'start_date' in constraint ? constraint.start_date : null;
    const sheet = priceSheet(period.prices, `bundled:${book}/${id}${start ? `@${start}` : ''}`);
    return sheet ? [{ validFrom: start === null ? null : Date.parse(start), sheet }] : [];
  });
}

/**
 * A maker's entry may also list models of others that are sold on one of its platforms (Claude under `google`), which
 * its own API does not have. An entry is a maker's when the data says whose names it recognises and some of its models
 * have such names; then a model whose name another maker's entry recognises is not this one's. Resellers recognise
 * none of the names they list, or say nothing, and keep all of them.
 */
function isForeign(book: string, modelId: string): boolean {
  const maker = makers.get(book) ?? makerOf(book);
  makers.set(book, maker);
  if (maker === null) return false;
  const recognised = findProvider({ modelId });
  return recognised !== undefined && recognised.id !== maker;
}

/** By book: the data's id of its maker, null for resellers. As many entries as there are rows in the catalogue. */
const makers = new Map<string, string | null>();

function makerOf(book: string): string | null {
  const entry = findProvider({ providerId: book });
  if (!entry?.model_match) return null;
  return entry.models.some(({ id }) => findProvider({ modelId: id })?.id === entry.id) ? entry.id : null;
}

function everPriced(prices: ModelPrice | { prices: ModelPrice }[], key: string): boolean {
  return Array.isArray(prices) ? prices.some((period) => key in period.prices) : key in prices;
}

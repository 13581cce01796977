import { calcPrice, findProvider, type ModelInfo, type ModelPrice } from '@pydantic/genai-prices';
import type { ModelFacts } from '../core/decision.ts';
import { fieldsOf } from '../core/json.ts';
import type { PriceSheet } from '../core/money.ts';
import { bundledSheet, overlaid, priceSheet } from './prices.ts';
import { statedModels, statedPrices, statedSince } from './stated-prices.ts';

/**
 * The price data that comes with the package @pydantic/genai-prices, put right where a vendor's page says otherwise
 * (stated-prices.ts). This is the only file that imports it: 70 ms and 20 MB, most of it the text of the data; only the
 * models asked for are turned into sheets.
 */

/**
 * @param book the provider's id in the data
 * @param modelId any name the data's matchers recognise, dated ones too: gpt-4o-2024-11-20 is a gpt-4o
 * @param at Unix ms: whose prices
 * @returns null when the data does not know the model, or only knows it as another maker's, and nothing is stated of it
 */
export function bookedFacts(book: string, modelId: string, at: number): ModelFacts | null {
  const found = find(book, modelId, at);
  const model = found?.model.id ?? modelId;
  const id = `bundled:${book}/${model}@${new Date(at).toISOString().slice(0, 10)}`;
  const prices = sheetOf(book, [modelId, model], found?.model_price ?? {}, at, id);
  return found || prices
    ? { modelId, contextTokens: found?.model.context_window ?? null, maxOutputTokens: null, prices }
    : null;
}

/** Pricing nothing is the package's way to ask which model a name means and which of its prices hold at a moment. */
function find(book: string, modelId: string, at?: number) {
  const found = calcPrice({}, modelId, { providerId: book, ...(at !== undefined && { timestamp: new Date(at) }) });
  return found && !isForeign(book, modelId) ? found : null;
}

/** What the data says, and what is stated over it. */
function sheetOf(book: string, names: readonly string[], price: ModelPrice, at: number, id: string): PriceSheet | null {
  return bundledSheet(overlaid(priceSheet(price, id)?.prices ?? [], statedPrices(book, names, at, id)));
}

/**
 * Models of one provider that answer in tokens; what only embeds, transcribes or moderates is not for completions.
 * Some entries stand for a family (ft:gpt-4o-…): `bookedFacts` knows nothing of their bare id.
 */
export function bookedModels(book: string): string[] {
  const models = findProvider({ providerId: book })?.models ?? [];
  const told = models
    .filter(({ id, prices }) => everPriced(prices, 'output_mtok') && !isForeign(book, id))
    .map(({ id, match }) => (calcPrice({}, id, { providerId: book }) ? id : (exactNameIn(match) ?? id)));
  return [...told, ...statedModels(book).filter((model) => !find(book, model))];
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

/** All prices that are remembered, oldest first, none of an unknown model. A period ends where the next one begins. */
export function bookedHistory(book: string, modelId: string): BookedPeriod[] {
  const model = find(book, modelId)?.model;
  const names = [modelId, model?.id ?? modelId];
  const told = model ? toldPeriods(model.prices) : [{ validFrom: null, price: {} }];
  return statedSince(book, names)
    .reduce(cutAt, told)
    .flatMap(({ validFrom, price }) => {
      const day = validFrom === null ? '' : `@${new Date(validFrom).toISOString().slice(0, 10)}`;
      const sheet = sheetOf(book, names, price, validFrom ?? 0, `bundled:${book}/${names[1]}${day}`);
      return sheet ? [{ validFrom, sheet }] : [];
    });
}

interface ToldPeriod {
  readonly validFrom: number | null;
  readonly price: ModelPrice;
}

function toldPeriods(prices: ModelInfo['prices']): ToldPeriod[] {
  if (!Array.isArray(prices)) return [{ validFrom: null, price: prices }];
  return prices.map(({ constraint, prices: price }) => {
    const start = constraint && 'start_date' in constraint ? Date.parse(constraint.start_date) : null;
    return { validFrom: start, price };
  });
}

/** What is stated begins a period of its own within one of the data's. */
function cutAt(periods: readonly ToldPeriod[], at: number): ToldPeriod[] {
  const place = periods.findLastIndex(({ validFrom }) => (validFrom ?? 0) <= at);
  const held = periods[place];
  if (held?.validFrom === at) return [...periods];
  return periods.toSpliced(place + 1, 0, { validFrom: at, price: held?.price ?? {} });
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

import { LRUCache } from 'lru-cache';
import type { ModelBook, ModelCard, ModelFacts, ProviderCard } from '../core/decision.ts';
import type { PriceSheet } from '../core/money.ts';
import type { Clock } from '../core/runtime.ts';
import { featuresOf, takenOf } from './capabilities.ts';
import { noOverrides, type Overrides, sheetAt } from './overrides.ts';
import { bookedFacts, bookedModels } from './price-book.ts';
import type { SettingRow } from './store.ts';
import { type ToldFacts, toldFacts } from './told-facts.ts';

/**
 * Every price, bundled or set, starts and ends on a whole minute (a date, or a time of day like 16:30), so a card made
 * in a minute is right until that minute is over.
 */
export const MINUTE_MS = 60_000;

/** Asked names are remembered, not only listed ones: callers may ask for dated or private names. */
const REMEMBERED_NAMES = 2000;

/** No provider has names this long. Without a bound, whatever callers type would be matched and remembered. */
const LONGEST_NAME = 200;

/** A book that also remembers: what a model was and cost at another time. */
export interface DatedBook extends ModelBook {
  /** @param at Unix ms */
  at(name: string, at: number): ModelCard | null;
}

/** Looks models up by `provider/model`; prices are those of the minute in which they are asked for. */
export function openBook(
  providers: readonly ProviderCard[],
  clock: Clock,
  overrides: Overrides = noOverrides,
): DatedBook {
  const bySlug = new Map(providers.map((provider) => [provider.slug, provider]));
  const cards = new LRUCache<string, { readonly minute: number; readonly card: ModelCard }>({ max: REMEMBERED_NAMES });

  const get = (name: string): ModelCard | null => {
    const minute = Math.floor(clock.now() / MINUTE_MS);
    const remembered = cards.get(name);
    if (remembered?.minute === minute) return remembered.card;
    const card = look(name, minute * MINUTE_MS);
    if (card) cards.set(name, { minute, card });
    return card;
  };

  const look = (name: string, at: number): ModelCard | null => {
    if (name.length > LONGEST_NAME) return null;
    const slash = name.indexOf('/');
    const provider = bySlug.get(name.slice(0, Math.max(0, slash)));
    const modelId = name.slice(slash + 1);
    if (!provider || modelId === '') return null;
    const setting = overrides.settings.get(name);
    const facts = factsOf(provider, modelId, at, setting);
    if (!facts) return null;
    // Who has added a model knows it better than what is told of it.
    const told = provider.priceBook === null || setting?.added ? null : toldFacts(provider.priceBook, modelId);
    const card = cardOf(provider, facts, told);
    return {
      ...card,
      contextTokens: setting?.contextTokens ?? card.contextTokens ?? told?.contextTokens ?? null,
      maxOutputTokens: setting?.maxOutputTokens ?? card.maxOutputTokens,
      enabled: card.enabled && (setting?.enabled ?? true),
      prices: sheetAt(card.prices, overrides.prices.get(name), at),
    };
  };

  const added = (slug: string): string[] =>
    [...overrides.settings.values()].flatMap(({ model, added }) =>
      added && model.startsWith(`${slug}/`) ? [model.slice(slug.length + 1)] : [],
    );

  /** Some thousand cards, where OpenRouter and its like are among the providers: as right for a minute as each of them. */
  let whole: { readonly minute: number; readonly cards: readonly ModelCard[] } | null = null;

  const list = (): readonly ModelCard[] => {
    const minute = Math.floor(clock.now() / MINUTE_MS);
    if (whole?.minute !== minute) {
      const cards = providers.flatMap(listed).sort((a, b) => (a.name < b.name ? -1 : 1));
      whole = { minute, cards };
    }
    return whole.cards;
  };

  const listed = (provider: ProviderCard): ModelCard[] => {
    const own = new Set([...provider.models.map(({ modelId }) => modelId), ...added(provider.slug)]);
    const booked = provider.priceBook === null ? [] : bookedModels(provider.priceBook);
    return [...new Set([...own, ...booked])].flatMap((id) => {
      const card = get(`${provider.slug}/${id}`);
      // Without a price it is no model of the data, only a name that this provider would take.
      return card && (own.has(id) || card.prices) ? [card] : [];
    });
  };

  return {
    get,
    at: (name, at) => look(name, Math.floor(at / MINUTE_MS) * MINUTE_MS),
    list,
  };
}

/**
 * The catalogue knows its own models best; the bundled data knows the rest; somebody may have added what neither does.
 * What nobody has told us of may be new at its provider, who will say.
 */
function factsOf(
  provider: ProviderCard,
  modelId: string,
  at: number,
  setting: SettingRow | undefined,
): ModelFacts | null {
  const listed = listedFacts(provider, modelId, at);
  if (listed) return listed;
  if (!setting?.added && !(provider.anyModel && mayBeNew(provider, modelId, at))) return null;
  return { modelId, contextTokens: null, maxOutputTokens: null, prices: null };
}

function listedFacts(provider: ProviderCard, modelId: string, at: number): ModelFacts | null {
  const own = provider.models.find((model) => model.modelId === modelId);
  if (own) return { ...own, prices: named(own.prices, `catalogue:${provider.slug}/${modelId}`) };
  return provider.priceBook === null ? null : bookedFacts(provider.priceBook, modelId, at);
}

/**
 * Names go into addresses, so they may not lead elsewhere; and a known model in a longer form (`models/gemini-…`) is
 * not new: under a second name it would escape its price and the rules for its first.
 */
function mayBeNew(provider: ProviderCard, modelId: string, at: number): boolean {
  const segments = modelId.split('/');
  if (/[\s?#%\\\p{Cc}]/u.test(modelId) || segments.some((segment) => ['', '.', '..'].includes(segment))) return false;
  return segments.length === 1 || listedFacts(provider, segments.at(-1)!, at) === null;
}

/** Prices without a name of their own get one, so that every line of a bill can say where its price is from. */
function named(sheet: PriceSheet | null, id: string): PriceSheet | null {
  return sheet && { ...sheet, prices: sheet.prices.map((price) => ({ id, ...price })) };
}

function cardOf(provider: ProviderCard, facts: ModelFacts, told: ToldFacts | null): ModelCard {
  const takes = takenOf(provider, told);
  return {
    ...facts,
    name: `${provider.slug}/${facts.modelId}`,
    providerId: provider.id,
    providerSlug: provider.slug,
    providerKind: provider.kind,
    enabled: provider.enabled,
    hasCredential: provider.hasCredential,
    signedBy: provider.signedBy ?? null,
    ...(provider.accounts && { accounts: provider.accounts }),
    features: featuresOf(provider, facts, told),
    ...(told && { gives: told.output }),
    ...(told?.maxOutputTokens && { longestOutputTokens: told.maxOutputTokens }),
    ...(takes && { takes }),
    ...(provider.takesBack && { takesBack: provider.takesBack }),
    ...(provider.offers && { offers: provider.offers }),
    ...(provider.dataHandling && { dataHandling: provider.dataHandling }),
  };
}

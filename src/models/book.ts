import { LRUCache } from 'lru-cache';
import type { ModelBook, ModelCard, ModelFacts, ProviderCard } from '../core/decision.ts';
import type { Clock } from '../core/runtime.ts';
import { bookedFacts, bookedModels } from './price-book.ts';

/**
 * Every price in the bundled data starts and ends on a whole minute (a date, or a time of day like 16:30), so a card
 * made in a minute is right until that minute is over.
 */
const MINUTE_MS = 60_000;

/** Asked names are remembered, not only listed ones: callers may ask for dated or private names. */
const REMEMBERED_NAMES = 2000;

/** No provider has names this long. Without a bound, whatever callers type would be matched and remembered. */
const LONGEST_NAME = 200;

/** Looks models up by `provider/model`; prices are those of the minute in which they are asked for. */
export function openBook(providers: readonly ProviderCard[], clock: Clock): ModelBook {
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
    const facts = factsOf(provider, modelId, at);
    return facts && cardOf(provider, facts);
  };

  const listed = (provider: ProviderCard): ModelCard[] => {
    const own = new Set(provider.models.map(({ modelId }) => modelId));
    const booked = provider.priceBook === null ? [] : bookedModels(provider.priceBook);
    return [...new Set([...own, ...booked])].flatMap((id) => {
      const card = get(`${provider.slug}/${id}`);
      // Without a price it is no model of the data, only a name that this provider would take.
      return card && (own.has(id) || card.prices) ? [card] : [];
    });
  };

  return {
    get,
    list: () => providers.flatMap(listed).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** The catalogue knows its own models best; the bundled data knows the rest; a provider may take what neither knows. */
function factsOf(provider: ProviderCard, modelId: string, at: number): ModelFacts | null {
  const own = provider.models.find((model) => model.modelId === modelId);
  if (own) return own;
  const booked = provider.priceBook === null ? null : bookedFacts(provider.priceBook, modelId, at);
  if (booked) return booked;
  return provider.anyModel ? { modelId, contextTokens: null, maxOutputTokens: null, prices: null } : null;
}

function cardOf(provider: ProviderCard, facts: ModelFacts): ModelCard {
  return {
    ...facts,
    name: `${provider.slug}/${facts.modelId}`,
    providerId: provider.id,
    providerSlug: provider.slug,
    providerKind: provider.kind,
    enabled: provider.enabled,
    hasCredential: provider.hasCredential,
    signedBy: provider.signedBy ?? null,
  };
}

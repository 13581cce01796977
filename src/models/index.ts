import type { Caller } from '../core/caller.ts';
import type { ModelBook, ProviderCard } from '../core/decision.ts';
import type { PriceSheet } from '../core/money.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/database.ts';
import type { Snapshots } from '../platform/snapshots.ts';
import { type DatedBook, openBook } from './book.ts';
import type { ModelChanged } from './change.ts';
import { type DatedPrice, priceHistory } from './history.ts';
import type { ModelSaveInput, PriceSetInput } from './inputs.ts';
import { modelSave, modelSetEnabled } from './model-save.ts';
import { overridesOf } from './overrides.ts';
import { bookedName } from './price-book.ts';
import { priceSet } from './price-set.ts';
import { pricesEverSet, pricesOf, settingsOf } from './store.ts';

export type { ModelChanged } from './change.ts';
export type { DatedPrice } from './history.ts';
export type { ModelSaveInput, PriceSetInput } from './inputs.ts';

/**
 * What can be asked, what it costs, how much it can take.
 *
 * Every write is confined to the caller's organization, is audited, and throws ValidationProblem for bad input, with
 * the nearest names for an unknown model, and IdempotencyConflictProblem for an idempotency key used before with
 * another input.
 */
export interface Models {
  /** The models an organization can name. Cheap: nothing is read again while nothing has changed. */
  book(organizationId: string): Promise<ModelBook>;
  /** What models cost at other times, and what they are called. */
  prices(organizationId: string): Promise<PricesThen>;
  /** All prices of a model that are remembered, bundled and set; none for a model nobody offers. */
  history(organizationId: string, name: string): Promise<readonly DatedPrice[]>;
  /**
   * Sets a price from a moment on or for a while, in the past too; without an amount takes it back. Bundled prices give
   * way to it.
   */
  priceSet(caller: Caller, input: PriceSetInput): Promise<ModelChanged>;
  /** Adds a model of a provider there is, or says how much one can take. */
  save(caller: Caller, input: ModelSaveInput): Promise<ModelChanged>;
  /** Off, it keeps its name and is asked by nobody of this organization. */
  setEnabled(caller: Caller, name: string, enabled: boolean): Promise<ModelChanged>;
}

export interface PricesThen {
  /** Slugs of those the organization has. */
  readonly providers: readonly string[];
  /** @param at Unix ms; @returns null when nobody knows */
  sheetAt(name: string, at: number): PriceSheet | null;
  /** What the price data calls the model that a provider calls `modelId`, itself where the data does not know it. */
  nameOf(providerSlug: string, modelId: string): string;
}

export interface ModelsOptions {
  /** The providers room's snapshot: the same promise for as long as nothing changed. */
  readonly providersOf: (organizationId: string) => Promise<readonly ProviderCard[]>;
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly changes: Changes;
  readonly runtime: Runtime;
}

/** Organizations whose prices are kept in memory. */
const KEPT = 1000;

export function createModels({ providersOf, database, snapshots, changes, runtime }: ModelsOptions): Models {
  const decisions = snapshots.of('models', KEPT, async (organizationId) => {
    const [prices, settings] = await Promise.all([
      pricesOf(database, organizationId),
      settingsOf(database, organizationId),
    ]);
    return overridesOf(prices, settings);
  });
  /** Keyed by the snapshots themselves: when one changes it is a new promise, and the old book goes with the old one. */
  const books = new WeakMap<object, { readonly overrides: object; readonly book: Promise<DatedBook> }>();
  const set = priceSet(changes, runtime);
  const save = modelSave(changes, runtime);
  const setEnabled = modelSetEnabled(changes, runtime);

  const bookOf = (organizationId: string): Promise<DatedBook> => {
    const providers = providersOf(organizationId);
    const overrides = decisions.get(organizationId);
    const known = books.get(providers);
    if (known?.overrides === overrides) return known.book;
    const book = Promise.all([providers, overrides]).then(([cards, own]) => openBook(cards, runtime.clock, own));
    books.set(providers, { overrides, book });
    return book;
  };

  const cardOf = async (organizationId: string, slug: string): Promise<ProviderCard | undefined> =>
    (await providersOf(organizationId)).find((provider) => provider.slug === slug);

  return {
    book: bookOf,
    async prices(organizationId) {
      const [book, providers] = [await bookOf(organizationId), await providersOf(organizationId)];
      return {
        providers: providers.map(({ slug }) => slug),
        sheetAt: (name, at) => book.at(name, at)?.prices ?? null,
        nameOf(slug, modelId) {
          const priceBook = providers.find((provider) => provider.slug === slug)?.priceBook;
          return (priceBook ? bookedName(priceBook, modelId) : null) ?? modelId;
        },
      };
    },
    async history(organizationId, name) {
      const slash = name.indexOf('/');
      const provider = await cardOf(organizationId, name.slice(0, Math.max(0, slash)));
      if (!provider) return [];
      return priceHistory(provider, name.slice(slash + 1), await pricesEverSet(database, organizationId, name));
    },
    priceSet: async (caller, input) => set(caller, input, await bookOf(caller.organizationId)),
    save: async (caller, input) => save(caller, input, await providersOf(caller.organizationId)),
    setEnabled: async (caller, name, enabled) => setEnabled(caller, name, enabled, await bookOf(caller.organizationId)),
  };
}

import type { ModelBook, ProviderCard } from '../core/decision.ts';
import type { Runtime } from '../core/runtime.ts';
import { openBook } from './book.ts';

/** What can be asked, what it costs, how much it can take. */
export interface Models {
  /** The models an organization can name. Cheap: nothing is read again while its providers stay as they are. */
  book(organizationId: string): Promise<ModelBook>;
}

export interface ModelsOptions {
  /** The providers room's snapshot: the same array for as long as nothing changed. */
  readonly providersOf: (organizationId: string) => Promise<readonly ProviderCard[]>;
  readonly runtime: Runtime;
}

export function createModels({ providersOf, runtime }: ModelsOptions): Models {
  /** Keyed by the snapshot itself: when providers change there is a new array, and the old book goes with the old one. */
  const books = new WeakMap<readonly ProviderCard[], ModelBook>();
  return {
    async book(organizationId) {
      const providers = await providersOf(organizationId);
      const known = books.get(providers);
      if (known) return known;
      const book = openBook(providers, runtime.clock);
      books.set(providers, book);
      return book;
    },
  };
}

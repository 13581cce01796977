import type { ProviderCard } from '../core/decision.ts';
import type { UnitPrice } from '../core/money.ts';
import { bookedHistory } from './price-book.ts';
import type { PriceRow } from './store.ts';

/** One price of a model, of now or of another time. */
export interface DatedPrice extends UnitPrice {
  readonly source: 'BUNDLED' | 'MANUAL';
  /** Null: since ever, as far as anybody remembers. */
  readonly validFrom: Date | null;
  /** Null: until further notice. */
  readonly validTo: Date | null;
  /** When another price for the same time took its place. */
  readonly supersededAt: Date | null;
}

/** Bundled prices first, then those that were set, each oldest first. Bundled ones hold where none was set. */
export function priceHistory(
  { priceBook, models, slug }: ProviderCard,
  modelId: string,
  set: readonly PriceRow[],
): DatedPrice[] {
  const own = models.find((model) => model.modelId === modelId)?.prices;
  const periods = own ? [{ validFrom: null, sheet: own }] : priceBook === null ? [] : bookedHistory(priceBook, modelId);
  const bundled = periods.flatMap(({ validFrom, sheet }, place) =>
    sheet.prices.map((price): DatedPrice => {
      const end = periods[place + 1]?.validFrom ?? null;
      return {
        id: `catalogue:${slug}/${modelId}`,
        ...price,
        source: 'BUNDLED',
        validFrom: validFrom === null ? null : new Date(validFrom),
        validTo: end === null ? null : new Date(end),
        supersededAt: null,
      };
    }),
  );
  return [
    ...bundled,
    ...set.map(({ tier, ...row }) => ({ ...row, source: 'MANUAL' as const, ...(tier !== null && { tier }) })),
  ];
}

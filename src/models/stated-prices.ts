import { type Meter, nanosFromUsd, type UnitPrice } from '../core/money.ts';

/** Prices by tier that a vendor's page states and the bundled data leaves out. */
interface Stated {
  readonly book: string;
  readonly models: readonly string[];
  readonly meter: Meter;
  readonly per: number;
  /** USD. */
  readonly byTier: Readonly<Record<string, number>>;
}

const stated: readonly Stated[] = [
  // docs.perplexity.ai/getting-started/pricing, November 2026: by how much was looked up. The data has the dearest.
  { book: 'perplexity', models: ['sonar'], meter: 'REQUEST', per: 1000, byTier: { low: 5, medium: 8, high: 12 } },
  {
    book: 'perplexity',
    models: ['sonar-pro', 'sonar-reasoning-pro'],
    meter: 'REQUEST',
    per: 1000,
    byTier: { low: 6, medium: 10, high: 14 },
  },
];

/**
 * @param model as the data calls it
 * @param id what cost lines name the prices by
 */
export function statedPrices(book: string, model: string, id: string): readonly UnitPrice[] {
  return stated
    .filter((one) => one.book === book && one.models.includes(model))
    .flatMap(({ meter, per, byTier }) =>
      Object.entries(byTier).map(([tier, usd]) => ({
        ...{ meter, per, tier, id },
        nanosPerUnit: nanosFromUsd(usd),
        fromInputTokens: 0,
      })),
    );
}

import type { PriceSheet } from '../core/money.ts';

/** What models cost and are called; the models room's door, handed in by gateway.ts. */
export interface PricesAt {
  /** Slugs of those there are. */
  readonly providers: readonly string[];
  /** @param model `provider/model`; @param at Unix ms; @returns null when nobody knows */
  sheetAt(model: string, at: number): PriceSheet | null;
  /** The name of a model and all its dated snapshots. */
  nameOf(provider: string, modelId: string): string;
}

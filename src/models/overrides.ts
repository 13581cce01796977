import type { PriceSheet, UnitPrice } from '../core/money.ts';
import { overlaid } from './prices.ts';
import type { PriceRow, SettingRow } from './store.ts';

/** What an organization decided about models, by `provider/model`. From a snapshot. */
export interface Overrides {
  readonly prices: ReadonlyMap<string, readonly PriceRow[]>;
  readonly settings: ReadonlyMap<string, SettingRow>;
}

export const noOverrides: Overrides = { prices: new Map(), settings: new Map() };

export function overridesOf(prices: readonly PriceRow[], settings: readonly SettingRow[]): Overrides {
  return {
    prices: Map.groupBy(prices, ({ model }) => model),
    settings: new Map(settings.map((setting) => [setting.model, setting])),
  };
}

/**
 * What a model costs at a moment: the prices that were set, and the bundled ones for everything else. A price that was
 * set stands for its meter and service tier altogether: bundled steps of context length give way to it.
 * @param at Unix ms
 * @returns the sheet itself when nothing was set for that moment; null when there is none either
 */
export function sheetAt(sheet: PriceSheet | null, rows: readonly PriceRow[] = [], at: number): PriceSheet | null {
  const set = rows.filter((row) => holdsAt(row, at)).map(unitPrice);
  if (set.length === 0) return sheet;
  return { source: 'MANUAL', prices: overlaid(sheet?.prices ?? [], set) };
}

function holdsAt({ validFrom, validTo, supersededAt }: PriceRow, at: number): boolean {
  return supersededAt === null && validFrom.getTime() <= at && (validTo === null || at < validTo.getTime());
}

function unitPrice({ id, meter, nanosPerUnit, per, fromInputTokens, tier }: PriceRow): UnitPrice {
  return { id, meter, nanosPerUnit, per, fromInputTokens, ...(tier !== null && { tier }) };
}

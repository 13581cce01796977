import type { Usage } from './usage.ts';

/** Money in billionths of a dollar. One token at $0.001 per million is exactly one nano. */
export type Nanos = bigint;

export const NANOS_PER_USD = 1_000_000_000n;
const TOKENS_PER_PRICE = 1_000_000n;

export type Meter = 'INPUT_TOKEN' | 'OUTPUT_TOKEN' | 'CACHE_READ_TOKEN' | 'CACHE_WRITE_TOKEN' | 'REQUEST';

/** The price of a million units of one meter (of a single unit for REQUEST), in nano-USD. */
export interface UnitPrice {
  readonly meter: Meter;
  readonly nanosPerUnit: Nanos;
  readonly per: number;
  /** The price holds when the whole input has at least this many tokens; the highest reached tier counts. */
  readonly fromInputTokens: number;
}

/** What one model costs now. `null` instead of a sheet means nobody knows, which is not the same as free. */
export interface PriceSheet {
  readonly source: 'BUNDLED' | 'MANUAL';
  readonly prices: readonly UnitPrice[];
}

export interface CostLine {
  readonly meter: Meter;
  readonly quantity: number;
  readonly nanosPerUnit: Nanos;
  readonly per: number;
  readonly amountNanos: Nanos;
}

export interface Cost {
  readonly totalNanos: Nanos;
  readonly lines: readonly CostLine[];
  /** False when something was consumed that has no price; the total then covers only the priced lines. */
  readonly complete: boolean;
}

export const noCost: Cost = { totalNanos: 0n, lines: [], complete: true };

/** The one place where money is rounded: up, per line, so that the books never show less than the bill. */
export function amount(quantity: number, nanosPerUnit: Nanos, per: number): Nanos {
  const product = BigInt(quantity) * nanosPerUnit;
  const divisor = BigInt(per);
  return (product + divisor - 1n) / divisor;
}

/** Prices one call. Cached tokens without a price of their own cost what input costs. */
export function costOf(usage: Usage, sheet: PriceSheet | null): Cost {
  const quantities = billable(usage, sheet);
  const lines: CostLine[] = [];
  let complete = true;
  for (const [meter, quantity] of quantities) {
    if (quantity === 0) continue;
    const price = sheet && priceFor(sheet, meter, usage.inputTokens);
    if (!price) {
      if (meter !== 'REQUEST') complete = false;
      continue;
    }
    const { nanosPerUnit, per } = price;
    lines.push({ meter, quantity, nanosPerUnit, per, amountNanos: amount(quantity, nanosPerUnit, per) });
  }
  return { totalNanos: lines.reduce((sum, line) => sum + line.amountNanos, 0n), lines, complete };
}

/**
 * The worst the call can cost: all of the input at the dearest input price, `maxOutputTokens` of output. The input is
 * an estimate, so a tier counts as reachable when the input may be twice as long as it looks.
 */
export function quote(inputTokens: number, maxOutputTokens: number, sheet: PriceSheet | null): Nanos | null {
  if (!sheet) return null;
  const prices = sheet.prices.filter(({ fromInputTokens }) => fromInputTokens <= inputTokens * 2);
  const inputPrices = prices.filter(({ meter }) => meter === 'INPUT_TOKEN' || meter === 'CACHE_WRITE_TOKEN');
  const dearest = (prices: readonly UnitPrice[], quantity: number) =>
    prices.reduce((most, price) => {
      const worth = amount(quantity, price.nanosPerUnit, price.per);
      return worth > most ? worth : most;
    }, 0n);
  return (
    dearest(inputPrices, inputTokens) +
    dearest(
      prices.filter(({ meter }) => meter === 'OUTPUT_TOKEN'),
      maxOutputTokens,
    ) +
    dearest(
      prices.filter(({ meter }) => meter === 'REQUEST'),
      1,
    )
  );
}

export function addCost(a: Cost, b: Cost): Cost {
  return {
    totalNanos: a.totalNanos + b.totalNanos,
    lines: [...a.lines, ...b.lines],
    complete: a.complete && b.complete,
  };
}

/** $0.15 per million tokens -> 150000000n, without passing through a float's rounding. */
export function nanosFromUsd(usd: number | string): Nanos {
  const [whole = '0', fraction = ''] = plainDecimal(usd).split('.');
  const digits = `${fraction}0000000000`.slice(0, 10);
  const sign = whole.startsWith('-') ? -1n : 1n;
  const tenths = BigInt(whole.replace('-', '')) * NANOS_PER_USD * 10n + BigInt(digits);
  return sign * ((tenths + 9n) / 10n);
}

/** 10950n -> "0.00001095" */
export function usdFromNanos(nanos: Nanos): string {
  const sign = nanos < 0n ? '-' : '';
  const size = nanos < 0n ? -nanos : nanos;
  const fraction = (size % NANOS_PER_USD).toString().padStart(9, '0').replace(/0+$/, '');
  return `${sign}${size / NANOS_PER_USD}${fraction ? `.${fraction}` : ''}`;
}

export const TOKENS_PER_MILLION = Number(TOKENS_PER_PRICE);

function billable(usage: Usage, sheet: PriceSheet | null): [Meter, number][] {
  const has = (meter: Meter) => sheet?.prices.some((price) => price.meter === meter) ?? false;
  const read = has('CACHE_READ_TOKEN') ? usage.cacheReadTokens : 0;
  const write = has('CACHE_WRITE_TOKEN') ? usage.cacheWriteTokens : 0;
  return [
    ['INPUT_TOKEN', Math.max(0, usage.inputTokens - read - write)],
    ['CACHE_READ_TOKEN', read],
    ['CACHE_WRITE_TOKEN', write],
    ['OUTPUT_TOKEN', usage.outputTokens],
    ['REQUEST', usage.inputTokens + usage.outputTokens > 0 ? 1 : 0],
  ];
}

function priceFor(sheet: PriceSheet, meter: Meter, inputTokens: number): UnitPrice | undefined {
  return sheet.prices
    .filter((price) => price.meter === meter && price.fromInputTokens <= inputTokens)
    .reduce<UnitPrice | undefined>(
      (best, price) => (best && best.fromInputTokens > price.fromInputTokens ? best : price),
      undefined,
    );
}

function plainDecimal(usd: number | string): string {
  const text = String(usd);
  return /e/i.test(text) ? Number(text).toFixed(12) : text;
}

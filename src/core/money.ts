import { extraMeasures, type Measure, type Meter, measures, pieceMeasures, toolMeasure } from './measures.ts';
import { type QuantitySource, specialTier, type Usage } from './usage.ts';

export { type Meter, meters } from './measures.ts';

/** Money in billionths of a dollar. One token at $0.001 per million is exactly one nano. */
export type Nanos = bigint;

export const NANOS_PER_USD = 1_000_000_000n;
const TOKENS_PER_PRICE = 1_000_000n;

/** The price of `per` units of one meter, in nano-USD. */
export interface UnitPrice {
  readonly meter: Meter;
  readonly nanosPerUnit: Nanos;
  readonly per: number;
  /** The price holds when the whole input has at least this many tokens; the highest reached tier counts. */
  readonly fromInputTokens: number;
  /** What it is for: a way of serving (`flex`), a size of images, how much was looked up; left out, any other. */
  readonly tier?: string;
  /** The row of the price table (`prc_…`), or where and when in the bundled data: `bundled:openai/gpt-4o@2026-11-23`. */
  readonly id?: string;
}

/** What one model costs now. `null` instead of a sheet means nobody knows, which is not the same as free. */
export interface PriceSheet {
  /** MANUAL as soon as one of the prices was set by hand. */
  readonly source: 'BUNDLED' | 'MANUAL';
  readonly prices: readonly UnitPrice[];
}

/** How much, at which price, and who says so. What is left out was not noted when the line was written. */
export interface CostLine {
  readonly meter: Meter;
  readonly quantity: number;
  readonly nanosPerUnit: Nanos;
  readonly per: number;
  readonly amountNanos: Nanos;
  /** `UnitPrice.id`. */
  readonly priceId?: string;
  readonly source?: QuantitySource;
  readonly fromInputTokens?: number;
  readonly tier?: string;
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
  const small = quantity * Number(nanosPerUnit);
  // Below 2^53 a product is exact, and no quotient that is not whole is so close to a whole number as to be rounded to it.
  if (Number.isSafeInteger(quantity) && Number.isSafeInteger(small)) return BigInt(Math.ceil(small / per));
  const product = BigInt(quantity) * nanosPerUnit;
  const divisor = BigInt(per);
  return (product + divisor - 1n) / divisor;
}

/**
 * Prices one call. Tokens of a part without a price of its own (cached, reasoning, audio …) cost what the whole costs.
 * Served in a tier that has no prices of its own, it is charged the ordinary ones and is not complete: nobody knows.
 *
 * Images, sound, text to speak and searches are sold by the piece or by the token, and usage tells both: what one of
 * the two has paid for needs no price in the other.
 */
export function costOf(usage: Usage, sheet: PriceSheet | null): Cost {
  const bill: Bill = { usage, sheet, lines: [], knowsTier: true };
  let tokensPaid = true;
  for (const measure of measures) if (unpaid(measure, bill) > 0) tokensPaid = false;
  let piecesPaid = true;
  let soldByPiece = false;
  for (const measure of pieceMeasures) {
    if (measure.quantity(usage) <= 0) continue;
    if (unpaid(measure, bill) === 0) soldByPiece = true;
    else if (!tokensPaid || !isUsed(measure.insteadOf, usage)) piecesPaid = false;
  }
  const toolsPaid = unpaid(toolMeasure, bill) === 0;
  for (const measure of extraMeasures) charge(measure, bill);

  // Tokens that nobody reported are not what is sold where a piece has a price.
  const soldByToken = !soldByPiece || usage.source === 'PROVIDER';
  const complete = bill.knowsTier && toolsPaid && piecesPaid && (tokensPaid || !soldByToken);
  let totalNanos = 0n;
  for (const { amountNanos } of bill.lines) totalNanos += amountNanos;
  return { totalNanos, lines: bill.lines, complete };
}

function isUsed(meter: Meter, usage: Usage): boolean {
  return measures.some((measure) => measure.meter === meter && measure.quantity(usage) > 0);
}

/** A cost that is being written down. */
interface Bill {
  readonly usage: Usage;
  readonly sheet: PriceSheet | null;
  readonly lines: CostLine[];
  knowsTier: boolean;
}

/** Writes the lines of a measure and its parts. @returns how many of its units have found a price */
function charge({ meter, quantity, source, parts, tierOf }: Measure, bill: Bill): number {
  const { usage, sheet } = bill;
  let paid = 0;
  for (const part of parts) paid += charge(part, bill);
  const rest = Math.max(0, quantity(usage) - paid);
  if (!sheet || rest === 0) return paid;
  const price = priceFor(sheet, meter, usage, tierOf ? tierOf(usage) : usage.serviceTier);
  if (!price) return paid;
  if (!tierOf && price.tier !== specialTier(usage.serviceTier)) bill.knowsTier = false;
  bill.lines.push(lineOf(price, rest, source(usage)));
  return paid + rest;
}

function unpaid(measure: Measure, bill: Bill): number {
  return measure.quantity(bill.usage) - charge(measure, bill);
}

function lineOf(price: UnitPrice, quantity: number, source: QuantitySource): CostLine {
  const { meter, nanosPerUnit, per, fromInputTokens, id, tier } = price;
  const amountNanos = amount(quantity, nanosPerUnit, per);
  return {
    meter,
    quantity,
    nanosPerUnit,
    per,
    amountNanos,
    source,
    fromInputTokens,
    ...(id !== undefined && { priceId: id }),
    ...(tier !== undefined && { tier }),
  };
}

export function addCost(a: Cost, b: Cost): Cost {
  if (a === noCost) return b;
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

/** In the tier before the ordinary one; within it, the highest context tier that was reached. */
function priceFor(
  sheet: PriceSheet,
  meter: Meter,
  { inputTokens }: Usage,
  tier: string | undefined,
): UnitPrice | undefined {
  const special = specialTier(tier);
  let best: UnitPrice | undefined;
  for (const price of sheet.prices) {
    if (price.meter !== meter || price.fromInputTokens > inputTokens) continue;
    if (price.tier !== undefined && price.tier !== special) continue;
    const alike = price.tier === best?.tier;
    if (!best || (alike ? price.fromInputTokens >= best.fromInputTokens : price.tier === special)) best = price;
  }
  return best;
}

function plainDecimal(usd: number | string): string {
  const text = String(usd);
  return /e/i.test(text) ? Number(text).toFixed(12) : text;
}

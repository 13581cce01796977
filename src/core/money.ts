import { type QuantitySource, specialTier, type Usage } from './usage.ts';

/** Money in billionths of a dollar. One token at $0.001 per million is exactly one nano. */
export type Nanos = bigint;

export const NANOS_PER_USD = 1_000_000_000n;
const TOKENS_PER_PRICE = 1_000_000n;

/** What can have a price. One list for the price table, the cost lines and the schema's enum. */
export const meters = [
  'INPUT_TOKEN',
  'OUTPUT_TOKEN',
  'REASONING_TOKEN',
  'CACHE_READ_TOKEN',
  'CACHE_WRITE_TOKEN',
  'CACHE_WRITE_1H_TOKEN',
  'AUDIO_INPUT_TOKEN',
  'AUDIO_CACHE_READ_TOKEN',
  'AUDIO_OUTPUT_TOKEN',
  'IMAGE_INPUT_TOKEN',
  'IMAGE_OUTPUT_TOKEN',
  'IMAGE',
  'REQUEST',
  'TOOL_CALL',
] as const;
export type Meter = (typeof meters)[number];

/** The price of `per` units of one meter, in nano-USD. */
export interface UnitPrice {
  readonly meter: Meter;
  readonly nanosPerUnit: Nanos;
  readonly per: number;
  /** The price holds when the whole input has at least this many tokens; the highest reached tier counts. */
  readonly fromInputTokens: number;
  /** The provider's way of serving that it belongs to, `flex` for instance; left out, the ordinary one. */
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
  const product = BigInt(quantity) * nanosPerUnit;
  const divisor = BigInt(per);
  return (product + divisor - 1n) / divisor;
}

interface Measure {
  readonly meter: Meter;
  readonly quantity: (usage: Usage) => number;
  readonly source: (usage: Usage) => QuantitySource;
  /** Parts that may have a price of their own; without one they cost what the whole costs. */
  readonly parts: readonly Measure[];
}

/** What is measured, and which is a part of which. */
const measures: readonly Measure[] = [
  inputs('INPUT_TOKEN', ({ inputTokens }) => inputTokens, [
    inputs('CACHE_READ_TOKEN', ({ cacheReadTokens }) => cacheReadTokens, [
      inputs('AUDIO_CACHE_READ_TOKEN', ({ cacheReadAudioTokens }) => cacheReadAudioTokens ?? 0),
    ]),
    inputs('CACHE_WRITE_TOKEN', ({ cacheWriteTokens }) => cacheWriteTokens, [
      inputs('CACHE_WRITE_1H_TOKEN', ({ cacheWrite1hTokens }) => cacheWrite1hTokens ?? 0),
    ]),
    inputs('AUDIO_INPUT_TOKEN', ({ inputAudioTokens, cacheReadAudioTokens }) =>
      Math.max(0, (inputAudioTokens ?? 0) - (cacheReadAudioTokens ?? 0)),
    ),
    inputs('IMAGE_INPUT_TOKEN', ({ inputImageTokens }) => inputImageTokens ?? 0),
  ]),
  outputs('OUTPUT_TOKEN', ({ outputTokens }) => outputTokens, [
    outputs('REASONING_TOKEN', ({ reasoningTokens }) => reasoningTokens),
    outputs('AUDIO_OUTPUT_TOKEN', ({ outputAudioTokens }) => outputAudioTokens ?? 0),
    outputs('IMAGE_OUTPUT_TOKEN', ({ outputImageTokens }) => outputImageTokens ?? 0),
  ]),
  counted('IMAGE', ({ images }) => images ?? 0),
  counted('TOOL_CALL', ({ toolCalls }) => toolCalls ?? 0),
  { meter: 'REQUEST', quantity: (usage) => (consumed(usage) ? 1 : 0), source: () => 'COUNTED', parts: [] },
];

/**
 * Prices one call. Tokens of a part without a price of its own (cached, reasoning, audio …) cost what the whole costs.
 * Served in a tier that has no prices of its own, it is charged the ordinary ones and is not complete: nobody knows.
 */
export function costOf(usage: Usage, sheet: PriceSheet | null): Cost {
  const lines: CostLine[] = [];
  let complete = true;

  /** Writes the lines of a measure and its parts. @returns how many of its units have found a price */
  const charge = ({ meter, quantity, source, parts }: Measure): number => {
    const paid = parts.reduce((sum, part) => sum + charge(part), 0);
    const rest = Math.max(0, quantity(usage) - paid);
    const price = sheet && priceFor(sheet, meter, usage);
    if (rest === 0 || !price) return paid;
    if (price.tier !== specialTier(usage.serviceTier) && meter !== 'REQUEST') complete = false;
    lines.push(lineOf(price, rest, source(usage)));
    return paid + rest;
  };

  for (const measure of measures) {
    const paid = charge(measure);
    // A call need not have a price of its own beside its tokens.
    if (paid < measure.quantity(usage) && measure.meter !== 'REQUEST') complete = false;
  }
  return { totalNanos: lines.reduce((sum, line) => sum + line.amountNanos, 0n), lines, complete };
}

function lineOf({ meter, nanosPerUnit, per, ...price }: UnitPrice, quantity: number, source: QuantitySource): CostLine {
  return {
    meter,
    quantity,
    nanosPerUnit,
    per,
    amountNanos: amount(quantity, nanosPerUnit, per),
    source,
    fromInputTokens: price.fromInputTokens,
    ...(price.id !== undefined && { priceId: price.id }),
    ...(price.tier !== undefined && { tier: price.tier }),
  };
}

/** What the worst case must count with, beside text. */
export interface QuoteOptions {
  /**
   * Whether part of `inputTokens` may be audio, which can cost many times what text costs. Default false: what routing
   * estimates from a request's text holds none.
   */
  readonly audioInput?: boolean;
}

const inputMeters: readonly Meter[] = ['INPUT_TOKEN', 'CACHE_WRITE_TOKEN', 'CACHE_WRITE_1H_TOKEN', 'IMAGE_INPUT_TOKEN'];
const inputMetersWithAudio: readonly Meter[] = [...inputMeters, 'AUDIO_INPUT_TOKEN'];
const requestMeters: readonly Meter[] = ['REQUEST'];
const outputMeters: readonly Meter[] = ['OUTPUT_TOKEN', 'REASONING_TOKEN', 'AUDIO_OUTPUT_TOKEN', 'IMAGE_OUTPUT_TOKEN'];

/**
 * The worst the call can cost: all of the input at the dearest input price, `maxOutputTokens` of output at the dearest
 * output price, whatever the service tier. The input is an estimate, so a context tier counts as reachable when the
 * input may be twice as long as it looks.
 * @returns null when nobody knows: no sheet, or input or output to pay for without any price
 */
export function quote(
  inputTokens: number,
  maxOutputTokens: number,
  sheet: PriceSheet | null,
  { audioInput = false }: QuoteOptions = {},
): Nanos | null {
  if (!sheet) return null;
  // Loops, because every candidate of every decision comes through here.
  const dearest = (meters: readonly Meter[], quantity: number): Nanos | null => {
    let most: Nanos | null = quantity === 0 ? 0n : null;
    for (const { meter, fromInputTokens, nanosPerUnit, per } of sheet.prices) {
      if (fromInputTokens > inputTokens * 2 || !meters.includes(meter)) continue;
      const price = amount(quantity, nanosPerUnit, per);
      if (most === null || price > most) most = price;
    }
    return most;
  };
  const input = dearest(audioInput ? inputMetersWithAudio : inputMeters, inputTokens);
  const output = dearest(outputMeters, maxOutputTokens);
  const request = dearest(requestMeters, 1) ?? 0n;
  return input === null || output === null ? null : input + output + request;
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

/** In the tier that served the call before the ordinary one; within it, the highest context tier that was reached. */
function priceFor(sheet: PriceSheet, meter: Meter, { inputTokens, serviceTier }: Usage): UnitPrice | undefined {
  const special = specialTier(serviceTier);
  const reached = sheet.prices.filter((price) => price.meter === meter && price.fromInputTokens <= inputTokens);
  const highest = (tier: string | undefined) =>
    reached
      .filter((price) => price.tier === tier)
      .reduce<UnitPrice | undefined>(
        (best, price) => (best && best.fromInputTokens > price.fromInputTokens ? best : price),
        undefined,
      );
  return (special === undefined ? undefined : highest(special)) ?? highest(undefined);
}

function inputs(meter: Meter, quantity: Measure['quantity'], parts: readonly Measure[] = []): Measure {
  return { meter, quantity, source: (usage) => usage.inputSource ?? sourceOf(usage), parts };
}

function outputs(meter: Meter, quantity: Measure['quantity'], parts: readonly Measure[] = []): Measure {
  return { meter, quantity, source: (usage) => usage.outputSource ?? sourceOf(usage), parts };
}

function counted(meter: Meter, quantity: Measure['quantity']): Measure {
  return { meter, quantity, source: ({ source }) => (source === 'PROVIDER' ? 'REPORTED' : 'COUNTED'), parts: [] };
}

function sourceOf({ source }: Usage): QuantitySource {
  return source === 'PROVIDER' ? 'REPORTED' : 'ESTIMATED';
}

function consumed(usage: Usage): boolean {
  return usage.inputTokens + usage.outputTokens + (usage.images ?? 0) > 0;
}

function plainDecimal(usd: number | string): string {
  const text = String(usd);
  return /e/i.test(text) ? Number(text).toFixed(12) : text;
}

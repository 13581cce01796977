import type { Meter, Nanos } from '../core/money.ts';
import { ValidationProblem } from '../core/problem.ts';
import { didYouMean, nearest } from '../core/suggest.ts';
import type { Usage } from '../core/usage.ts';
import type { Database } from '../platform/database/database.ts';
import { type DailyUse, dailyUse } from './history.ts';
import type { PricesAt } from './prices.ts';
import { type ComparedMeter, comparedMeters, readExport, type VendorUse } from './vendor-export.ts';

export interface CostImport {
  /** Slug of the provider whose export it is. */
  readonly provider: string;
  readonly csv: string;
  /** How far two figures may lie apart, in percent of the vendor's. */
  readonly tolerancePercent: number;
}

/** A vendor's export beside our books. */
export interface Reconciliation {
  readonly format: string;
  /** Rows of the export that name no day, or nothing that calls are compared by. */
  readonly unread: readonly number[];
  /** What those come to; null when the export speaks of no money. */
  readonly unreadNanos: Nanos | null;
  /** Figures, by day, model and meter, that are the same on both sides. */
  readonly agreeing: number;
  /** Those that are not, in order. */
  readonly differing: readonly Discrepancy[];
  /** Of all that was compared; null when the export speaks of no money. */
  readonly vendorNanos: Nanos | null;
  readonly ourNanos: Nanos;
}

export interface Discrepancy {
  readonly day: string;
  /** By the name that the price data has for it, where it has one. */
  readonly model: string;
  readonly meter: Meter;
  /** Null where the export does not say; so with `vendorNanos`. */
  readonly vendorQuantity: number | null;
  readonly ourQuantity: number;
  readonly vendorNanos: Nanos | null;
  readonly ourNanos: Nanos;
  /** False when we had no price for some of it. */
  readonly priced: boolean;
  readonly cause: Cause;
}

/** What is to be looked at first. */
export type Cause = 'ONLY_VENDOR' | 'ONLY_OURS' | 'UNPRICED' | 'QUANTITY' | 'PRICE';

/** While it is added up. */
interface Figure extends Omit<Discrepancy, 'cause'> {
  readonly roundedNanos: Nanos;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Compares; see the door. Days are UTC on both sides, models are matched by what the price data calls them. */
export async function reconcile(
  database: Database,
  organizationId: string,
  { provider, csv, tolerancePercent }: CostImport,
  prices: PricesAt,
): Promise<Reconciliation> {
  const { format, uses, meters, allCalls, unread, unreadNanos } = readExport(csv);
  const days = uses.map(({ day }) => Date.parse(day));
  const span = { from: new Date(least(days)), to: new Date(most(days) + DAY_MS) };
  const all = await dailyUse(database, organizationId, provider, span);
  if (all.length === 0) assertProvider(provider, prices.providers);
  const ours = allCalls ? all : all.filter(({ usage }) => usage.outputTokens > 0);
  const figures = new Map<string, Figure>();

  const at = (day: string, model: string, meter: Meter): Figure => {
    const fresh = { vendorQuantity: null, vendorNanos: null, ourQuantity: 0, ourNanos: 0n, priced: true };
    return figures.get(`${day} ${model} ${meter}`) ?? { day, model, meter, ...fresh, roundedNanos: 0n };
  };
  const put = (figure: Figure) => figures.set(`${figure.day} ${figure.model} ${figure.meter}`, figure);

  for (const use of uses) put(withVendor(at(use.day, prices.nameOf(provider, use.model), use.meter), use));
  const speaksOf = {
    quantity: uses.some((use) => use.quantity !== null),
    money: uses.some((use) => use.costNanos !== null),
  };
  for (const use of ours) {
    for (const meter of comparedMeters.filter((one) => meters.has(one))) {
      const [quantity, nanos] = [quantities[meter](use), chargedFor(use, meter)];
      if (quantity === 0 && nanos === 0n) continue;
      const figure = at(use.day, prices.nameOf(provider, use.model), meter);
      put({
        ...figure,
        // A day and model that the export does not name at all is one it counted nothing for.
        vendorQuantity: figure.vendorQuantity ?? (speaksOf.quantity ? 0 : null),
        vendorNanos: figure.vendorNanos ?? (speaksOf.money ? 0n : null),
        ourQuantity: figure.ourQuantity + quantity,
        ourNanos: figure.ourNanos + nanos,
        priced: figure.priced && use.complete,
      });
    }
  }

  const compared = [...figures.values()].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const differing = compared
    .filter((figure) => differs(figure, tolerancePercent))
    .map(({ roundedNanos: _, ...figure }) => ({ ...figure, cause: causeOf(figure) }));
  return {
    format,
    unread,
    unreadNanos,
    agreeing: compared.length - differing.length,
    differing,
    vendorNanos: speaksOf.money ? compared.reduce((sum, { vendorNanos }) => sum + (vendorNanos ?? 0n), 0n) : null,
    ourNanos: compared.reduce((sum, { ourNanos }) => sum + ourNanos, 0n),
  };
}

/** One that is gone may be in the books all the same; of one that never was, everything would differ. */
function assertProvider(provider: string, known: readonly string[]): void {
  if (known.includes(provider)) return;
  const suggestions = nearest(provider, known);
  const message = `There is no provider '${provider}'.${didYouMean(suggestions)}`;
  throw ValidationProblem.at('import.provider', 'UNKNOWN', message, suggestions);
}

function withVendor(figure: Figure, { quantity, costNanos, roundedNanos }: VendorUse): Figure {
  return {
    ...figure,
    roundedNanos: figure.roundedNanos + roundedNanos,
    vendorQuantity: quantity === null ? figure.vendorQuantity : (figure.vendorQuantity ?? 0) + quantity,
    vendorNanos: costNanos === null ? figure.vendorNanos : (figure.vendorNanos ?? 0n) + costNanos,
  };
}

/** How much of each, none of it twice. */
const quantities: Readonly<Record<ComparedMeter, (use: DailyUse) => number>> = {
  INPUT_TOKEN: ({ usage: { inputTokens, cacheReadTokens, cacheWriteTokens, freeInputTokens = 0 } }) =>
    Math.max(0, inputTokens - cacheReadTokens - cacheWriteTokens - freeInputTokens),
  CACHE_READ_TOKEN: ({ usage }) => usage.cacheReadTokens,
  CACHE_WRITE_TOKEN: ({ usage }) => usage.cacheWriteTokens - anHour(usage),
  CACHE_WRITE_1H_TOKEN: ({ usage }) => anHour(usage),
  OUTPUT_TOKEN: ({ usage: { outputTokens, freeOutputTokens = 0 } }) => outputTokens - freeOutputTokens,
  IMAGE: ({ usage }) => usage.images ?? 0,
  AUDIO_SECOND: ({ usage }) => usage.audioSeconds ?? 0,
  CHARACTER: ({ usage }) => usage.characters ?? 0,
  SEARCH: ({ usage }) => usage.searches ?? 0,
  TOOL_CALL: ({ usage }) => usage.toolCalls ?? 0,
  REQUEST: ({ calls }) => calls,
};

/** Vendors do not tell these apart in their exports. */
const partsOf: Partial<Record<ComparedMeter, readonly Meter[]>> = {
  INPUT_TOKEN: ['AUDIO_INPUT_TOKEN', 'IMAGE_INPUT_TOKEN'],
  CACHE_READ_TOKEN: ['AUDIO_CACHE_READ_TOKEN'],
  OUTPUT_TOKEN: ['REASONING_TOKEN', 'AUDIO_OUTPUT_TOKEN', 'IMAGE_OUTPUT_TOKEN'],
};

function chargedFor({ charged }: DailyUse, meter: ComparedMeter): Nanos {
  return [meter, ...(partsOf[meter] ?? [])].reduce((sum, one) => sum + (charged.get(one) ?? 0n), 0n);
}

function anHour({ cacheWrite1hTokens = 0 }: Usage): number {
  return cacheWrite1hTokens;
}

/**
 * Besides the tolerance, each call's line may have been rounded up by a nano, and each row of the export by what its
 * digits leave open; a millionth of a dollar is never a difference.
 */
function differs(
  { vendorQuantity, ourQuantity, vendorNanos, ourNanos, roundedNanos }: Figure,
  tolerancePercent: number,
): boolean {
  const apart = (vendor: number, our: number, free: number) =>
    Math.abs(vendor - our) > Math.max(free, (Math.abs(vendor) * tolerancePercent) / 100);
  if (vendorQuantity !== null && apart(vendorQuantity, ourQuantity, 0)) return true;
  return vendorNanos !== null && apart(Number(vendorNanos), Number(ourNanos), Math.max(1000, Number(roundedNanos)));
}

function causeOf({ vendorQuantity, vendorNanos, ourQuantity, ourNanos, priced }: Omit<Figure, 'roundedNanos'>): Cause {
  if (ourQuantity === 0 && ourNanos === 0n) return 'ONLY_VENDOR';
  if ((vendorQuantity ?? 0) === 0 && (vendorNanos ?? 0n) === 0n) return 'ONLY_OURS';
  if (vendorQuantity !== null && vendorQuantity !== ourQuantity) return 'QUANTITY';
  return priced ? 'PRICE' : 'UNPRICED';
}

function orderOf({ day, model, meter }: Figure): string {
  const place = comparedMeters.indexOf(meter as ComparedMeter);
  return `${day} ${model} ${String(place).padStart(2, '0')}`;
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.min(a, b), Number.MAX_SAFE_INTEGER / 2 ** 10);
}

function most(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.max(a, b), 0);
}

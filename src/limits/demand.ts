import type { RateRule } from '../core/admission.ts';
import { unreachable } from '../core/assert.ts';
import type { Nanos } from '../core/money.ts';
import { oncePer } from '../core/once-per.ts';
import type { Demand } from '../platform/counters/counters.ts';

/** What a call uses: beforehand as far as one can tell, afterwards as it was. */
export interface Consumption {
  readonly inputTokens: number;
  /** Beforehand: as much as the caller allowed; null when the caller set no bound. */
  readonly outputTokens: number | null;
  readonly costNanos: Nanos;
}

export const nothing: Consumption = { inputTokens: 0, outputTokens: 0, costNanos: 0n };

/** A place whose process died is free after this long. */
export const LEASE_MS = 15_000;

/** What counters know a rate by. */
export const counterOf = oncePer(({ key, unit }: RateRule): string => `${key}:${unit}`);

/** What is taken before the call; `usedOf` puts it right afterwards. @param limit the rate's, or a share of it */
export function demandOf(rate: RateRule, estimate: Consumption, limit: number): Demand {
  const key = counterOf(rate);
  if (rate.unit === 'CONCURRENT') return { key, limit, leaseMs: LEASE_MS };
  return { key, limit, windowMs: rate.windowMs, cost: Math.min(neededOf(rate, estimate, rate.limit), limit) };
}

/**
 * Input is known well enough to be demanded in full. Output is only known when the caller bounded it; it and the cost
 * that follows from it are then taken at their bound, at most the whole window. Otherwise one unit is: the call is
 * admitted while there is any room, and what it really used counts as soon as it has ended.
 * @returns more than `limit` only where no window can ever be empty enough
 */
export function neededOf(
  { unit }: RateRule,
  { inputTokens, outputTokens, costNanos }: Consumption,
  limit: number,
): number {
  switch (unit) {
    case 'REQUESTS':
    case 'CONCURRENT':
      return 1;
    case 'INPUT_TOKENS':
      return inputTokens;
    case 'OUTPUT_TOKENS':
      return atMost(limit, outputTokens ?? 1);
    case 'TOTAL_TOKENS':
      return inputTokens > limit ? inputTokens : atMost(limit, inputTokens + (outputTokens ?? 1));
    case 'COST_NANOS':
      return outputTokens === null ? 1 : atMost(limit, Number(costNanos));
    default:
      return unreachable(unit);
  }
}

function atMost(limit: number, units: number): number {
  return Math.min(Math.max(1, units), limit);
}

/** What a call came to, in the unit of a rate. */
export function usedOf({ unit }: RateRule, { inputTokens, outputTokens, costNanos }: Consumption): number {
  switch (unit) {
    case 'REQUESTS':
    case 'CONCURRENT':
      return 1;
    case 'INPUT_TOKENS':
      return inputTokens;
    case 'OUTPUT_TOKENS':
      return outputTokens ?? 0;
    case 'TOTAL_TOKENS':
      return inputTokens + (outputTokens ?? 0);
    case 'COST_NANOS':
      return Number(costNanos);
    default:
      return unreachable(unit);
  }
}

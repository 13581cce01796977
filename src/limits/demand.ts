import type { RateRule } from '../core/admission.ts';
import type { Nanos } from '../core/money.ts';
import type { WindowDemand } from '../platform/counters/counters.ts';

/** What a call uses: beforehand as far as one can tell, afterwards as it was. */
export interface Consumption {
  readonly inputTokens: number;
  /** Beforehand: as much as the caller allowed; null when the caller set no bound. */
  readonly outputTokens: number | null;
  readonly costNanos: Nanos;
}

export const nothing: Consumption = { inputTokens: 0, outputTokens: 0, costNanos: 0n };

/**
 * What is taken from a window before the call; `used` puts it right afterwards.
 * Input is known well enough to be demanded in full. Output is only known when the caller bounded it; it and the cost
 * that follows from it are then taken at their bound, at most the whole window. Otherwise one unit is: the call is
 * admitted while there is any room, and what it really used counts as soon as it has ended.
 */
export function demandOf(rate: RateRule, estimate: Consumption, limit = rate.limit): WindowDemand {
  return { key: `${rate.key}:${rate.unit}`, limit, windowMs: rate.windowMs, cost: beforehand(rate, estimate, limit) };
}

function beforehand({ unit }: RateRule, { inputTokens, outputTokens, costNanos }: Consumption, limit: number): number {
  const atMostAll = (units: number) => Math.min(Math.max(1, units), limit);
  switch (unit) {
    case 'REQUESTS':
    case 'CONCURRENT':
      return 1;
    case 'INPUT_TOKENS':
      return inputTokens;
    case 'OUTPUT_TOKENS':
      return atMostAll(outputTokens ?? 1);
    case 'TOTAL_TOKENS':
      return inputTokens > limit ? inputTokens : atMostAll(inputTokens + (outputTokens ?? 1));
    case 'COST_NANOS':
      return outputTokens === null ? 1 : atMostAll(Number(costNanos));
  }
}

/** The same, when the call is over. */
export function used({ unit }: RateRule, { inputTokens, outputTokens, costNanos }: Consumption): number {
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
  }
}

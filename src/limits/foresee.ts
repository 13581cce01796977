import type { LimitMetric, RateRule } from '../core/admission.ts';
import type { Counters } from '../platform/counters/counters.ts';
import { type Consumption, counterOf, neededOf } from './demand.ts';
import { rateOfModel } from './matching.ts';

/** One limit that a call falls under. */
export interface RateLimitCheck {
  readonly limitId: string;
  readonly metric: LimitMetric;
  /** What the call would take beforehand. */
  readonly demanded: number;
  readonly remaining: number;
  readonly wouldExceed: boolean;
}

/**
 * What the limits would say to a call. Reads the counters, and takes nothing from them.
 * @param model whose own limits count too; null when nobody would answer
 * @throws UnavailableProblem when the counters cannot be reached
 */
export function foresee(
  counters: Counters,
  rates: readonly RateRule[],
  model: string | null,
  estimate: Consumption,
): Promise<readonly RateLimitCheck[]> {
  const mine = rates.flatMap((rate) => {
    if (rate.scope.kind !== 'MODEL') return rate;
    return (model !== null && rateOfModel(rate, model)) || [];
  });
  return Promise.all(
    mine.map(async (rate) => {
      const { limitId, unit: metric, limit, windowMs } = rate;
      const name = counterOf(rate);
      const used = metric === 'CONCURRENT' ? await counters.held(name) : (await counters.used(name, windowMs)).units;
      const [demanded, remaining] = [neededOf(rate, estimate, limit), Math.max(0, limit - used)];
      return { limitId, metric, demanded, remaining, wouldExceed: demanded > remaining };
    }),
  );
}

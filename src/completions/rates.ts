import type { RateRule } from '../core/admission.ts';
import type { Consumption, Limits, Slip } from '../limits/index.ts';

/** @throws RateLimitedProblem, UnavailableProblem */
export function takeRates(limits: Limits, rates: readonly RateRule[], estimate: Consumption): Promise<Slip> {
  return limits.take(rates, estimate);
}

import type { RateRule } from '../core/admission.ts';
import type { Decision } from '../core/decision.ts';
import type { Consumption, Limits, Slip } from '../limits/index.ts';

/** What one call holds of its limits. Both ends are called once, and never throw. */
export interface Rates {
  /**
   * The decision less the models whose own limits are used up, with what the rest needs taken. Deciding anew gives
   * back what was taken for the decision before.
   * @throws RateLimitedProblem, UnavailableProblem
   */
  within(decision: Decision): Promise<Decision>;
  settle(actual: Consumption): Promise<void>;
  /** Instead of `settle`, when a later door refuses. */
  void(): Promise<void>;
}

/** @throws RateLimitedProblem, UnavailableProblem */
export async function takeRates(limits: Limits, rates: readonly RateRule[], estimate: Consumption): Promise<Rates> {
  const slip = await limits.take(rates, estimate);
  let ofModel: Slip | null = null;
  return {
    async within(decision) {
      await ofModel?.void();
      ofModel = null;
      const eligible = decision.candidates.filter(({ eligible }) => eligible);
      const names = eligible.map(({ model }) => model.name);
      const taken = await limits.takeForModel(rates, names, { ...estimate, costNanos: decision.quoteNanos ?? 0n });
      ofModel = taken.slip;
      const full = new Set(eligible.slice(0, taken.passedOver));
      if (full.size === 0) return decision;
      return { ...decision, candidates: decision.candidates.filter((candidate) => !full.has(candidate)) };
    },
    async settle(actual) {
      await Promise.all([slip.settle(actual), ofModel?.settle(actual)]);
    },
    async void() {
      await Promise.all([slip.void(), ofModel?.void()]);
    },
  };
}

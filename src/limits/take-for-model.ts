import type { RateRule } from '../core/admission.ts';
import { RateLimitedProblem } from '../core/problem.ts';
import type { Slip } from './counting.ts';
import type { Consumption } from './demand.ts';

/** Passes over models whose own limits are used up, as long as there is another one; see the door. */
export async function takeForModel(
  take: (rates: readonly RateRule[], estimate: Consumption) => Promise<Slip>,
  rates: readonly RateRule[],
  models: readonly string[],
  estimate: Consumption,
): Promise<{ slip: Slip; passedOver: number }> {
  const ofCost = rates.filter(({ scope, unit }) => scope.kind !== 'MODEL' && unit === 'COST_NANOS');
  const ofModels = rates.filter(({ scope }) => scope.kind === 'MODEL');
  for (const [passedOver, model] of models.entries()) {
    const own = ofModels.filter(({ scope }) => scope.reference === model);
    try {
      return { slip: await take([...ofCost, ...own], estimate), passedOver };
    } catch (error) {
      const another = passedOver + 1 < models.length;
      const isOwn = error instanceof RateLimitedProblem && own.some(({ limitId }) => limitId === error.limitId);
      if (!another || !isOwn) throw error;
    }
  }
  return { slip: await take(ofCost, estimate), passedOver: 0 };
}

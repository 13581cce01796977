import type { RateRule } from '../core/admission.ts';
import { RateLimitedProblem } from '../core/problem.ts';
import type { Counters, WindowDemand } from '../platform/counters/counters.ts';

/** How much of something may happen in a window of time. */
export interface Limits {
  /**
   * Takes the call's share from every rate, or from none; one counter round trip, none without rates.
   * @param estimate what the call will use as far as one can tell beforehand
   * @throws RateLimitedProblem naming the rate that is short and how long to wait
   */
  take(rates: readonly RateRule[], estimate: Consumption): Promise<Slip>;
}

export interface Consumption {
  readonly inputTokens: number;
}

/** What was taken, so that an estimate can be put right. */
export interface Slip {
  /** Call once when the true amount is known, with zeros when no provider was asked. The request itself stays counted. */
  settle(actual: Consumption): Promise<void>;
}

export function createLimits(counters: Counters): Limits {
  return {
    async take(rates, estimate) {
      if (rates.length === 0) return { settle: async () => {} };
      const demands = rates.map((rate) => demandOf(rate, estimate));
      const index = demands.findIndex(({ cost, limit }) => cost > limit);
      if (index >= 0) throw neverFits(rates[index]!, demands[index]!);
      const verdict = await counters.take(demands);
      if (!verdict.granted) throw exhausted(rates[verdict.index]!, verdict.retryAfterMs);
      return { settle: (actual) => giveBack(counters, rates, verdict.at, estimate, actual) };
    },
  };
}

function demandOf({ key, unit, limit, windowMs }: RateRule, estimate: Consumption): WindowDemand {
  return { key: `${key}:${unit}`, limit, windowMs, cost: unit === 'REQUESTS' ? 1 : estimate.inputTokens };
}

/** More than was estimated is taken afterwards (given back as a negative amount), so the window stays true. */
async function giveBack(
  counters: Counters,
  rates: readonly RateRule[],
  takenAt: number,
  estimate: Consumption,
  actual: Consumption,
): Promise<void> {
  const unused = estimate.inputTokens - actual.inputTokens;
  if (unused === 0) return;
  const byTokens = rates.filter(({ unit }) => unit === 'INPUT_TOKENS');
  await Promise.all(
    byTokens.map((rate) => counters.give(demandOf(rate, estimate).key, rate.windowMs, unused, takenAt)),
  );
}

function exhausted(rate: RateRule, retryAfterMs: number): RateLimitedProblem {
  const message = `The limit of ${spoken(rate)} is used up. Try again in ${seconds(retryAfterMs)}.`;
  return new RateLimitedProblem(message, { retryable: true, retryAfterMs });
}

function neverFits(rate: RateRule, { cost }: WindowDemand): RateLimitedProblem {
  const need = `This call needs about ${cost} ${unitNames[rate.unit]}`;
  return new RateLimitedProblem(`${need}, more than the limit of ${spoken(rate)} can ever grant. Send less at once.`);
}

const unitNames = { REQUESTS: 'requests', INPUT_TOKENS: 'input tokens' } as const;

function spoken({ unit, limit, windowMs }: RateRule): string {
  return `${limit} ${unitNames[unit]} in ${seconds(windowMs)}`;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}

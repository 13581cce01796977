import type { LimitMetric, RateRule } from '../core/admission.ts';
import { usdFromNanos } from '../core/money.ts';
import { RateLimitedProblem } from '../core/problem.ts';
import { spokenScope } from '../core/scope-ref.ts';

/** The limits room's refusals, in sentences for people. */

export function exhausted(rate: RateRule, retryAfterMs: number): RateLimitedProblem {
  const message = `The limit of ${spokenRate(rate)} is used up. Try again in ${seconds(retryAfterMs)}.`;
  return new RateLimitedProblem(message, { retryable: true, retryAfterMs, limitId: rate.limitId });
}

export function neverFits(rate: RateRule, cost: number): RateLimitedProblem {
  const need = `This call needs about ${amountOf(rate.unit, cost)}`;
  const message = `${need}, more than the limit of ${spokenRate(rate)} can ever grant. Send less at once.`;
  return new RateLimitedProblem(message, { limitId: rate.limitId });
}

/** `2 requests in 60 s for project prj_01…` */
export function spokenRate({ unit, limit, windowMs, scope }: RateRule): string {
  const window = unit === 'CONCURRENT' ? 'at once' : `in ${seconds(windowMs)}`;
  return `${amountOf(unit, limit)} ${window} for ${spokenScope(scope)}`;
}

const unitNames: Record<Exclude<LimitMetric, 'COST_NANOS'>, string> = {
  REQUESTS: 'requests',
  INPUT_TOKENS: 'input tokens',
  OUTPUT_TOKENS: 'output tokens',
  TOTAL_TOKENS: 'tokens',
  CONCURRENT: 'calls',
};

function amountOf(unit: LimitMetric, units: number): string {
  return unit === 'COST_NANOS' ? `$${usdFromNanos(BigInt(units))}` : `${units} ${unitNames[unit]}`;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}

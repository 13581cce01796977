import type { RateRule } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import { EACH } from '../core/scope-ref.ts';
import { subjectsOf, unnamed } from '../core/subjects.ts';
import type { StoredLimit } from './store.ts';

type Asked = Pick<CompletionRequest, 'endUser' | 'agent' | 'tags' | 'target'>;

/**
 * Pure: the limits that a call falls under. A limit of a route is one of the route that the caller named, also when the
 * call is sent along another one. Those of models are all kept, since no model is chosen yet: see `rateOfModel`.
 */
export function ratesFor(limits: readonly StoredLimit[], caller: Caller, request: Asked): RateRule[] {
  const { target } = request;
  const call = { caller, request, routeSlug: 'route' in target ? (target.route ?? null) : null, model: null };
  const rates: RateRule[] = [];
  for (const limit of limits) {
    if (limit.scope.kind === 'MODEL') rates.push(rateOf(limit, ''));
    else for (const subject of subjectsOf(limit.scope, call)) rates.push(rateOf(limit, subject));
  }
  return rates;
}

/** Of limits that count one thing only. */
const commonRates = new WeakMap<StoredLimit, RateRule>();

/** @param subject the name of the one among each, '' where the limit counts one thing only */
export function rateOf(limit: StoredLimit, subject: string): RateRule {
  const known = subject === '' ? commonRates.get(limit) : undefined;
  if (known) return known;
  const { id, scope, metric, amount, windowMs, whenUnavailable, localSharePercent } = limit;
  const key = subject === '' ? id : `${id}:${unnamed(scope.kind, id, subject)}`;
  const rate = { limitId: id, scope, key, unit: metric, limit: amount, windowMs, whenUnavailable, localSharePercent };
  if (subject === '') commonRates.set(limit, rate);
  return rate;
}

/** A rate of models as it holds for one of them; null when it is about another. */
export function rateOfModel(rate: RateRule, model: string): RateRule | null {
  if (rate.scope.reference === model) return rate;
  return rate.scope.reference === EACH ? { ...rate, key: `${rate.key}:${model}` } : null;
}

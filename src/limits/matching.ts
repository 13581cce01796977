import type { RateRule } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import { EACH, type ScopeRef } from '../core/scope-ref.ts';
import type { StoredLimit } from './store.ts';

/** Pure: the limits that a call falls under. Those of models are kept, since no model is chosen yet. */
export function ratesFor(
  limits: readonly StoredLimit[],
  caller: Caller,
  { endUser }: Pick<CompletionRequest, 'endUser'>,
): RateRule[] {
  return limits.filter(({ scope }) => covers(scope, caller, endUser)).map((limit) => rateOf(limit, endUser));
}

export function rateOf(limit: StoredLimit, endUser: string | null): RateRule {
  const { id, scope, metric, amount, windowMs, whenUnavailable, localSharePercent } = limit;
  const key = isPerEndUser(scope) ? `${id}:${endUser}` : id;
  return { limitId: id, scope, key, unit: metric, limit: amount, windowMs, whenUnavailable, localSharePercent };
}

export function isPerEndUser({ kind, reference }: ScopeRef): boolean {
  return kind === 'END_USER' && reference === EACH;
}

function covers(scope: ScopeRef, caller: Caller, endUser: string | null): boolean {
  switch (scope.kind) {
    case 'ORGANIZATION':
    case 'MODEL':
      return true;
    case 'TEAM':
      return scope.reference === caller.teamId;
    case 'PROJECT':
      return scope.reference === caller.projectId;
    case 'API_KEY':
      return scope.reference === caller.apiKeyId;
    case 'END_USER':
      return endUser !== null && (scope.reference === EACH || scope.reference === endUser);
  }
}

import type { RateRule } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import { EACH, type ScopeRef } from '../core/scope-ref.ts';
import type { StoredLimit } from './store.ts';

/** Pure: the limits that a call falls under. Those of models are kept, since no model is chosen yet. */
export function ratesFor(limits: readonly StoredLimit[], caller: Caller, request: Asked): RateRule[] {
  return limits.flatMap((limit) => subjectsOf(limit.scope, caller, request).map((name) => rateOf(limit, name)));
}

export function rateOf(limit: StoredLimit, subject: string | null): RateRule {
  const { id, scope, metric, amount, windowMs, whenUnavailable, localSharePercent } = limit;
  const key = isForEach(scope) ? `${id}:${subject}` : id;
  return { limitId: id, scope, key, unit: metric, limit: amount, windowMs, whenUnavailable, localSharePercent };
}

/** Whether it counts each subject by itself: `*`, or `key=*` of tags. */
export function isForEach({ kind, reference }: ScopeRef): boolean {
  if (kind === 'TAG') return reference?.endsWith(`=${EACH}`) ?? false;
  return kind !== 'MODEL' && reference === EACH;
}

type Asked = Pick<CompletionRequest, 'endUser' | 'agent' | 'tags' | 'target'>;

/** The names by which a call falls under a scope: none when it does not. */
function subjectsOf(scope: ScopeRef, caller: Caller, asked: Asked): readonly (string | null)[] {
  const { kind, reference } = scope;
  if (kind === 'ORGANIZATION' || kind === 'MODEL') return [null];
  const names = namesOf(kind, caller, asked);
  if (!isForEach(scope)) return names.filter((name) => name === reference);
  return kind === 'TAG' ? names.filter((name) => name.startsWith(reference!.slice(0, -1))) : names;
}

function namesOf(
  kind: Exclude<ScopeRef['kind'], 'ORGANIZATION' | 'MODEL'>,
  caller: Caller,
  { endUser, agent, tags, target }: Asked,
): readonly string[] {
  switch (kind) {
    case 'TEAM':
      return [caller.teamId];
    case 'PROJECT':
      return [caller.projectId];
    case 'API_KEY':
      return [caller.apiKeyId];
    case 'ROUTE':
      return 'route' in target && target.route != null ? [target.route] : [];
    case 'END_USER':
      return endUser === null ? [] : [endUser];
    case 'TAG':
      return tags.map(({ key, value }) => `${key}=${value}`);
    case 'AGENT_RUN':
      return agent === null ? [] : [agent.runId];
  }
}

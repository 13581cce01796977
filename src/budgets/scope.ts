import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import { EACH, type ScopeKind } from '../core/scope-ref.ts';

/** Whose spending a budget limits. */
export interface BudgetScope {
  readonly kind: ScopeKind;
  /**
   * Team, project, API key: an id. Route: a slug. Model: `provider/model`. Tag: `key=value`. Empty for ORGANIZATION.
   * `*` (for tags `key=*`) gives each one an account of its own with the whole limit.
   */
  readonly ref: string;
}

/** What a call must tell to find out who pays for it. */
export interface Spender {
  readonly caller: Caller;
  readonly request: Pick<CompletionRequest, 'endUser' | 'agent' | 'tags'>;
  /** Null when the caller named a model. */
  readonly routeSlug: string | null;
  /** `provider/model` of the attempt. */
  readonly model: string;
}

/** The accounts' subjects by which a scope takes part in a call: none, '' for the one it names, or the one among each. */
export function subjectsOf({ kind, ref }: BudgetScope, spender: Spender): readonly string[] {
  return namesOf(kind, spender).flatMap((name) => {
    if (ref === name) return [''];
    if (ref === EACH) return [name];
    // tag:*  every value of one key by itself
    if (kind === 'TAG' && ref.endsWith(`=${EACH}`) && name.startsWith(ref.slice(0, -1))) return [name];
    return [];
  });
}

function namesOf(kind: ScopeKind, { caller, request, routeSlug, model }: Spender): readonly string[] {
  switch (kind) {
    case 'ORGANIZATION':
      return [''];
    case 'TEAM':
      return [caller.teamId];
    case 'PROJECT':
      return [caller.projectId];
    case 'API_KEY':
      return [caller.apiKeyId];
    case 'ROUTE':
      return routeSlug === null ? [] : [routeSlug];
    case 'END_USER':
      return request.endUser === null ? [] : [request.endUser];
    case 'TAG':
      return request.tags.map(({ key, value }) => `${key}=${value}`);
    case 'MODEL':
      return [model];
    case 'AGENT_RUN':
      return request.agent === null ? [] : [request.agent.runId];
  }
}

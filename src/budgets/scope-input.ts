import type { BudgetScope } from './scope.ts';

/** `BudgetScopeInput`, of which the schema lets exactly one field be given. */
export interface ScopeInput {
  readonly organization?: boolean | null;
  readonly team?: string | null;
  readonly project?: string | null;
  readonly route?: string | null;
  readonly apiKey?: string | null;
  readonly endUser?: string | null;
  readonly tag?: string | null;
  readonly model?: string | null;
  readonly agentRun?: string | null;
}

const kinds = {
  team: 'TEAM',
  project: 'PROJECT',
  route: 'ROUTE',
  apiKey: 'API_KEY',
  endUser: 'END_USER',
  tag: 'TAG',
  model: 'MODEL',
  agentRun: 'AGENT_RUN',
} as const;

export function scopeOf(input: ScopeInput): BudgetScope {
  for (const [field, kind] of Object.entries(kinds) as [keyof typeof kinds, BudgetScope['kind']][]) {
    const ref = input[field];
    if (ref != null) return { kind, ref };
  }
  return { kind: 'ORGANIZATION', ref: '' };
}

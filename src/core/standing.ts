import type { LimitMetric } from './admission.ts';
import type { ScopeRef } from './scope-ref.ts';

/** How one budget that paid for a call stood when the call had ended, by a copy that is at most two seconds old. */
export interface BudgetStanding {
  readonly budgetId: string;
  /** Whose account, where the budget has one for each. */
  readonly subject: string | null;
  /** As text: it is kept in the run's log. */
  readonly limitNanos: string;
  /** What new calls can have. */
  readonly remainingNanos: string;
  readonly usedPercent: number;
  /** Of this call's cost, what had not been held for it; absent from logs without it. */
  readonly overrunNanos?: string;
  /** Unix ms; null for a budget that never starts anew. */
  readonly resetsAt: number | null;
}

/** How one rate stands after a call, for its caller. */
export interface RateStanding {
  readonly limitId: string;
  readonly scope: ScopeRef;
  readonly unit: LimitMetric;
  readonly limit: number;
  readonly remaining: number;
  /** Further calls of the same size that fit just now; null when this one used nothing of it. */
  readonly callsLeft: number | null;
}

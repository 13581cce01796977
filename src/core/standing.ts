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
  /** Unix ms; null for a budget that never starts anew. */
  readonly resetsAt: number | null;
}

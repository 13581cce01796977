import { type Cost, type Nanos, noCost } from '../core/money.ts';
import { NotFoundProblem } from '../core/problem.ts';

/** Holds money before a call and books what it really cost: reserve, then settle or void, exactly once. */
export interface Budgets {
  /**
   * Holds `quoteNanos` on every budget in `ids`, or on none.
   * @param quoteNanos the worst case, see routing/decide.ts; null when nobody knows
   * @throws NotFoundProblem for an id that is no budget
   */
  reserve(ids: readonly string[], quoteNanos: Nanos | null): Promise<Reservation>;
  /** Books `cost` and gives the rest back. */
  settle(reservation: Reservation, cost: Cost): Promise<Receipt>;
  /** Gives everything back: nothing was spent. */
  void(reservation: Reservation): Promise<void>;
}

export interface Reservation {
  readonly budgetIds: readonly string[];
  readonly heldNanos: Nanos;
}

export interface Receipt {
  readonly budgetIds: readonly string[];
  readonly cost: Cost;
}

/**
 * No budget can be saved yet, so no id is known: a call that names none holds nothing, and one that names any is
 * refused instead of running unpaid.
 */
export function createBudgets(): Budgets {
  return {
    async reserve(ids) {
      const [unknown] = ids;
      if (unknown !== undefined) throw new NotFoundProblem('Budget', unknown);
      return { budgetIds: [], heldNanos: noCost.totalNanos };
    },
    settle: async ({ budgetIds }, cost) => ({ budgetIds, cost }),
    void: async () => {},
  };
}

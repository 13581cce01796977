import type { Caller } from '../core/caller.ts';
import { ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/database.ts';
import type { Span } from './history.ts';
import type { PricesAt } from './prices.ts';
import { type CostImport, type Reconciliation, reconcile } from './reconcile.ts';
import { type Rerated, rerate } from './rerate.ts';

export type { Cause, CostImport, Discrepancy, Reconciliation } from './reconcile.ts';
export type { Rerated, RerateRow } from './rerate.ts';

/** Whether what was charged is right, and putting it right. */
export interface Costs {
  /**
   * Prices past calls by what is known of their time now, after a price was corrected.
   * Not dry, it writes an adjustment for each attempt that changes and gives attempts and calls their new cost, so that
   * every report follows; audited. Budgets keep what was settled at the time.
   * @throws ValidationProblem for more than a year at once
   */
  rerate(caller: Caller, span: Span, dryRun: boolean): Promise<Rerated>;
  /**
   * Compares a vendor's usage or cost export with the books. Changes nothing.
   * @throws ValidationProblem for a file that cannot be read
   */
  reconcile(organizationId: string, given: CostImport): Promise<Reconciliation>;
}

export interface CostsNeeds {
  readonly database: Database;
  readonly changes: Changes;
  readonly runtime: Runtime;
  readonly pricesOf: (organizationId: string) => Promise<PricesAt>;
  /** Resolves when calls that have ended are in the database. */
  readonly written: () => Promise<void>;
}

const LONGEST_SPAN_MS = 400 * 24 * 60 * 60 * 1000;

export function createCosts(needs: CostsNeeds): Costs {
  const { database, pricesOf, written } = needs;
  const again = rerate(needs);
  return {
    async rerate(caller, span, dryRun) {
      if (span.to.getTime() - span.from.getTime() > LONGEST_SPAN_MS) {
        throw ValidationProblem.at('range', 'TOO_LONG', 'At most 400 days can be priced again at once.');
      }
      await written();
      return again(caller, span, dryRun, await pricesOf(caller.organizationId));
    },
    async reconcile(organizationId, given) {
      await written();
      return reconcile(database, organizationId, given, await pricesOf(organizationId));
    },
  };
}

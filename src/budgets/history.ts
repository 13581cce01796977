import type { Nanos } from '../core/money.ts';
import type { Database } from '../platform/database/database.ts';

/** What one period of a budget came to, of the running one so far. */
export interface BudgetPeriodResult {
  /** Whose account, where the budget has one for each; else ''. */
  readonly subject: string;
  readonly periodStart: Date;
  readonly periodEnd: Date | null;
  readonly spentNanos: Nanos;
  /** With the period's top-ups. */
  readonly limitNanos: Nanos;
}

/** The latest periods in which something was spent, newest first. */
export async function historyOf(
  database: Pick<Database, 'query'>,
  organizationId: string,
  budgetId: string,
  subject: string,
  last: number,
): Promise<readonly BudgetPeriodResult[]> {
  type Row = Omit<BudgetPeriodResult, 'spentNanos' | 'limitNanos'> & { spentNanos: string; limitNanos: string };
  const rows = await database.query<Row>(
    `SELECT subject, period_start AS "periodStart", period_end AS "periodEnd", posted_nanos AS "spentNanos",
            limit_nanos AS "limitNanos"
     FROM budget_account WHERE organization_id = $1 AND budget_id = $2 AND subject = $3
     ORDER BY period_start DESC LIMIT $4`,
    [organizationId, budgetId, subject, last],
  );
  return rows.map((row) => ({ ...row, spentNanos: BigInt(row.spentNanos), limitNanos: BigInt(row.limitNanos) }));
}

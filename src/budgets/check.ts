import type { Nanos } from '../core/money.ts';
import type { Database, Transaction } from '../platform/database/database.ts';

export interface Discrepancy {
  readonly accountId: string;
  readonly balance: readonly [limit: Nanos, posted: Nanos, reserved: Nanos];
  readonly entries: readonly [limit: Nanos, posted: Nanos, reserved: Nanos];
}

/** Accounts that are not the sum of their entries: none, unless somebody wrote past the ledger. */
export async function discrepancies(database: Pick<Database, 'query'>, organizationId: string): Promise<Discrepancy[]> {
  const rows = await database.query<{ id: string; balance: string[]; entries: string[] }>(
    `SELECT id, balance, entries FROM (
       SELECT a.id, ARRAY[a.limit_nanos, a.posted_nanos, a.reserved_nanos]::text[] AS balance,
              ARRAY[coalesce(sum(e.limit_nanos), 0), coalesce(sum(e.posted_nanos), 0),
                    coalesce(sum(e.reserved_nanos), 0)]::text[] AS entries
       FROM budget_account a LEFT JOIN ledger_entry e ON e.account_id = a.id
       WHERE a.organization_id = $1 GROUP BY a.id
     ) AS sums WHERE balance <> entries`,
    [organizationId],
  );
  const triple = (texts: string[]) => texts.map(BigInt) as [Nanos, Nanos, Nanos];
  return rows.map(({ id, balance, entries }) => ({
    accountId: id,
    balance: triple(balance),
    entries: triple(entries),
  }));
}

/** Makes every account of the organization the sum of its entries again, with nobody reserving meanwhile. */
export async function rebuild(tx: Transaction, organizationId: string): Promise<void> {
  await tx.query('LOCK TABLE budget_account IN SHARE ROW EXCLUSIVE MODE');
  await tx.query(
    `UPDATE budget_account a
     SET limit_nanos = sums.limit_nanos, posted_nanos = sums.posted_nanos, reserved_nanos = sums.reserved_nanos
     FROM (SELECT account_id, sum(limit_nanos)::bigint AS limit_nanos, sum(posted_nanos)::bigint AS posted_nanos,
                  sum(reserved_nanos)::bigint AS reserved_nanos FROM ledger_entry GROUP BY account_id) AS sums
     WHERE a.id = sums.account_id AND a.organization_id = $1`,
    [organizationId],
  );
}

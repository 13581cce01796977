import type { CountedThings, ErasedThings, ErasureSubject } from '../core/erasure.ts';
import type { Transaction } from '../platform/database/database.ts';

/**
 * Accounts that bear the subject's name: of budgets that have one for each end user, or each value of a tag. One that
 * money is held on is left until it is not.
 */
const ACCOUNTS = `
  SELECT id FROM budget_account
  WHERE organization_id = $1 AND subject = $2 AND reserved_nanos = 0
    AND NOT EXISTS (SELECT FROM budget_hold WHERE budget_account.id = ANY(accounts))`;

/**
 * The room's part of an erasure: what was spent stays in the books, for whom is forgotten. The next call of the same name
 * opens a new account. See erasure/index.ts.
 */
export const erasableAccounts = {
  async count(tx: Transaction, organizationId: string, subject: ErasureSubject): Promise<CountedThings> {
    const name = nameOf(subject);
    return { budgetAccounts: name === null ? 0 : (await tx.query(ACCOUNTS, [organizationId, name])).length };
  },
  async erase(
    tx: Transaction,
    organizationId: string,
    subject: ErasureSubject,
    { nobody }: { nobody(): string },
  ): Promise<ErasedThings> {
    const name = nameOf(subject);
    if (name === null) return {};
    // The lock on the row keeps reservations out until the account has its new name.
    const accounts = await tx.query<{ id: string }>(`${ACCOUNTS} FOR UPDATE`, [organizationId, name]);
    for (const { id } of accounts) {
      const newName = nobody();
      const renamed = `${id.slice(0, id.length - name.length)}${newName}`;
      await tx.query('UPDATE budget_account SET id = $2, subject = $3 WHERE id = $1', [id, renamed, newName]);
      await tx.query('UPDATE ledger_entry SET account_id = $2 WHERE account_id = $1', [id, renamed]);
      await tx.query('UPDATE budget_crossing SET account_id = $2 WHERE account_id = $1', [id, renamed]);
    }
    return { budgetAccounts: { erased: 0, anonymized: accounts.length } };
  },
};

function nameOf(subject: ErasureSubject): string | null {
  if (subject.kind === 'END_USER') return subject.endUser;
  return subject.kind === 'TAG' ? `${subject.key}=${subject.value}` : null;
}

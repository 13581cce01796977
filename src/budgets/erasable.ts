import type { CountedThings, ErasedThings, ErasureSubject } from '../core/erasure.ts';
import type { Transaction } from '../platform/database/database.ts';

/**
 * The room's part of an erasure: accounts of budgets that have one for each end user, or each value of a tag, forget whose
 * they are. Their ids never said it; see book.ts. See erasure/index.ts.
 */
export const erasableAccounts = {
  async count(tx: Transaction, organizationId: string, subject: ErasureSubject): Promise<CountedThings> {
    const sql = 'SELECT id FROM budget_account WHERE organization_id = $1 AND subject = $2';
    return { budgetAccounts: (await tx.query(sql, [organizationId, nameOf(subject)])).length };
  },
  async erase(
    tx: Transaction,
    organizationId: string,
    subject: ErasureSubject,
    { nobody }: { nobody(): string },
  ): Promise<ErasedThings> {
    const sql = 'UPDATE budget_account SET subject = $3 WHERE organization_id = $1 AND subject = $2 RETURNING id';
    const accounts = await tx.query(sql, [organizationId, nameOf(subject), nobody()]);
    return { budgetAccounts: { erased: 0, anonymized: accounts.length } };
  },
};

function nameOf(subject: ErasureSubject): string | null {
  if (subject.kind === 'END_USER') return subject.endUser;
  return subject.kind === 'TAG' ? `${subject.key}=${subject.value}` : null;
}

import { type CountedThings, type ErasedThings, type ErasureSubject, gone } from '../core/erasure.ts';
import type { Transaction } from '../platform/database/database.ts';

/** The room's part of an erasure: files kept about a person, or made with a key. See erasure/index.ts. */
export const erasableFiles = {
  async count(
    tx: Transaction,
    organizationId: string,
    subject: ErasureSubject,
    { before }: { readonly before: Date },
  ): Promise<CountedThings> {
    return { files: (await filesAbout(tx, organizationId, subject, before)).length };
  },
  /** Their bytes go with them. */
  async erase(
    tx: Transaction,
    organizationId: string,
    subject: ErasureSubject,
    { before }: { readonly before: Date },
  ): Promise<ErasedThings> {
    const condition = conditionOf(subject);
    if (!condition) return {};
    const sql = `DELETE FROM stored_file WHERE organization_id = $1 AND created_at <= $2 AND ${condition[0]} RETURNING id`;
    return { files: gone((await tx.query(sql, [organizationId, before, condition[1]])).length) };
  },
};

/** Files about a subject that were made before `before`, by their ids. */
export async function filesAbout(
  db: Pick<Transaction, 'query'>,
  organizationId: string,
  subject: ErasureSubject,
  before: Date,
): Promise<readonly string[]> {
  const condition = conditionOf(subject);
  if (!condition) return [];
  const sql = `SELECT id FROM stored_file WHERE organization_id = $1 AND created_at <= $2 AND ${condition[0]} ORDER BY id`;
  return (await db.query<{ id: string }>(sql, [organizationId, before, condition[1]])).map(({ id }) => id);
}

function conditionOf(subject: ErasureSubject): readonly [string, string] | null {
  if (subject.kind === 'END_USER') return ['end_user = $3', subject.endUser];
  return subject.kind === 'API_KEY' ? ['created_by = $3', subject.apiKeyId] : null;
}

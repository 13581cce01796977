import { type CountedThings, type ErasedThings, type ErasureSubject, gone } from '../core/erasure.ts';
import type { Transaction } from '../platform/database/database.ts';

const ABOUT = 'organization_id = $1 AND scope_kind = $2 AND scope_reference = $3';

/** The room's part of an erasure: alerts that name the subject, and what was sent of them. See erasure/index.ts. */
export const erasableAlerts = {
  async count(tx: Transaction, organizationId: string, subject: ErasureSubject): Promise<CountedThings> {
    const scope = scopeOf(subject);
    if (!scope) return {};
    return { alerts: (await tx.query(`SELECT id FROM alert WHERE ${ABOUT}`, [organizationId, ...scope])).length };
  },
  async erase(tx: Transaction, organizationId: string, subject: ErasureSubject): Promise<ErasedThings> {
    const scope = scopeOf(subject);
    if (!scope) return {};
    const alerts = await tx.query<{ id: string }>(`DELETE FROM alert WHERE ${ABOUT} RETURNING id`, [
      organizationId,
      ...scope,
    ]);
    await tx.query(`DELETE FROM alert_delivery WHERE organization_id = $1 AND body ->> 'id' = ANY($2)`, [
      organizationId,
      alerts.map(({ id }) => id),
    ]);
    return { alerts: gone(alerts.length) };
  },
};

function scopeOf(subject: ErasureSubject): readonly [string, string] | null {
  if (subject.kind === 'END_USER') return ['END_USER', subject.endUser];
  return subject.kind === 'TAG' ? ['TAG', `${subject.key}=${subject.value}`] : null;
}

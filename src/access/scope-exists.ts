import { EACH, type ScopeRef } from '../core/scope-ref.ts';
import type { Transaction } from '../platform/database/database.ts';

const tables = { TEAM: 'team', PROJECT: 'project', API_KEY: 'api_key' } as const;

/**
 * Whether an organization has what a scope names. Others are names: any is accepted.
 * The row may go later; a rule about something that is gone matches nothing.
 */
export async function scopeExists(
  tx: Transaction,
  organizationId: string,
  { kind, reference }: ScopeRef,
): Promise<boolean> {
  if ((kind !== 'TEAM' && kind !== 'PROJECT' && kind !== 'API_KEY') || reference === EACH) return true;
  const rows = await tx.query(`SELECT 1 FROM ${tables[kind]} WHERE organization_id = $1 AND id = $2`, [
    organizationId,
    reference,
  ]);
  return rows.length > 0;
}

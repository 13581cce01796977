import type { LimitMetric, RateRule } from '../core/admission.ts';
import type { ScopeKind, ScopeRef } from '../core/scope-ref.ts';
import type { Database, Transaction } from '../platform/database/database.ts';

/** The statements of the limits room. Writes run inside a change, which lets an organization's take turns. */

export const topicPrefix = 'limits';

export interface StoredLimit {
  readonly id: string;
  readonly scope: ScopeRef;
  readonly metric: LimitMetric;
  readonly amount: number;
  readonly windowMs: number;
  readonly whenUnavailable: RateRule['whenUnavailable'];
  readonly localSharePercent: number;
}

interface Row {
  readonly id: string;
  readonly kind: ScopeKind;
  readonly reference: string;
  readonly metric: LimitMetric;
  readonly amount: string;
  readonly windowMs: number;
  readonly whenUnavailable: RateRule['whenUnavailable'];
  readonly localSharePercent: number;
}

const COLUMNS = `id, scope_kind AS kind, scope_reference AS reference, metric, amount, window_ms AS "windowMs",
  when_unavailable AS "whenUnavailable", local_share_percent AS "localSharePercent"`;

export async function limitsOf(database: Pick<Database, 'query'>, organizationId: string): Promise<StoredLimit[]> {
  const rows = await database.query<Row>(`SELECT ${COLUMNS} FROM rate_limit WHERE organization_id = $1 ORDER BY id`, [
    organizationId,
  ]);
  return rows.map(read);
}

export async function limitById(tx: Transaction, organizationId: string, id: string): Promise<StoredLimit | null> {
  const rows = await tx.query<Row>(`SELECT ${COLUMNS} FROM rate_limit WHERE organization_id = $1 AND id = $2`, [
    organizationId,
    id,
  ]);
  return rows[0] ? read(rows[0]) : null;
}

/** The limit that says how much of the same thing the same scope may have in the same window. */
export async function limitLike(
  tx: Transaction,
  organizationId: string,
  { scope, metric, windowMs }: Pick<StoredLimit, 'scope' | 'metric' | 'windowMs'>,
): Promise<StoredLimit | null> {
  const rows = await tx.query<Row>(
    `SELECT ${COLUMNS} FROM rate_limit
     WHERE organization_id = $1 AND scope_kind = $2 AND scope_reference = $3 AND metric = $4 AND window_ms = $5`,
    [organizationId, scope.kind, scope.reference ?? '', metric, windowMs],
  );
  return rows[0] ? read(rows[0]) : null;
}

export async function writeLimit(tx: Transaction, organizationId: string, limit: StoredLimit, at: Date): Promise<void> {
  const { id, scope, metric, amount, windowMs, whenUnavailable, localSharePercent } = limit;
  await tx.query(
    `INSERT INTO rate_limit (id, organization_id, scope_kind, scope_reference, metric, amount, window_ms,
       when_unavailable, local_share_percent, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
     ON CONFLICT (id) DO UPDATE SET scope_kind = $3, scope_reference = $4, metric = $5, amount = $6, window_ms = $7,
       when_unavailable = $8, local_share_percent = $9, updated_at = $10`,
    [
      id,
      organizationId,
      scope.kind,
      scope.reference ?? '',
      metric,
      amount,
      windowMs,
      whenUnavailable,
      localSharePercent,
      at,
    ],
  );
}

export async function removeLimit(tx: Transaction, id: string): Promise<void> {
  await tx.query('DELETE FROM rate_limit WHERE id = $1', [id]);
}

function read({ kind, reference, amount, ...rest }: Row): StoredLimit {
  return { ...rest, amount: Number(amount), scope: { kind, reference: kind === 'ORGANIZATION' ? null : reference } };
}

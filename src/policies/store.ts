import type { Decision, DecisionOf, RequestFacts } from '../core/decision.ts';
import type { PolicyMode } from '../core/policy.ts';
import type { ScopeKind, ScopeRef } from '../core/scope-ref.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import type { BoundPolicy } from './effective.ts';
import type { StoredRule } from './rules.ts';

/** The statements of the policies room. Those of a change run inside platform/changes.ts, one change at a time. */

export const topicPrefix = 'policies';

export function topicOf(organizationId: string): string {
  return `${topicPrefix}:${organizationId}`;
}

/** Every policy of an organization where it is bound: what snapshots hold. */
export async function loadBound(database: Pick<Database, 'query'>, organizationId: string): Promise<BoundPolicy[]> {
  const rows = await database.query<
    Omit<BoundPolicy, 'scope'> & { readonly kind: ScopeKind; readonly reference: string }
  >(
    `SELECT policy.id, policy.slug, policy.version, policy.replaceable, policy.replaces, policy_version.rules,
       policy_binding.scope_kind AS kind, policy_binding.scope_reference AS reference, policy_binding.mode
     FROM policy
     JOIN policy_version ON policy_version.policy_id = policy.id AND policy_version.version = policy.version
     JOIN policy_binding ON policy_binding.policy_id = policy.id
     WHERE policy.organization_id = $1 ORDER BY policy.id, kind, reference`,
    [organizationId],
  );
  return rows.map(({ kind, reference, ...policy }) => ({ ...policy, scope: scopeOf(kind, reference) }));
}

/**
 * Organizations that enforce a rule of this kind somewhere.
 * @returns with a mark that changes whenever a policy with such a rule does, or one that may stand in for it: saved,
 *   bound or unbound, each counts its revision
 */
export async function organizationsWith(
  tx: Pick<Database, 'query'>,
  kind: StoredRule['kind'],
): Promise<readonly { readonly id: string; readonly mark: string }[]> {
  return tx.query<{ id: string; mark: string }>(
    `SELECT organization_id AS id, md5(string_agg(id || ' ' || revision, ',' ORDER BY id)) AS mark
     FROM (SELECT policy.*, rules @> $1 AS has,
             EXISTS (SELECT FROM policy_binding WHERE policy_id = policy.id AND mode = 'ENFORCE') AS enforced
           FROM policy
           JOIN policy_version ON policy_version.policy_id = policy.id AND policy_version.version = policy.version) AS one
     WHERE has OR replaces <> '{}'
     GROUP BY organization_id HAVING bool_or(has AND enforced) ORDER BY id`,
    [JSON.stringify([{ kind }])],
  );
}

export interface PolicyRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly frameworks: readonly string[];
  readonly replaceable: boolean;
  readonly replaces: readonly string[];
  readonly version: number;
  readonly revision: number;
}

const POLICY = 'id, slug, name, description, frameworks, replaceable, replaces, version, revision';

export async function policyById(tx: Pick<Database, 'query'>, organizationId: string, id: string) {
  const sql = `SELECT ${POLICY} FROM policy WHERE organization_id = $1 AND id = $2`;
  return (await tx.query<PolicyRow>(sql, [organizationId, id]))[0] ?? null;
}

export async function policyBySlug(tx: Transaction, organizationId: string, slug: string) {
  const sql = `SELECT ${POLICY} FROM policy WHERE organization_id = $1 AND slug = $2`;
  return (await tx.query<PolicyRow>(sql, [organizationId, slug]))[0] ?? null;
}

export async function rulesOf(tx: Pick<Database, 'query'>, policyId: string, version: number): Promise<StoredRule[]> {
  const sql = 'SELECT rules FROM policy_version WHERE policy_id = $1 AND version = $2';
  return (await tx.query<{ rules: StoredRule[] }>(sql, [policyId, version]))[0]?.rules ?? [];
}

/** Writes the row as it is to be, revision included. */
export async function writePolicy(tx: Transaction, organizationId: string, policy: PolicyRow, at: Date) {
  await tx.query(
    `INSERT INTO policy (id, organization_id, slug, name, description, frameworks, replaceable, replaces, version,
       revision, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
     ON CONFLICT (id) DO UPDATE SET name = $4, description = $5, frameworks = $6, replaceable = $7, replaces = $8,
       version = $9, revision = $10, updated_at = $11`,
    [
      policy.id,
      organizationId,
      policy.slug,
      policy.name,
      policy.description,
      policy.frameworks,
      policy.replaceable,
      policy.replaces,
      policy.version,
      policy.revision,
      at,
    ],
  );
}

export async function insertVersion(
  tx: Transaction,
  row: {
    readonly policyId: string;
    readonly version: number;
    readonly rules: readonly StoredRule[];
    readonly note: string | null;
    readonly createdBy: string;
    readonly createdAt: Date;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO policy_version (policy_id, version, rules, note, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [row.policyId, row.version, JSON.stringify(row.rules), row.note, row.createdBy, row.createdAt],
  );
}

export async function deletePolicyRow(tx: Transaction, id: string): Promise<void> {
  await tx.query('DELETE FROM policy WHERE id = $1', [id]);
}

export async function bindingsOf(tx: Transaction, policyId: string): Promise<{ scope: ScopeRef; mode: PolicyMode }[]> {
  const rows = await tx.query<{ kind: ScopeKind; reference: string; mode: PolicyMode }>(
    `SELECT scope_kind AS kind, scope_reference AS reference, mode FROM policy_binding
     WHERE policy_id = $1 ORDER BY kind, reference`,
    [policyId],
  );
  return rows.map(({ kind, reference, mode }) => ({ scope: scopeOf(kind, reference), mode }));
}

export async function writeBinding(
  tx: Transaction,
  policyId: string,
  { kind, reference }: ScopeRef,
  mode: PolicyMode,
  boundBy: string,
  since: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO policy_binding (policy_id, scope_kind, scope_reference, mode, since, bound_by)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (policy_id, scope_kind, scope_reference) DO UPDATE SET mode = $4, since = $5, bound_by = $6`,
    [policyId, kind, reference ?? '', mode, since, boundBy],
  );
}

export async function removeBinding(tx: Transaction, policyId: string, { kind, reference }: ScopeRef): Promise<void> {
  await tx.query('DELETE FROM policy_binding WHERE policy_id = $1 AND scope_kind = $2 AND scope_reference = $3', [
    policyId,
    kind,
    reference ?? '',
  ]);
}

/** What is kept of a call, as far as rules can be tried on it. */
export interface PastCall {
  readonly id: string;
  /** Unix ms. */
  readonly startedAt: number;
  readonly model: string | null;
  readonly costNanos: bigint;
  readonly decision: Decision | null;
  readonly facts: RequestFacts | null;
  readonly teamId: string;
  readonly projectId: string;
  readonly apiKeyId: string;
  readonly route: string | null;
}

const PLACES = { TEAM: 'team_id', PROJECT: 'project_id', API_KEY: 'api_key_id', ROUTE: 'route_slug' } as const;

/** A decision has some kB. */
const PAGE = 250;

/**
 * Reads what usage/ wrote: the calls of a time and scope, newest first. Each page is one statement, which walks the
 * index on (organization_id, started_at, id).
 */
export async function* pastCalls(
  database: Pick<Database, 'query'>,
  organizationId: string,
  { kind, reference }: ScopeRef,
  { from, to }: { readonly from: Date; readonly to: Date },
  decisionOf: DecisionOf,
): AsyncGenerator<readonly PastCall[]> {
  const place = kind in PLACES ? `AND ${PLACES[kind as keyof typeof PLACES]} = $5` : 'AND $5::text IS NULL';
  for (let before = { startedAt: to, id: '' }; ; ) {
    const rows = await database.query<
      Omit<PastCall, 'startedAt' | 'costNanos' | 'decision'> & {
        readonly startedAt: Date;
        readonly costNanos: string;
        readonly decision: unknown;
      }
    >(
      `SELECT id, started_at AS "startedAt", model, cost_nanos AS "costNanos", decision, facts, team_id AS "teamId",
         project_id AS "projectId", api_key_id AS "apiKeyId", route_slug AS route
       FROM request WHERE organization_id = $1 AND started_at >= $2 AND (started_at, id) < ($3, $4) ${place}
       ORDER BY started_at DESC, id DESC LIMIT ${PAGE}`,
      [organizationId, from, before.startedAt, before.id, reference],
    );
    yield await Promise.all(
      rows.map(async (row) => ({
        ...row,
        startedAt: row.startedAt.getTime(),
        costNanos: BigInt(row.costNanos),
        decision: await decisionOf(organizationId, row),
      })),
    );
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    before = last;
  }
}

export function scopeOf(kind: ScopeKind, reference: string): ScopeRef {
  return { kind, reference: kind === 'ORGANIZATION' ? null : reference };
}

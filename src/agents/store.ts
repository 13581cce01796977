import type { RuleSource } from '../core/policy.ts';
import type { AgentStop } from '../core/problem.ts';
import type { ScopeKind, ScopeRef } from '../core/scope-ref.ts';
import { type Database, often, type Transaction } from '../platform/database/database.ts';
import type { Step } from './fingerprint.ts';
import type { Repetition, RunSoFar, Spent } from './run.ts';

export const topicPrefix = 'agents';

export interface StoredAgentLimit {
  readonly id: string;
  readonly scope: ScopeRef;
  readonly maxSteps: number | null;
  readonly maxCostNanos: bigint | null;
  readonly maxDurationMs: number | null;
  readonly maxToolCalls: number | null;
  readonly maxIdenticalSteps: number | null;
  readonly maxPromptTokens: number | null;
  readonly onLimit: 'WARN' | 'DOWNGRADE' | 'STOP';
  readonly downgradeRoute: string | null;
}

/** A limit as it is judged: a row of this room, or what a policy demands. */
export interface JudgedLimit extends StoredAgentLimit {
  readonly source?: RuleSource;
}

interface LimitRow extends Omit<StoredAgentLimit, 'scope' | 'maxCostNanos' | 'maxDurationMs'> {
  readonly kind: ScopeKind;
  readonly reference: string;
  readonly maxCostNanos: string | null;
  readonly maxDurationMs: string | null;
}

const COLUMNS = `id, scope_kind AS kind, scope_reference AS reference, max_steps AS "maxSteps",
  max_cost_nanos AS "maxCostNanos", max_duration_ms AS "maxDurationMs", max_tool_calls AS "maxToolCalls",
  max_identical_steps AS "maxIdenticalSteps", max_prompt_tokens AS "maxPromptTokens", on_limit AS "onLimit",
  downgrade_route AS "downgradeRoute"`;

export async function limitsOf(database: Pick<Database, 'query'>, organizationId: string): Promise<StoredAgentLimit[]> {
  const sql = `SELECT ${COLUMNS} FROM agent_limit WHERE organization_id = $1 ORDER BY id`;
  return (await database.query<LimitRow>(sql, [organizationId])).map(read);
}

/** By its id, or by what it is about. */
export async function findLimit(
  tx: Transaction,
  organizationId: string,
  wanted: string | ScopeRef,
): Promise<StoredAgentLimit | null> {
  const [where, values] =
    typeof wanted === 'string'
      ? ['id = $2', [wanted]]
      : ['scope_kind = $2 AND scope_reference = $3', [wanted.kind, wanted.reference ?? '']];
  const sql = `SELECT ${COLUMNS} FROM agent_limit WHERE organization_id = $1 AND ${where}`;
  const [row] = await tx.query<LimitRow>(sql, [organizationId, ...values]);
  return row ? read(row) : null;
}

export async function writeLimit(tx: Transaction, organizationId: string, limit: StoredAgentLimit, at: Date) {
  await tx.query(
    `INSERT INTO agent_limit (id, organization_id, scope_kind, scope_reference, max_steps, max_cost_nanos,
       max_duration_ms, max_tool_calls, max_identical_steps, max_prompt_tokens, on_limit, downgrade_route,
       created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
     ON CONFLICT (id) DO UPDATE SET max_steps = $5, max_cost_nanos = $6, max_duration_ms = $7, max_tool_calls = $8,
       max_identical_steps = $9, max_prompt_tokens = $10, on_limit = $11, downgrade_route = $12, updated_at = $13`,
    [
      limit.id,
      organizationId,
      limit.scope.kind,
      limit.scope.reference ?? '',
      limit.maxSteps,
      limit.maxCostNanos,
      limit.maxDurationMs,
      limit.maxToolCalls,
      limit.maxIdenticalSteps,
      limit.maxPromptTokens,
      limit.onLimit,
      limit.downgradeRoute,
      at,
    ],
  );
}

export async function removeLimit(tx: Transaction, id: string): Promise<void> {
  await tx.query('DELETE FROM agent_limit WHERE id = $1', [id]);
}

/** What makes a run, with what it is called when it is new. */
export interface RunKey {
  readonly organizationId: string;
  readonly projectId: string;
  readonly runId: string;
  readonly agent: string | null;
}

/** The run as it stands, made when it is new. Its row is locked until the transaction ends: its calls take turns. */
export async function lockRun(
  tx: Transaction,
  { organizationId, projectId, runId, agent }: RunKey,
  newId: string,
  now: Date,
): Promise<RunSoFar & { readonly stoppedBy: AgentStop | null }> {
  await tx.query(OPEN_RUN, [newId, organizationId, projectId, runId, agent, now]);
  const [row] = await tx.query<{
    started_at: Date;
    steps: number;
    tool_calls: number;
    cost_nanos: string;
    recent: Step[];
    repeats: number;
    stopped_by: AgentStop | null;
  }>(LOCK_RUN, [projectId, runId]);
  const { started_at, steps, tool_calls, cost_nanos, recent, repeats, stopped_by } = row!;
  const counts = { steps, toolCalls: tool_calls, costNanos: BigInt(cost_nanos), recent, repeats };
  return { startedAt: started_at.getTime(), ...counts, stoppedBy: stopped_by };
}

const OPEN_RUN = often(`
INSERT INTO agent_run (id, organization_id, project_id, run_id, agent, started_at, last_activity_at, steps, tool_calls,
  cost_nanos, recent, repeats)
VALUES ($1, $2, $3, $4, $5, $6, $6, 0, 0, 0, '[]', 0) ON CONFLICT (project_id, run_id) DO NOTHING`);

const LOCK_RUN = often(`
SELECT started_at, steps, tool_calls, cost_nanos, recent, repeats, stopped_by FROM agent_run
WHERE project_id = $1 AND run_id = $2 FOR UPDATE`);

/** Counts a step in. The most repeated fingerprint is remembered for as long as the run is. */
export async function writeStep(
  tx: Transaction,
  { projectId, runId }: RunKey,
  recent: readonly Step[],
  fingerprint: string,
  { repeats, sinceStep }: Repetition,
  now: Date,
): Promise<void> {
  const step = [now, JSON.stringify(recent), repeats, fingerprint, sinceStep];
  await tx.query(COUNT_STEP, [projectId, runId, ...step]);
}

const COUNT_STEP = often(`
UPDATE agent_run SET steps = steps + 1, last_activity_at = $3, recent = $4,
  repeated = CASE WHEN $5 > repeats THEN $6 ELSE repeated END,
  repeated_since = CASE WHEN $5 > repeats THEN $7 ELSE repeated_since END,
  repeats = GREATEST(repeats, $5)
WHERE project_id = $1 AND run_id = $2`);

/** Takes a step out again: the call was refused. What the run repeats is then counted without it. */
export async function removeStep(
  database: Pick<Database, 'transaction'>,
  { projectId, runId }: RunKey,
  { step, fingerprint }: Step,
): Promise<void> {
  await database.transaction(async (tx) => {
    const [row] = await tx.query<{ recent: Step[] }>(
      'SELECT recent FROM agent_run WHERE project_id = $1 AND run_id = $2 FOR UPDATE',
      [projectId, runId],
    );
    const recent = row?.recent ?? [];
    const place = recent.findLastIndex((other) => other.step === step && other.fingerprint === fingerprint);
    await tx.query('UPDATE agent_run SET steps = steps - 1, recent = $3 WHERE project_id = $1 AND run_id = $2', [
      projectId,
      runId,
      JSON.stringify(place < 0 ? recent : recent.toSpliced(place, 1)),
    ]);
  });
}

/** Adds what a call came to. One statement: calls of a run that end together lose nothing. */
export async function addToRun(
  database: Pick<Database, 'query'>,
  { projectId, runId }: RunKey,
  { costNanos, toolCalls }: Spent,
  now: Date,
): Promise<void> {
  await database.query(ADD_TO_RUN, [projectId, runId, costNanos, toolCalls, now]);
}

const ADD_TO_RUN = often(`
UPDATE agent_run SET cost_nanos = cost_nanos + $3, tool_calls = tool_calls + $4,
  last_activity_at = GREATEST(last_activity_at, $5)
WHERE project_id = $1 AND run_id = $2`);

export async function stopRun(tx: Transaction, { projectId, runId }: RunKey, stop: AgentStop, now: Date) {
  await tx.query('UPDATE agent_run SET stopped_by = $3, stopped_at = $4 WHERE project_id = $1 AND run_id = $2', [
    projectId,
    runId,
    stop,
    now,
  ]);
}

function read({ kind, reference, maxCostNanos, maxDurationMs, ...rest }: LimitRow): StoredAgentLimit {
  return {
    ...rest,
    scope: { kind, reference: kind === 'ORGANIZATION' ? null : reference },
    maxCostNanos: maxCostNanos === null ? null : BigInt(maxCostNanos),
    maxDurationMs: maxDurationMs === null ? null : Number(maxDurationMs),
  };
}

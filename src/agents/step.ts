import type { TellAlert } from '../core/alert.ts';
import type { Caller } from '../core/caller.ts';
import { type CompletionRequest, inputCharacters } from '../core/chat.ts';
import { AgentStoppedProblem, ContentTooLargeProblem } from '../core/problem.ts';
import type { Clock } from '../core/runtime.ts';
import { subjectsOf } from '../core/subjects.ts';
import { estimateTokens } from '../core/usage.ts';
import type { Database } from '../platform/database/database.ts';
import { fingerprintOf } from './fingerprint.ts';
import { REMEMBERED_STEPS, repetitionOf, type Violation, violationsOf } from './judge.ts';
import type { Spent } from './run.ts';
import { lockRun, type RunKey, type StoredAgentLimit, stopRun, writeStep } from './store.ts';

/** See the door. */
export function createStep(
  database: Database,
  limitsOf: (organizationId: string) => Promise<readonly StoredAgentLimit[]>,
  tell: TellAlert,
  clock: Clock,
) {
  return async (caller: Caller, request: CompletionRequest): Promise<CompletionRequest> => {
    const { organizationId, projectId } = caller;
    const routeSlug = 'route' in request.target ? (request.target.route ?? null) : null;
    const call = { caller, request, routeSlug, model: null };
    const limits = (await limitsOf(organizationId)).filter(({ scope }) => subjectsOf(scope, call).length > 0);
    refuseLongPrompt(request, limits);
    if (!request.agent) return request;
    const { runId, name } = request.agent;
    const run: RunKey = { organizationId, projectId, runId, agent: name };
    const { violation, stopped } = await countStep(database, run, request, limits, clock.now());
    if (violation) tell(alertOf(run, violation));
    if (stopped) throw stopped;
    const { onLimit, downgradeRoute } = violation?.limit ?? {};
    return onLimit === 'DOWNGRADE' && downgradeRoute ? { ...request, target: { route: downgradeRoute } } : request;
  };
}

/** Adds what a call came to. One statement: calls of a run that end together lose nothing. */
export async function addToRun(
  database: Database,
  { projectId }: Caller,
  runId: string,
  { costNanos, toolCalls }: Spent,
  now: Date,
): Promise<void> {
  await database.query(
    `UPDATE agent_run SET cost_nanos = cost_nanos + $3, tool_calls = tool_calls + $4,
       last_activity_at = GREATEST(last_activity_at, $5)
     WHERE project_id = $1 AND run_id = $2`,
    [projectId, runId, costNanos, toolCalls, now],
  );
}

async function countStep(
  database: Database,
  key: RunKey,
  request: CompletionRequest,
  limits: readonly StoredAgentLimit[],
  nowMs: number,
): Promise<{ violation: Violation | null; stopped: AgentStoppedProblem | null }> {
  const now = new Date(nowMs);
  const fingerprint = fingerprintOf(request);
  return database.transaction(async (tx) => {
    const run = await lockRun(tx, key, now);
    if (run.stoppedBy !== null) {
      const message = `Run '${key.runId}' has been stopped (${run.stoppedBy}). A new run needs a runId of its own.`;
      return { violation: null, stopped: new AgentStoppedProblem(key.runId, run.stoppedBy, message) };
    }
    const repetition = repetitionOf(run, fingerprint);
    const [violation = null] = violationsOf(run, repetition, limits, nowMs);
    if (violation?.limit.onLimit === 'STOP') {
      await stopRun(tx, key, violation.stop, now);
      const message = `Run '${key.runId}' is stopped: ${violation.message}.`;
      return { violation, stopped: new AgentStoppedProblem(key.runId, violation.stop, message) };
    }
    const recent = [...run.recent, { step: run.steps + 1, fingerprint }].slice(-REMEMBERED_STEPS);
    await writeStep(tx, key, recent, fingerprint, repetition, now);
    return { violation, stopped: null };
  });
}

function refuseLongPrompt(request: CompletionRequest, limits: readonly StoredAgentLimit[]): void {
  const most = Math.min(...limits.map(({ maxPromptTokens }) => maxPromptTokens ?? Number.POSITIVE_INFINITY));
  if (most === Number.POSITIVE_INFINITY) return;
  const tokens = estimateTokens(inputCharacters(request));
  if (tokens > most) throw new ContentTooLargeProblem(tokens, most);
}

/** One alert per run and reason. */
function alertOf({ organizationId, projectId, runId, agent }: RunKey, { limit, stop, message }: Violation) {
  const done = { WARN: 'was warned about', DOWNGRADE: 'goes on with another route', STOP: 'was stopped' };
  return {
    organizationId,
    kind: 'LOOP' as const,
    key: `agent:${projectId}:${runId}:${stop}`,
    severity: limit.onLimit === 'STOP' ? ('CRITICAL' as const) : ('WARNING' as const),
    title: `Run '${runId}' ${done[limit.onLimit]}`,
    message: `${agent ? `Agent ${agent}: ` : ''}${message}.`,
    scope: { kind: 'PROJECT' as const, reference: projectId },
    facts: { runId, agent, limitId: limit.id, stop, action: limit.onLimit },
  };
}

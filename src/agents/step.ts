import type { AgentDemand } from '../core/admission.ts';
import type { TellAlert } from '../core/alert.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import { type Demand, type PolicyVerdict, type RuleSource, verdictOf } from '../core/policy.ts';
import { AgentStoppedProblem, ContentTooLargeProblem } from '../core/problem.ts';
import { inputTokens } from '../core/prompt-size.ts';
import type { Runtime } from '../core/runtime.ts';
import { subjectsOf } from '../core/subjects.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import { fingerprintOf, type Step } from './fingerprint.ts';
import { REMEMBERED_STEPS, repetitionOf, type Violation, violationsOf } from './judge.ts';
import type { Spent } from './run.ts';
import {
  addToRun,
  type JudgedLimit,
  lockRun,
  type RunKey,
  removeStep,
  type StoredAgentLimit,
  stopRun,
  writeStep,
} from './store.ts';

/** A call that has been let in as a step of its run. One of `done` and `void` is called, once. */
export interface Turn {
  /** Along another route when a limit says DOWNGRADE. */
  readonly request: CompletionRequest;
  /** After the call: adds what it came to. Never throws. */
  done(spent: Spent): Promise<void>;
  /** Instead of `done`, when a later door refuses the call: it was no step. Never throws. */
  void(): Promise<void>;
}

/** Takes down what rules say about a call. */
export interface Hearing {
  note(verdict: PolicyVerdict): void;
}

type Call = readonly [
  caller: Caller,
  request: CompletionRequest,
  demands: readonly Demand<AgentDemand>[],
  hearing: Hearing,
];

/** See the door. */
export function createStep(
  database: Database,
  limitsOf: (organizationId: string) => Promise<readonly StoredAgentLimit[]>,
  tell: TellAlert,
  { clock, ids, log }: Runtime,
) {
  /** What the step comes to, told to `note`. @param kept false undoes it again */
  const judge = async (
    kept: boolean,
    { runId, name }: NonNullable<CompletionRequest['agent']>,
    limits: readonly JudgedLimit[],
    [{ organizationId, projectId }, request, , hearing]: Call,
  ): Promise<Judged & { readonly run: RunKey; readonly request: CompletionRequest }> => {
    const run: RunKey = { organizationId, projectId, runId, agent: name };
    const judged = await countStep(database, run, request, limits, ids.next('agr'), clock.now(), kept);
    const { violation, watched } = judged;
    for (const { limit, message } of [...watched, ...(violation ? [violation] : [])]) {
      if (limit.source) hearing.note(verdictFrom(limit.source, limit.onLimit, message));
    }
    const { onLimit, downgradeRoute } = violation?.limit ?? {};
    const onward =
      onLimit === 'DOWNGRADE' && downgradeRoute ? { ...request, target: { route: downgradeRoute } } : request;
    return { ...judged, run, request: onward };
  };

  const take = async (
    agent: NonNullable<CompletionRequest['agent']>,
    limits: readonly JudgedLimit[],
    call: Call,
  ): Promise<Turn> => {
    const { run, request, violation, outcome } = await judge(true, agent, limits, call);
    if (violation) tell(alertOf(run, violation));
    if (outcome instanceof AgentStoppedProblem) throw outcome;
    const noted = async (writing: Promise<void>) =>
      writing.catch((error) => log.warn({ err: error, runId: run.runId }, 'what a step came to is missing'));
    return {
      request,
      done: (spent) => noted(addToRun(database, run, spent, new Date(clock.now()))),
      void: () => noted(removeStep(database, run, outcome)),
    };
  };

  return {
    step(...call: Call): Promise<Turn | null> {
      const [{ organizationId }, { agent }] = call;
      return limitsOf(organizationId).then((stored) => {
        const limits = limitsOn(stored, call);
        return agent ? take(agent, limits, call) : null;
      });
    },
    async foresee(...call: Call): Promise<CompletionRequest> {
      const [caller, { agent }] = call;
      const limits = limitsOn(await limitsOf(caller.organizationId), call);
      if (!agent) return call[1];
      const { request, outcome } = await judge(false, agent, limits, call);
      if (outcome instanceof AgentStoppedProblem) throw outcome;
      return request;
    },
  };
}

/** The limits that a call falls under, and what policies demand of it. @throws ContentTooLargeProblem */
function limitsOn(stored: readonly StoredAgentLimit[], [caller, request, demands]: Call): readonly JudgedLimit[] {
  if (stored.length + demands.length === 0) return [];
  const routeSlug = 'route' in request.target ? request.target.route : null;
  const call = { caller, request, routeSlug, model: null };
  const own = stored.filter(({ scope }) => subjectsOf(scope, call).length > 0);
  const limits = [...own, ...demands.map(limitFrom)];
  refuseLongPrompt(request, limits);
  return limits;
}

interface Judged {
  readonly violation: Violation | null;
  readonly outcome: Step | AgentStoppedProblem;
  readonly watched: readonly Violation[];
}

/** Ends a transaction without a trace, once it is known what it would have come to. */
class Undone extends Error {
  readonly judged: Judged;

  constructor(judged: Judged) {
    super('a step that is only looked at');
    this.judged = judged;
  }
}

async function countStep(
  database: Database,
  key: RunKey,
  request: CompletionRequest,
  limits: readonly JudgedLimit[],
  newId: string,
  nowMs: number,
  kept: boolean,
): Promise<Judged> {
  const now = new Date(nowMs);
  const fingerprint = fingerprintOf(request);
  const count = async (tx: Transaction): Promise<Judged> => {
    const run = await lockRun(tx, key, newId, now);
    if (run.stoppedBy !== null) {
      const message = `Run '${key.runId}' has been stopped (${run.stoppedBy}). A new run needs a runId of its own.`;
      return { violation: null, outcome: new AgentStoppedProblem(key.runId, run.stoppedBy, message), watched: [] };
    }
    const repetition = repetitionOf(run, fingerprint);
    const broken = violationsOf(run, repetition, limits, nowMs);
    const watched = broken.filter(({ limit }) => limit.source?.mode === 'MONITOR');
    const [violation = null] = broken.filter((one) => !watched.includes(one));
    if (violation?.limit.onLimit === 'STOP') {
      await stopRun(tx, key, violation.stop, now);
      const message = `Run '${key.runId}' is stopped: ${violation.message}.`;
      return { violation, outcome: new AgentStoppedProblem(key.runId, violation.stop, message), watched };
    }
    const step = { step: run.steps + 1, fingerprint };
    await writeStep(tx, key, [...run.recent, step].slice(-REMEMBERED_STEPS), fingerprint, repetition, now);
    return { violation, outcome: step, watched };
  };
  if (kept) return database.transaction(count);
  try {
    return await database.transaction(async (tx) => {
      throw new Undone(await count(tx));
    });
  } catch (error) {
    if (error instanceof Undone) return error.judged;
    throw error;
  }
}

/** A policy's demand as a limit, so that one judge judges both. */
function limitFrom({ source, config }: Demand<AgentDemand>): JudgedLimit {
  const { maxStepsPerRun, maxCostPerRunNanos, maxRunDurationMs, maxIdenticalSteps, maxToolCallsPerRun, onLimit } =
    config;
  return {
    id: source.policyId,
    scope: source.scope,
    maxSteps: maxStepsPerRun,
    maxCostNanos: maxCostPerRunNanos === null ? null : BigInt(maxCostPerRunNanos),
    maxDurationMs: maxRunDurationMs,
    maxToolCalls: maxToolCallsPerRun,
    maxIdenticalSteps,
    maxPromptTokens: null,
    onLimit: onLimit === 'BLOCK' ? 'STOP' : 'WARN',
    downgradeRoute: null,
    source,
  };
}

/** The run's own error says that it is stopped, so the verdict is for the history only. */
function verdictFrom(source: RuleSource, onLimit: StoredAgentLimit['onLimit'], message: string): PolicyVerdict {
  const outcome = onLimit === 'STOP' ? 'BLOCKED' : 'FLAGGED';
  return verdictOf(source, { outcome, direction: 'INPUT', message: `The run of the agent: ${message}.` });
}

function refuseLongPrompt(request: CompletionRequest, limits: readonly StoredAgentLimit[]): void {
  const most = Math.min(...limits.map(({ maxPromptTokens }) => maxPromptTokens ?? Number.POSITIVE_INFINITY));
  if (most === Number.POSITIVE_INFINITY) return;
  const tokens = inputTokens(request);
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

import type { CompletionRequest, FinishReason } from '../core/chat.ts';
import type { AttemptEvent, CompletionEvent, ContentEvent, Timing } from '../core/event.ts';
import type { Json } from '../core/json.ts';
import { CancelledProblem, InternalProblem, PolicyBlockedProblem, Problem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { modelsInstead } from '../core/suggest.ts';
import { after, inTurn, type Tell } from '../core/turns.ts';
import { Acting } from './acting.ts';
import { watchedDecision } from './admitted.ts';
import { createAnswering, isContent, restoring } from './answering.ts';
import { approach } from './approach.ts';
import type { CompletionJob, RoomsOnTheWay } from './job.ts';
import { Judge } from './judge.ts';
import { objectReader, untilItFits } from './structured.ts';
import { Tally } from './tally.ts';

/** Only a whole answer is worth remembering. */
const COMPLETE: readonly (FinishReason | null)[] = ['STOP', 'TOOL_CALLS'];

/**
 * The way of one call of any kind: decide, act, account. Tells its events in order and always ends with `finished` or
 * `failed`, after the books have it: it never throws but what `tell` throws then. When `signal` aborts, the provider is
 * told at once, what it said so far is paid for and recorded, and the end is `failed` with CANCELLED.
 */
export function walk(rooms: RoomsOnTheWay, runtime: Runtime) {
  const { clock } = runtime;

  return async function complete(job: CompletionJob, signal: AbortSignal, tell: Tell<CompletionEvent>): Promise<void> {
    const { caller, requestId } = job;
    const { organizationId, projectId, apiKeyId } = caller;
    const startedAt = clock.now();
    const tally = new Tally(clock, job.acceptedAt);
    const judge = new Judge();
    let problem: Problem | null = null;
    const object = objectReader(job.request.output);

    const started = tell({ kind: 'started', requestId, owner: { organizationId, projectId, apiKeyId } });
    if (started) await started;
    try {
      await decideAndAct(job, tally, judge, signal, (event) => {
        object.see(event);
        return tell(event);
      });
      // Told to stop after the answer was whole: it is whole.
      if (signal.aborted && tally.finishReason === null) problem = cancelled(signal);
    } catch (error) {
      problem = signal.aborted ? cancelled(signal) : expected(error, runtime);
      if (problem instanceof PolicyBlockedProblem) judge.met(problem);
    }

    if (problem) problem.requestId = requestId;
    const { usage, cost, rates, budgets } = tally;
    const timing = tally.timing();
    const verdicts = judge.verdicts();
    const status = problem === null ? 'SUCCEEDED' : problem instanceof CancelledProblem ? 'CANCELLED' : 'FAILED';
    rooms.usage.record({
      id: requestId,
      completionId: job.id,
      caller,
      kind: job.request.call?.kind ?? 'COMPLETION',
      status,
      startedAt,
      finishedAt: clock.now(),
      request: job.request,
      streamed: job.streamed,
      trace: job.trace,
      decision: tally.decision,
      attempts: tally.attempts,
      usage,
      cost,
      timing,
      finishReason: tally.finishReason,
      problem,
      verdicts,
    });
    const said = verdicts.length > 0 && { verdicts };
    const last: CompletionEvent =
      problem === null
        ? { ...finished(tally.finishReason ?? 'UNKNOWN', timing, object.read()), ...said }
        : { kind: 'failed', status: status as 'FAILED' | 'CANCELLED', problem: problem.toJSON(), timing, ...said };
    return after(tell({ kind: 'usageUpdated', usage, cost, rates, budgets }), () => tell(last));
  };

  /** Everything that may refuse, and the one thing that costs money. */
  async function decideAndAct(
    job: CompletionJob,
    tally: Tally,
    judge: Judge,
    signal: AbortSignal,
    tell: Tell<CompletionEvent>,
  ): Promise<void> {
    const { caller, requestId } = job;
    const { organizationId } = caller;
    const { guardrails, cache, routing, providers } = rooms;
    const deadlineMs = job.acceptedAt + job.request.limits.timeoutMs;
    const acting = new Acting(rooms, job, deadlineMs, judge, runtime, signal);
    const ended = rooms.usage.began(organizationId);
    /** Until the call has got through every door: what is refused has used nothing. */
    let refused = true;
    let toolCalls = 0;
    /** The answer as providers gave it: what may be kept, for the next who asks the same or by policy. */
    let said: ContentEvent[] = [];
    const passOn = (event: ContentEvent) => {
      if (event.kind === 'partFinished' && event.part.kind === 'toolCall') toolCalls += 1;
      acting.keeper.said(event);
      return tell(event);
    };
    try {
      const { admission, redacted, known, cacheRule, decide } = await approach(rooms, job, acting, signal);
      const answering = createAnswering(guardrails, admission.guardrails, judge, signal, passOn);
      if (known) {
        refused = false;
        tally.recalled(known);
        said = [...known];
        for (const event of known) {
          const restored = redacted.restore(event);
          judge.look();
          await inTurn(restored, answering.see);
        }
        await answering.end();
        return;
      }
      const { decision, purse, models } = await decide();
      judge.hear(watchedDecision(decision, admission));
      refused = false;
      tally.routed(decision);
      const told = tell({ kind: 'routeDecided', decision });
      if (told) await told;

      try {
        const { fallbackOn } = decision;
        const candidates = decision.candidates.filter(({ eligible }) => eligible);
        const ask = (wanted: CompletionRequest, hear: Tell<AttemptEvent>) => {
          purse.asks(wanted);
          const request = redacted.again(wanted);
          judge.look();
          const asking = {
            organizationId,
            requestId,
            request,
            candidates,
            deadlineMs,
            stream: true,
            together: job.together ?? false,
            placeOf: (attemptId: string) => rooms.usage.placeOf(requestId, attemptId, job.trace),
            fallbackOn,
            permit: acting.slip.permit,
            holdHedge: purse.hedge,
            instead: (name: string) => modelsInstead(name, models),
          };
          return tally.waiting(
            (tell) => providers.attempt(asking, purse.signal, tell),
            restoring(redacted, judge, said, hear),
          );
        };
        const pass = (event: AttemptEvent) => {
          if (isContent(event)) return answering.see(event);
          if (event.kind === 'outputReset') {
            answering.reset(event.fromIndex);
            acting.keeper.reset(event.fromIndex);
          }
          return tell(event);
        };
        const answered = untilItFits(purse.request, ask, (event) => {
          tally.see(event);
          routing.observe(organizationId, event);
          acting.slip.see(event);
          return after(purse.see(event), () => pass(event));
        });
        await after(answered, answering.end);
        if (cacheRule && COMPLETE.includes(tally.finishReason)) {
          await cache.remember(organizationId, redacted.request, cacheRule, said);
        }
      } finally {
        tally.finishReason = purse.finishReason(tally.finishReason);
        tally.budgets = await purse.close();
      }
    } finally {
      ended();
      acting.keeper.close(tally.decision?.route?.slug ?? job.request.copy?.route ?? null, said);
      const { inputTokens, outputTokens } = tally.usage;
      const actual = { inputTokens, outputTokens, costNanos: tally.cost.totalNanos };
      const booked = refused ? acting.void() : acting.settle(actual, toolCalls);
      if (booked) await booked;
      tally.rates = acting.left;
    }
  }
}

function finished(finishReason: FinishReason, timing: Timing, object: Json | undefined): CompletionEvent {
  return { kind: 'finished', finishReason, timing, ...(object !== undefined && { object }) };
}

function cancelled(signal: AbortSignal): CancelledProblem {
  return new CancelledProblem(typeof signal.reason === 'string' ? signal.reason : null);
}

/** A Problem as it is; anything else is a bug, told to the log once and to the caller as an incident. */
function expected(error: unknown, runtime: Runtime): Problem {
  if (error instanceof Problem) return error;
  const incidentId = runtime.ids.next('inc');
  runtime.log.error({ err: error, incidentId }, 'a call broke');
  return new InternalProblem(incidentId);
}

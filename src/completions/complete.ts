import type { CompletionRequest, FinishReason } from '../core/chat.ts';
import type { Decision } from '../core/decision.ts';
import type { AttemptEvent, CompletionEvent, ContentEvent, Timing } from '../core/event.ts';
import type { Json } from '../core/json.ts';
import { CancelledProblem, InternalProblem, PolicyBlockedProblem, Problem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { modelsInstead } from '../core/suggest.ts';
import { after, inTurn, type Tell } from '../core/turns.ts';
import { startActing } from './acting.ts';
import { watchedDecision } from './admitted.ts';
import { type Answering, createAnswering, isContent, restorer } from './answering.ts';
import { approach } from './approach.ts';
import type { CompletionJob, RoomsOnTheWay } from './job.ts';
import { createJudge, type Judge } from './judge.ts';
import { objectReader, untilItFits } from './structured.ts';
import { startTally, type Tally } from './tally.ts';

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
    const tally = startTally(clock, job.acceptedAt);
    const judge = createJudge();
    let decision: Decision | null = null;
    let problem: Problem | null = null;
    const object = objectReader(job.request.output);

    await tell({ kind: 'started', requestId, owner: { organizationId, projectId, apiKeyId } });
    try {
      await decideAndAct(job, tally, judge, signal, (event) => {
        if (event.kind === 'routeDecided') decision = event.decision;
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
    const [usage, cost, timing] = [tally.usage(), tally.cost(), tally.timing()];
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
      decision,
      attempts: tally.attempts,
      usage,
      cost,
      timing,
      finishReason: tally.finishReason,
      problem,
      verdicts,
    });
    await tell({ kind: 'usageUpdated', usage, cost, rates: tally.rates, budgets: tally.budgets });
    const said = verdicts.length > 0 && { verdicts };
    if (problem === null) await tell({ ...finished(tally.finishReason ?? 'UNKNOWN', timing, object.read()), ...said });
    else {
      const problemSaid = { status: status as 'FAILED' | 'CANCELLED', problem: problem.toJSON() };
      await tell({ kind: 'failed', ...problemSaid, timing, ...said });
    }
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
    const acting = startActing(rooms, job, deadlineMs, judge, runtime, signal);
    /** Until the call has got through every door: what is refused has used nothing. */
    let refused = true;
    let toolCalls = 0;
    let route: string | null = null;
    /** The answer as providers gave it: what may be kept, for the next who asks the same or by policy. */
    let said: ContentEvent[] = [];
    const passOn = (events: readonly ContentEvent[]) =>
      inTurn(events, (event) => {
        if (event.kind === 'partFinished' && event.part.kind === 'toolCall') toolCalls += 1;
        acting.keeper().said(event);
        return tell(event);
      });
    const seen = (events: ReturnType<Answering['see']>) =>
      events instanceof Promise ? events.then(passOn) : passOn(events);
    try {
      const { admission, redacted, known, cacheRule, decide } = await approach(rooms, job, acting, signal);
      const answering = createAnswering(guardrails, admission.guardrails, judge);
      if (known) {
        refused = false;
        tally.recalled(known);
        said = [...known];
        for (const event of known) {
          const restored = redacted.restore(event);
          judge.look();
          for (const one of restored) await seen(answering.see(one, signal));
        }
        await passOn(await answering.end(signal));
        return;
      }
      const { decision, purse, models } = await decide();
      judge.hear(watchedDecision(decision, admission));
      refused = false;
      tally.routed();
      route = decision.route?.slug ?? null;
      await tell({ kind: 'routeDecided', decision });

      try {
        const candidates = decision.candidates.filter(({ eligible }) => eligible);
        const { fallbackOn } = decision;
        const instead = (name: string) => modelsInstead(name, models);
        const together = job.together ?? false;
        const ways = {
          stream: true,
          together,
          fallbackOn,
          permit: acting.slip().permit,
          holdHedge: purse.hedge,
          instead,
        };
        const asking = { organizationId, requestId, candidates, deadlineMs, ...ways };
        const pass = (event: AttemptEvent) => {
          if (isContent(event)) return seen(answering.see(event, signal));
          if (event.kind === 'outputReset') {
            answering.reset(event.fromIndex);
            acting.keeper().reset(event.fromIndex);
          }
          return tell(event);
        };
        const ask = (wanted: CompletionRequest, hear: Tell<AttemptEvent>) => {
          const request = redacted.again(wanted);
          judge.look();
          const read = restorer(redacted, judge, said);
          return tally.waiting(
            (tell) => providers.attempt({ ...asking, request }, purse.signal, tell),
            (event) => inTurn(read(event), hear),
          );
        };
        await untilItFits(purse.request, ask, (event) => {
          tally.see(event);
          routing.observe(organizationId, event);
          acting.slip().see(event);
          return after(purse.see(event), () => pass(event));
        });
        await passOn(await answering.end(signal));
        if (COMPLETE.includes(tally.finishReason)) {
          await cache.remember(organizationId, redacted.request, cacheRule, said);
        }
      } finally {
        tally.finishReason = purse.finishReason(tally.finishReason);
        tally.budgets = await purse.close();
      }
    } finally {
      acting.keeper().close(route, said);
      const { inputTokens, outputTokens } = tally.usage();
      const actual = { inputTokens, outputTokens, costNanos: tally.cost().totalNanos };
      if (refused) await acting.void();
      else tally.rates = await acting.settle(actual, toolCalls);
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

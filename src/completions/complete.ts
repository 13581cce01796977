import type { Agents, Turn } from '../agents/index.ts';
import type { Budgets } from '../budgets/index.ts';
import type { Cache } from '../cache/index.ts';
import type { Content } from '../content/index.ts';
import type { Caller } from '../core/caller.ts';
import { type CompletionRequest, type FinishReason, inputCharacters, type Target } from '../core/chat.ts';
import type { Decision } from '../core/decision.ts';
import type { AttemptEvent, CompletionEvent, ContentEvent, Timing } from '../core/event.ts';
import type { Json } from '../core/json.ts';
import {
  CancelledProblem,
  InternalProblem,
  PolicyBlockedProblem,
  Problem,
  UnavailableProblem,
} from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { nearestModels } from '../core/suggest.ts';
import { estimateTokens } from '../core/usage.ts';
import type { Experiments } from '../experiments/index.ts';
import type { Files } from '../files/index.ts';
import type { Guardrails } from '../guardrails/index.ts';
import type { Limits } from '../limits/index.ts';
import type { Models } from '../models/index.ts';
import type { Policies } from '../policies/index.ts';
import type { Providers } from '../providers/index.ts';
import type { Redaction } from '../redaction/index.ts';
import type { Routing } from '../routing/index.ts';
import type { Usage } from '../usage/index.ts';
import { admittedTo, sameTarget, watchedDecision } from './admitted.ts';
import { createAnswering, isContent, restored } from './answering.ts';
import { createJudge, type Judge } from './judge.ts';
import { startKeeping } from './keep.ts';
import { accountedFor } from './passed-over.ts';
import { pay } from './pay.ts';
import { withFiles } from './stored-files.ts';
import { objectReader, untilItFits } from './structured.ts';
import { choose, surroundingsOf } from './surroundings.ts';
import { startTally, type Tally } from './tally.ts';

export interface CompletionJob {
  readonly id: string;
  readonly requestId: string;
  readonly caller: Caller;
  readonly request: CompletionRequest;
  /** Whether somebody asked for the events as they come; a mere note for the history. */
  readonly streamed: boolean;
  /** clock.monotonic() when the call came in. */
  readonly acceptedAt: number;
}

/** The rooms a completion walks through, in the order of the walk. */
export interface RoomsOnTheWay {
  readonly policies: Policies;
  readonly limits: Limits;
  readonly agents: Agents;
  readonly redaction: Redaction;
  readonly guardrails: Guardrails;
  readonly cache: Cache;
  readonly models: Models;
  readonly routing: Routing;
  readonly budgets: Budgets;
  readonly providers: Providers;
  readonly files: Files;
  readonly usage: Usage;
  readonly content: Content;
  readonly experiments: Experiments;
}

/** Only a whole answer is worth remembering. */
const COMPLETE: readonly (FinishReason | null)[] = ['STOP', 'TOOL_CALLS'];

/**
 * The way of one call of any kind: decide, act, account. Yields its events in order and always ends with `finished` or
 * `failed`, after the books have it: it never throws. When `signal` aborts, the provider is told at once, what it
 * said so far is paid for and recorded, and the end is `failed` with CANCELLED.
 */
export function walk(rooms: RoomsOnTheWay, runtime: Runtime) {
  const { clock } = runtime;

  return async function* complete(job: CompletionJob, signal: AbortSignal): AsyncGenerator<CompletionEvent> {
    const { caller, requestId } = job;
    const { organizationId, projectId, apiKeyId } = caller;
    const startedAt = clock.now();
    const tally = startTally(clock, job.acceptedAt);
    const judge = createJudge();
    let decision: Decision | null = null;
    let problem: Problem | null = null;
    const object = objectReader(job.request.output);

    yield { kind: 'started', requestId, owner: { organizationId, projectId, apiKeyId } };
    try {
      for await (const event of decideAndAct(job, tally, judge, signal)) {
        if (event.kind === 'routeDecided') decision = event.decision;
        object.see(event);
        yield event;
      }
      // Told to stop after the answer was whole: it is whole.
      if (signal.aborted && tally.finishReason === null) problem = cancelled(signal);
    } catch (error) {
      problem = signal.aborted ? cancelled(signal) : expected(error, runtime);
      if (problem instanceof PolicyBlockedProblem) judge.met(problem);
    }

    if (problem) problem.requestId = requestId;
    const [usage, cost, timing] = [tally.usage(), tally.cost(), tally.timing()];
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
      verdicts: judge.verdicts(),
    });
    yield { kind: 'usageUpdated', usage, cost, rates: tally.rates, budgets: tally.budgets };
    if (problem === null) yield finished(tally.finishReason ?? 'UNKNOWN', timing, object.read());
    else yield { kind: 'failed', status: status as 'FAILED' | 'CANCELLED', problem: problem.toJSON(), timing };
  };

  /** Everything that may refuse, and the one thing that costs money. */
  async function* decideAndAct(
    job: CompletionJob,
    tally: Tally,
    judge: Judge,
    signal: AbortSignal,
  ): AsyncGenerator<CompletionEvent> {
    const { caller, requestId } = job;
    const asked = job.request.target;
    const { organizationId } = caller;
    const { files, policies, limits, agents, redaction, guardrails, cache, routing, models, providers, usage } = rooms;
    if (usage.pressure() >= 1) {
      throw new UnavailableProblem('database', 'The gateway cannot write its books now, so it takes no calls.');
    }
    let request = await withFiles(files, organizationId, job.request);

    const bound = await policies.bound(organizationId);
    const ratesOfCall = await limits.ratesOf(caller, request);
    // A copy is there to be compared, so it asks for itself.
    const uncached = request.copy && { cache: null };
    const admitted = (...targets: Target[]) => ({
      ...policies.admit(caller, targets, bound),
      ...uncached,
      rates: ratesOfCall,
    });
    let admission = admitted(asked);
    const limit = () => {
      const limited = guardrails.limit(request, admission);
      judge.hear(limited.verdicts);
      request = limited.request;
    };
    limit();
    const estimate = {
      inputTokens: estimateTokens(inputCharacters(request)),
      // What bounds a call that is no conversation is our own guess, for the quote.
      outputTokens: request.call ? null : (request.sampling.maxOutputTokens ?? null),
      costNanos: 0n,
    };
    const rates = await limits.take(admission.rates, estimate);
    /** Until the call has got through every door: what is refused has used nothing. */
    let refused = true;
    let turn: Turn | null = null;
    let toolCalls = 0;
    let route: string | null = null;
    const keeper = startKeeping(rooms.content, job, admission.logging, runtime);
    /** The answer as providers gave it: what may be kept, for the next who asks the same or by policy. */
    let said: ContentEvent[] = [];
    const passed = (events: readonly ContentEvent[]) => {
      for (const event of events) {
        if (event.kind === 'partFinished' && event.part.kind === 'toolCall') toolCalls += 1;
        keeper.said(event);
      }
      return events;
    };
    try {
      turn = await agents.step(caller, request, admission.agents, judge.note);
      ({ request } = turn);
      if (!sameTarget(request.target, asked)) {
        admission = admitted(asked, request.target);
        limit();
      }
      const redacted = redaction.redact(request, admission.redaction, caller);
      keeper.asked(request, redacted.request);
      judge.watch(redacted);
      judge.hear(await guardrails.question(redacted.request, admission.guardrails, signal));
      const answering = createAnswering(guardrails, admission.guardrails, judge);
      const known = await cache.recall(organizationId, redacted.request, admission.cache);
      if (known) {
        refused = false;
        tally.recalled(known);
        said = [...known];
        for (const event of known) {
          const restored = redacted.restore(event);
          judge.look();
          for (const one of restored) yield* passed(answering.see(one));
        }
        yield* passed(await answering.end(signal));
        return;
      }
      const [routes, book] = await Promise.all([routing.routes(organizationId), models.book(organizationId)]);
      const surroundings = await surroundingsOf(rooms, caller, request);
      const decide = async (wanted: CompletionRequest) => {
        const to = admittedTo(policies, caller, bound, admission, request, wanted.target);
        const asked = { request: wanted, admission: to, routes, models: book };
        const decision = choose(surroundings, (surroundings) =>
          routing.decide(organizationId, { ...asked, surroundings }),
        );
        return accountedFor(decision, await rates.within(decision), routes);
      };
      const deadlineMs = job.acceptedAt + request.limits.timeoutMs;
      const { decision, purse } = await pay(rooms.budgets, { caller, requestId, request, deadlineMs }, decide, signal);
      judge.hear(watchedDecision(decision, admission));
      refused = false;
      tally.routed();
      route = decision.route?.slug ?? null;
      yield { kind: 'routeDecided', decision };

      try {
        const candidates = decision.candidates.filter(({ eligible }) => eligible);
        const { fallbackOn } = decision;
        const alike = (name: string) => nearestModels(name, book);
        const ways = { stream: true, fallbackOn, permit: rates.permit, holdHedge: purse.hedge, alike };
        const asking = { organizationId, requestId, candidates, deadlineMs, ...ways };
        const attempts = untilItFits(purse.request, (wanted) => {
          const request = redacted.again(wanted);
          judge.look();
          const events = providers.attempt({ ...asking, request }, purse.signal);
          return restored(events, redacted, judge, said);
        });
        for await (const event of timed(attempts, tally)) {
          tally.see(event);
          routing.observe(organizationId, event);
          rates.see(event);
          await purse.see(event);
          if (!isContent(event)) {
            if (event.kind === 'outputReset') {
              answering.reset(event.fromIndex);
              keeper.reset(event.fromIndex);
            }
            yield event;
            continue;
          }
          yield* passed(answering.see(event));
        }
        yield* passed(await answering.end(signal));
        if (COMPLETE.includes(tally.finishReason)) {
          await cache.remember(organizationId, redacted.request, admission.cache, said);
        }
      } finally {
        tally.finishReason = purse.finishReason(tally.finishReason);
        tally.budgets = await purse.close();
      }
    } finally {
      keeper.close(route, said);
      const { inputTokens, outputTokens } = tally.usage();
      const actual = { inputTokens, outputTokens, costNanos: tally.cost().totalNanos };
      if (refused) await Promise.all([turn?.void(), rates.void()]);
      else {
        await turn?.done({ costNanos: actual.costNanos, toolCalls });
        tally.rates = await rates.settle(actual);
      }
    }
  }
}

function finished(finishReason: FinishReason, timing: Timing, object: Json | undefined): CompletionEvent {
  return { kind: 'finished', finishReason, timing, ...(object !== undefined && { object }) };
}

/** The same events, with the time until each of them booked as the providers'. */
async function* timed(events: AsyncIterable<AttemptEvent>, tally: Tally): AsyncGenerator<AttemptEvent> {
  const iterator = events[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await tally.waiting(() => iterator.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
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

import { pay, type RoomsOnTheWay, takeRates } from '../completions/index.ts';
import { type CallAnswer, type CallRequest, wordsOf } from '../core/call.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest, Tag, Target } from '../core/chat.ts';
import type { Attempt, Candidate, Decision } from '../core/decision.ts';
import type { Timing } from '../core/event.ts';
import { addCost, type Cost, noCost } from '../core/money.ts';
import { CancelledProblem, InternalProblem, Problem, UnavailableProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { addUsage, estimateTokens, noUsage, type Usage } from '../core/usage.ts';

export interface CallAsked {
  readonly target: Target;
  readonly request: CallRequest;
  readonly endUser: string | null;
  readonly tags: readonly Tag[];
}

export interface CallDone {
  readonly id: string;
  readonly requestId: string;
  readonly organizationId: string;
  readonly answer: CallAnswer;
  /** `provider/model` that answered. */
  readonly model: string;
  readonly usage: Usage;
  readonly cost: Cost;
  readonly timing: Timing;
  readonly decision: Decision;
}

const TIMEOUT_MS = 600_000;

/**
 * The way of one call: the same rooms as a completion's in the same order, but for redaction and the cache, which know
 * conversations only. What policies and routing look at is the question as a user would say it.
 */
export function walkOnce(rooms: Omit<RoomsOnTheWay, 'redaction' | 'cache' | 'agents'>, runtime: Runtime) {
  const { clock, ids } = runtime;
  const { policies, limits, models, routing, budgets, providers, usage: books } = rooms;

  return async function call(caller: Caller, asked: CallAsked, signal: AbortSignal): Promise<CallDone> {
    const { organizationId } = caller;
    const { request } = asked;
    const [id, requestId] = [ids.next('cal'), ids.next('req')];
    const [startedAt, from] = [clock.now(), clock.monotonic()];
    const attempts: Attempt[] = [];
    let decision: Decision | null = null;
    let routedAt = from;
    let askedAt = from;
    let answeredAt = from;
    let done: Awaited<ReturnType<typeof providers.call>> | null = null;
    let problem: Problem | null = null;
    const used = () => attempts.reduce((sum, attempt) => addUsage(sum, attempt.usage), noUsage);
    const paid = () => attempts.reduce((sum, attempt) => addCost(sum, attempt.cost), noCost);

    try {
      if (books.pressure() >= 1) {
        throw new UnavailableProblem('database', 'The gateway cannot write its books now, so it takes no calls.');
      }
      const said = asConversation(asked);
      const admission = {
        ...policies.admit(caller, said, await policies.bound(organizationId)),
        rates: await limits.ratesOf(caller, said),
      };
      const inputTokens = estimateTokens(wordsOf(request).reduce((sum, words) => sum + words.length, 0));
      const estimate = { inputTokens, outputTokens: null, costNanos: 0n };
      const rates = await takeRates(limits, admission.rates, estimate);
      /** What is refused has used nothing. */
      let refused = true;
      try {
        const [routes, book] = await Promise.all([routing.routes(organizationId), models.book(organizationId)]);
        const decide = (wanted: CompletionRequest) =>
          rates.within(
            routing.decide(organizationId, {
              request: wanted,
              admission,
              routes,
              models: book,
              surroundings: { caller },
            }),
          );
        const deadlineMs = from + TIMEOUT_MS;
        const paying = await pay(budgets, { caller, requestId, request: said, deadlineMs }, decide, signal);
        const { purse } = paying;
        refused = false;
        decision = paying.decision;
        routedAt = clock.monotonic();
        try {
          askedAt = clock.monotonic();
          const candidates = decision.candidates.filter(({ eligible }) => eligible);
          const { fallbackOn } = decision;
          const onAttempt = (attempt: Attempt) => attempts.push(attempt);
          await purse.see({ kind: 'attemptStarted', attempt: sending(requestId, candidates[0]!, clock.now()) });
          done = await providers.call(
            { organizationId, requestId, candidates, fallbackOn, request, deadlineMs, onAttempt },
            purse.signal,
          );
        } finally {
          answeredAt = clock.monotonic();
          const last = attempts.at(-1);
          // One hold pays for the whole call: what all attempts came to is what it is settled with.
          const attempt = last && { ...last, usage: used(), cost: paid() };
          if (attempt && done) await purse.see({ kind: 'attemptSucceeded', attempt, finishReason: 'STOP' });
          else if (attempt) await purse.see({ kind: 'attemptFailed', attempt, next: null });
          await purse.close();
        }
      } finally {
        const { inputTokens, outputTokens } = used();
        const actual = { inputTokens, outputTokens, costNanos: paid().totalNanos };
        await (refused ? rates.void() : rates.settle(actual));
      }
    } catch (error) {
      problem = signal.aborted ? new CancelledProblem(null) : expected(error, runtime);
      problem.requestId = requestId;
    }

    const totalMs = clock.monotonic() - from;
    const timing = {
      queuedMs: 0,
      routingMs: toMicros(routedAt - from),
      ttftMs: done ? Math.round(answeredAt - from) : null,
      totalMs: Math.round(totalMs),
      overheadMs: toMicros(totalMs - (answeredAt - askedAt)),
    };
    rooms.alerts.saw(organizationId, attempts);
    const [usage, cost] = [used(), paid()];
    books.record({
      id: requestId,
      completionId: id,
      caller,
      kind: request.kind,
      status: problem === null ? 'SUCCEEDED' : problem instanceof CancelledProblem ? 'CANCELLED' : 'FAILED',
      startedAt,
      finishedAt: clock.now(),
      request: { endUser: asked.endUser, agent: null, tags: asked.tags },
      streamed: false,
      decision,
      attempts,
      usage,
      cost,
      timing,
      finishReason: done ? 'STOP' : null,
      problem,
    });
    if (problem || !done || !decision) throw problem ?? new InternalProblem(requestId);
    return { id, requestId, organizationId, ...done, usage, cost, timing, decision };
  };
}

/** What the books of money want to know of the first attempt: that it goes out now. */
function sending(requestId: string, { target, model }: Candidate, startedAt: number): Attempt {
  const nothing = { outcome: 'RUNNING', durationMs: null, ttftMs: null, errorCode: null, httpStatus: null } as const;
  const unheard = { providerMessage: null, providerRequestId: null, responseModel: null } as const;
  const { id: targetId, model: name } = target;
  const place = { id: requestId, number: 1, targetId, model: name, provider: model.providerSlug, startedAt };
  return { ...place, ...nothing, ...unheard, usage: noUsage, cost: noCost };
}

/** What is read, as one user message: it is counted, priced and judged like any other. Nothing is written but for images. */
function asConversation({ target, request, endUser, tags }: CallAsked): CompletionRequest {
  return {
    target,
    messages: [{ role: 'USER', parts: wordsOf(request).map((text) => ({ kind: 'text' as const, text })) }],
    sampling: { maxOutputTokens: outputOf(request) },
    tools: [],
    toolChoice: { mode: 'NONE' },
    output: { kind: 'text' },
    reasoningEffort: null,
    limits: { timeoutMs: TIMEOUT_MS, maxCostNanos: null },
    endUser,
    agent: null,
    tags,
    simulation: null,
  };
}

/** For the quote. An image takes at most about this many tokens; an hour of speech has fewer words. */
function outputOf(request: CallRequest): number {
  if (request.kind === 'IMAGE') return request.count * 8_192;
  return request.kind === 'TRANSCRIPTION' ? 16_384 : 0;
}

function expected(error: unknown, runtime: Runtime): Problem {
  if (error instanceof Problem) return error;
  const incidentId = runtime.ids.next('inc');
  runtime.log.error({ err: error, incidentId }, 'a call broke');
  return new InternalProblem(incidentId);
}

/** Ms with three decimals. */
function toMicros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

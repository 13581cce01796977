import { answerWithWords, type CallAnswer, type CallRequest, spokenTokens, withWords, wordsOf } from '../core/call.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Decision } from '../core/decision.ts';
import type { Timing } from '../core/event.ts';
import type { Cost } from '../core/money.ts';
import { NotFoundProblem, reviveProblem } from '../core/problem.ts';
import type { BudgetStanding, RateStanding } from '../core/standing.ts';
import type { Usage } from '../core/usage.ts';
import type { AskedRun, AskOptions, Runs } from '../runs/index.ts';

export { checked } from './inputs.ts';

export interface CallAsked extends AskOptions, Pick<CompletionRequest, 'target' | 'endUser' | 'agent' | 'tags'> {
  readonly request: CallRequest;
}

export interface CallDone {
  readonly id: string;
  readonly requestId: string;
  readonly organizationId: string;
  readonly answer: CallAnswer;
  /** `provider/model` that answered; null when it came from the cache. */
  readonly model: string | null;
  readonly usage: Usage;
  readonly cost: Cost;
  /** Null when the call was answered before, and its log is gone. */
  readonly rates: readonly RateStanding[] | null;
  readonly budgets: readonly BudgetStanding[] | null;
  readonly timing: Timing;
  readonly decision: Decision;
  /** True when the idempotency key led to an earlier call. */
  readonly replayed: boolean;
}

/** The hallway for calls that are no conversation: embeddings, images, speech, transcription, ranking. */
export interface Calls {
  /**
   * Goes the way of a completion and waits for its end; see Runs.ask for what an abort of `signal` does.
   * @throws the Problem that ended it; NotFoundProblem when the answer to an idempotency key is not kept any more
   */
  call(caller: Caller, asked: CallAsked, signal: AbortSignal): Promise<CallDone>;
}

const TIMEOUT_MS = 600_000;

export function createCalls(runs: Pick<Runs, 'ask'>): Calls {
  return {
    async call(caller, asked, signal) {
      const { state, replayed } = await runs.ask(caller, asConversation(asked), asked, signal);
      return doneOf({ state, replayed });
    },
  };
}

/** What is read, as one user message: it is counted, priced, judged and redacted like any other. */
function asConversation({ target, request, endUser, agent, tags }: CallAsked): CompletionRequest {
  return {
    target,
    call: withWords(request, []),
    messages: [{ role: 'USER', parts: wordsOf(request).map((text) => ({ kind: 'text' as const, text })) }],
    sampling: { maxOutputTokens: outputOf(request) },
    tools: [],
    toolChoice: { mode: 'NONE' },
    output: { kind: 'text' },
    reasoningEffort: null,
    limits: { timeoutMs: TIMEOUT_MS, maxCostNanos: null },
    endUser,
    agent,
    tags,
    simulation: null,
  };
}

/** For the quote. An image takes at most about this many tokens; an hour of speech has fewer words. */
function outputOf(request: CallRequest): number {
  switch (request.kind) {
    case 'IMAGE':
      return request.count * 8_192;
    case 'SPEECH':
      return 2 * spokenTokens(request.text);
    case 'TRANSCRIPTION':
      return 16_384;
    case 'EMBEDDING':
    case 'RERANK':
      return 0;
  }
}

function doneOf({ state, replayed }: AskedRun): CallDone {
  const { id, requestId, owner, answer, parts, model, usage, cost, rates, budgets, timing, decision } = state;
  if (state.problem) throw reviveProblem(state.problem);
  if (!answer || !timing) {
    // What it has cost is in the books and nowhere else: it was charged once, and not for being asked for again.
    const why = 'Its request says what it has cost.';
    throw new NotFoundProblem('answer any more for the idempotency key of call', id, { why, requestId });
  }
  const words = (parts ?? []).flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  return {
    id,
    requestId,
    organizationId: owner.organizationId,
    answer: answerWithWords(answer, words),
    model,
    usage,
    cost,
    rates,
    budgets,
    timing,
    decision: decision ?? recalled,
    replayed,
  };
}

/** Stands for the decision where the cache had the answer. */
const recalled: Decision = {
  route: null,
  rule: null,
  strategy: 'PRIORITY',
  summary: 'Answered from the cache: no provider was asked.',
  candidates: [],
  quoteNanos: 0n,
  tookMicros: 0,
};

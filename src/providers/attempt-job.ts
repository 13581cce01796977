import type { CompletionRequest } from '../core/chat.ts';
import type { Candidate, FallbackCode } from '../core/decision.ts';
import type { Problem } from '../core/problem.ts';
import type { Instead } from '../core/suggest.ts';
import type { TraceParent } from '../core/trace.ts';
import type { Ending, Hear, Question } from './answer-event.ts';
import type { Failure } from './problems.ts';

export interface AttemptJob {
  readonly organizationId: string;
  readonly requestId: string;
  /** The eligible ones, in the order in which to try them. */
  readonly candidates: readonly Candidate[];
  /** Failures that lead to the next candidate; absent: whichever it may answer better. */
  readonly fallbackOn?: readonly FallbackCode[] | undefined;
  readonly request: CompletionRequest;
  /** On `clock.monotonic()`: when to give up, whatever is still to be tried. */
  readonly deadlineMs: number;
  /** What to ask instead of a model that its provider has not. Left out: nobody knows any. */
  readonly instead?: (model: string) => Instead;
  /**
   * False asks providers for whole answers; everything above sees the same events. Default true; calls that are no
   * conversation are never streamed.
   */
  readonly stream?: boolean;
  /** See Question. */
  readonly together?: boolean;
  /** Where an attempt stands in a trace, by its id. Left out: in none. */
  readonly placeOf?: (attemptId: string) => TraceParent | null;
  /**
   * Asked before each attempt of the model it would ask: null when it may, having taken what the attempt needs, once
   * until it starts; otherwise why not, and the next candidate has its turn. Left out: every model may be asked.
   */
  readonly permit?: ((candidate: Candidate) => Promise<Problem | null>) | undefined;
  /**
   * Holds the money for a second attempt beside the first (hedge.ts), which then starts at once; false when there is
   * none. Left out: nobody has to pay.
   */
  readonly holdHedge?: (candidate: Candidate) => Promise<boolean>;
}

/** A model one can ask. */
export interface ReachableModel {
  /**
   * Puts one question to it, and tells the answer as it comes; when it ends, nobody listens to the provider any more.
   * @throws see asked.ts
   */
  ask(question: Question, signal: AbortSignal, hear: Hear): Promise<Ending>;
  /** Notes what its key has met; true when the same model may be asked at once with another key of the provider. */
  readonly otherKey?: (failure: Failure) => boolean;
}

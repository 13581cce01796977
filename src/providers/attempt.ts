import type { LanguageModelV4 } from '@ai-sdk/provider';
import { invariant } from '../core/assert.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Attempt, AttemptOutcome, Candidate, FallbackCode } from '../core/decision.ts';
import type { AttemptEvent } from '../core/event.ts';
import { costOf, noCost } from '../core/money.ts';
import { ProviderProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { cancellable } from '../core/stream.ts';
import { noUsage } from '../core/usage.ts';
import { backoffMs } from './backoff.ts';
import type { CatalogueRow } from './catalogue.ts';
import { type Clocks, startClocks } from './clocks.ts';
import { type AnswerEvent, ask } from './language-model.ts';
import { type Failure, failureOf } from './problems.ts';
import { usageMeter } from './usage.ts';

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
  /** False asks providers for whole answers; everything above sees the same events. Default true. */
  readonly stream?: boolean;
}

/** A model one can ask, and the row of the catalogue that says how. */
export interface ReachableModel {
  readonly row: CatalogueRow;
  readonly model: LanguageModelV4;
}

/**
 * Asks the candidates in turn until one answers to its end.
 *
 * Yields `attemptStarted`, content as it comes, and `attemptSucceeded` last. A failed attempt yields `attemptFailed`
 * (`next`: the model tried next, or null); then either the next one starts, or the failure is thrown. When content
 * had left before, `outputReset` tells the reader to throw it away: nothing is ever held back for a retry's sake.
 *
 * The same target is asked again only when its failure may pass (`Failure.again`), nothing of its answer had left, its
 * `maxAttempts` are not used up, and the wait (its own wish, or back-off with full jitter) ends before the deadline.
 *
 * @throws ProviderProblem the last attempt's failure; ValidationProblem when the last model cannot take the request.
 * When `signal` aborts: yields `attemptFailed` with outcome CANCELLED, its usage estimated, and ends without throwing;
 * between two attempts it just ends.
 */
export function attempt(
  runtime: Runtime,
  reach: (candidate: Candidate) => Promise<ReachableModel>,
  job: AttemptJob,
  signal: AbortSignal,
): AsyncIterableIterator<AttemptEvent> {
  return cancellable((stop) => attempts(runtime, reach, job, stop), signal);
}

async function* attempts(
  runtime: Runtime,
  reach: (candidate: Candidate) => Promise<ReachableModel>,
  job: AttemptJob,
  signal: AbortSignal,
): AsyncGenerator<AttemptEvent, void> {
  invariant(job.candidates.length > 0, 'an attempt needs a candidate');
  let number = 0;
  for (const [place, candidate] of job.candidates.entries()) {
    const following = job.candidates[place + 1] ?? null;
    for (let turn = 1; ; turn++) {
      if (signal.aborted) return;
      number++;
      const result = yield* one(runtime, reach, job, candidate, number, signal);
      if (result.kind === 'succeeded') return;
      const { failure, attempt, contentLeft } = result;
      if (attempt.outcome === 'CANCELLED') {
        yield { kind: 'attemptFailed', attempt, next: null };
        return;
      }

      const left = job.deadlineMs - runtime.clock.monotonic();
      const waitMs = failure.retryAfterMs ?? backoffMs(turn, runtime.random);
      const again =
        failure.again && !contentLeft && turn < candidate.target.maxAttempts && waitMs < Math.min(left, MAX_WAIT_MS);
      const next = again ? candidate : mayMoveOn(failure, job) && left > 0 ? following : null;
      yield { kind: 'attemptFailed', attempt, next: next?.target.model ?? null };
      if (!next) throw problemOf(failure, candidate, job.requestId, result.error);
      if (contentLeft) yield { kind: 'outputReset', fromIndex: 0, reason: 'FALLBACK' };
      if (!again) break;
      try {
        await runtime.clock.sleep(waitMs, signal);
      } catch {
        return;
      }
    }
  }
}

/** What one model cannot take says nothing of a provider's health, so rules have no say in it. */
function mayMoveOn({ code, elsewhere }: Failure, { fallbackOn }: AttemptJob): boolean {
  return elsewhere && (code === 'VALIDATION_FAILED' || fallbackOn === undefined || fallbackOn.includes(code));
}

/** A target that wants a longer pause than this has given the request away: to the next one, or back to the caller. */
const MAX_WAIT_MS = 10_000;

type Result =
  | { readonly kind: 'succeeded' }
  | {
      readonly kind: 'failed';
      readonly attempt: Attempt;
      readonly failure: Failure;
      readonly contentLeft: boolean;
      readonly error: unknown;
    };

/** One call to one model, from `attemptStarted` to its end. */
async function* one(
  runtime: Runtime,
  reach: (candidate: Candidate) => Promise<ReachableModel>,
  job: AttemptJob,
  candidate: Candidate,
  number: number,
  signal: AbortSignal,
): AsyncGenerator<AttemptEvent, Result> {
  const { clock } = runtime;
  const startedAt = clock.monotonic();
  const meter = usageMeter(job.request);
  let note: Attempt = {
    id: runtime.ids.next('att'),
    number,
    targetId: candidate.target.id,
    model: candidate.target.model,
    provider: candidate.model.providerSlug,
    startedAt: clock.now(),
    outcome: 'RUNNING',
    durationMs: null,
    ttftMs: null,
    errorCode: null,
    httpStatus: null,
    providerMessage: null,
    providerRequestId: null,
    responseModel: null,
    usage: noUsage,
    cost: noCost,
  };
  yield { kind: 'attemptStarted', attempt: note };
  const clocks = startClocks(clock, candidate.target, job.deadlineMs, signal);
  let accepted = false;
  let contentLeft = false;

  try {
    const { row, model } = await reach(candidate);
    const question = { request: job.request, attempt: number, stream: job.stream ?? true };
    for await (const event of promptly(ask(row, model, question, clocks.signal), clocks)) {
      switch (event.kind) {
        case 'accepted':
          accepted = true;
          note = acceptedNote(note, event);
          break;
        case 'ended': {
          const usage = meter.reported(event.usage);
          const attempt = {
            ...ended(note, 'SUCCEEDED', clock.monotonic() - startedAt),
            usage,
            cost: costOf(usage, candidate.model.prices),
          };
          clocks.stop();
          yield { kind: 'attemptSucceeded', attempt, finishReason: event.finishReason };
          return { kind: 'succeeded' };
        }
        default:
          clocks.heard(event);
          meter.see(event);
          if (event.kind !== 'partStarted')
            note = { ...note, ttftMs: note.ttftMs ?? wholeMs(clock.monotonic() - startedAt) };
          contentLeft = true;
          yield event;
      }
    }
    throw new Error('a model ended without saying so');
  } catch (error) {
    const cancelled = signal.aborted;
    const failure = failureOf(error, clock.now());
    const usage = cancelled || accepted || failure.mayCost ? meter.estimated() : noUsage;
    const attempt: Attempt = {
      ...ended(note, outcomeOf(failure, cancelled), clock.monotonic() - startedAt),
      errorCode: cancelled ? 'CANCELLED' : failure.code,
      httpStatus: failure.httpStatus ?? note.httpStatus,
      providerMessage: cancelled ? null : failure.message,
      usage,
      cost: costOf(usage, candidate.model.prices),
    };
    return { kind: 'failed', attempt, failure, contentLeft, error };
  } finally {
    clocks.stop();
  }
}

/**
 * The answer's events, until one of the clocks or the caller says stop: then this throws at once, however long the
 * model itself takes to notice. Aborting the signal is what closes the provider's socket.
 */
async function* promptly(source: AsyncIterable<AnswerEvent>, clocks: Clocks): AsyncGenerator<AnswerEvent, void> {
  const events = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const result = await Promise.race([events.next(), clocks.stopped]);
      if (result.done) return;
      yield result.value;
    }
  } finally {
    clocks.abort();
    // It may still be waiting for a socket that is being closed: its last words interest nobody.
    events.return?.(undefined).catch(() => {});
  }
}

function acceptedNote(note: Attempt, event: Extract<AnswerEvent, { kind: 'accepted' }>): Attempt {
  return {
    ...note,
    httpStatus: 200,
    providerRequestId: event.providerRequestId ?? note.providerRequestId,
    responseModel: event.responseModel ?? note.responseModel,
  };
}

function ended(note: Attempt, outcome: AttemptOutcome, durationMs: number): Attempt {
  return { ...note, outcome, durationMs: wholeMs(durationMs) };
}

function outcomeOf({ code }: Failure, cancelled: boolean): AttemptOutcome {
  if (cancelled) return 'CANCELLED';
  return code === 'PROVIDER_TIMEOUT' ? 'TIMED_OUT' : 'FAILED';
}

/** Without a cause: the packages' errors carry the whole prompt, and a logged cause would spread it. */
function problemOf(failure: Failure, { target }: Candidate, requestId: string, error: unknown): Error {
  if (error instanceof ValidationProblem) return error;
  const { code, message, again, retryAfterMs } = failure;
  if (code === 'VALIDATION_FAILED') return ValidationProblem.at('', 'NOT_SUPPORTED_BY_MODEL', message);
  return new ProviderProblem(code, `${target.model}: ${message}`, {
    retryable: again || code === 'PROVIDER_TIMEOUT',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    requestId,
  });
}

function wholeMs(ms: number): number {
  return Math.round(ms);
}

import { invariant } from '../core/assert.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Attempt, AttemptOutcome, Candidate, FallbackCode } from '../core/decision.ts';
import type { AttemptEvent } from '../core/event.ts';
import { costOf, noCost } from '../core/money.ts';
import { ProviderProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { cancellable } from '../core/stream.ts';
import { noUsage } from '../core/usage.ts';
import type { AnswerEvent, Question } from './answer-event.ts';
import { backoffMs } from './backoff.ts';
import { type Clocks, startClocks } from './clocks.ts';
import { createHealth, type Health, type HealthPass } from './health.ts';
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
  /**
   * False asks providers for whole answers; everything above sees the same events. Default true; calls that are no
   * conversation are never streamed.
   */
  readonly stream?: boolean;
}

/** A model one can ask. */
export interface ReachableModel {
  /** Puts one question to it; see language-model.ts and other-models.ts for what it throws. */
  ask(question: Question, signal: AbortSignal): AsyncIterable<AnswerEvent>;
  /** Notes what its key has met; true when the same model may be asked at once with another key of the provider. */
  readonly otherKey?: (failure: Failure) => boolean;
}

/**
 * Asks the candidates in turn until one answers to its end.
 *
 * Yields `attemptStarted`, content as it comes, and `attemptSucceeded` last. A failed attempt yields `attemptFailed`
 * (`next`: the model tried next, or null); then either the next one starts, or the failure is thrown. When content
 * had left before, `outputReset` tells the reader to throw it away: nothing is ever held back for a retry's sake.
 *
 * The same target is asked again only when its failure may pass (`Failure.again`), nothing of its answer had left, its
 * `maxAttempts` and its retry budget are not used up, and the wait (its own wish, or back-off with full jitter) is worth
 * it: shorter than what is left, and than a second when another target could answer meanwhile. When its key was the
 * trouble and the provider has another, that is tried at once, beyond `maxAttempts`.
 *
 * Targets that are resting (health.ts) are passed over without an attempt; when all are, that is the failure.
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
  health: Health = createHealth(runtime),
): AsyncIterableIterator<AttemptEvent> {
  return cancellable((stop) => attempts({ runtime, reach, health, job }, stop), signal);
}

interface Asking {
  readonly runtime: Runtime;
  readonly reach: (candidate: Candidate) => Promise<ReachableModel>;
  readonly health: Health;
  readonly job: AttemptJob;
}

async function* attempts(asking: Asking, signal: AbortSignal): AsyncGenerator<AttemptEvent, void> {
  const { runtime, job } = asking;
  invariant(job.candidates.length > 0, 'an attempt needs a candidate');
  let entered = enterFirst(asking, job.candidates);
  if (!entered) throw allResting(asking);
  let [number, turn] = [0, 0];
  for (;;) {
    const { candidate, pass, others }: Entered = entered;
    if (signal.aborted) return pass.left();
    number++;
    turn++;
    const result = yield* one(asking, candidate, pass, number, signal);
    if (result.kind === 'succeeded') return;
    const { failure, attempt, contentLeft, otherKey } = result;
    if (attempt.outcome === 'CANCELLED') {
      yield { kind: 'attemptFailed', attempt, next: null };
      return;
    }

    const left = job.deadlineMs - runtime.clock.monotonic();
    const open = mayMoveOn(failure, job) ? others : [];
    const following = left > 0 ? open.find((other) => isAwake(asking, other)) : undefined;
    const waitMs = otherKey ? 0 : (failure.retryAfterMs ?? backoffMs(turn, runtime.random));
    const worthIt = waitMs < Math.min(left, following ? WAIT_BEFORE_FALLBACK_MS : WAIT_MS);
    const mayPass = otherKey || (failure.again && turn < candidate.target.maxAttempts);
    const again = mayPass && !contentLeft && worthIt && pass.mayRetry();
    const next = again ? candidate : following;
    yield { kind: 'attemptFailed', attempt, next: next?.target.model ?? null };
    if (!next) throw problemOf(failure, candidate, job.requestId, result.error);
    if (contentLeft) yield { kind: 'outputReset', fromIndex: 0, reason: 'FALLBACK' };
    try {
      if (again) await runtime.clock.sleep(waitMs, signal);
    } catch {
      return;
    }
    // Any of them may have gone to rest meanwhile, by what others met.
    const then = enterFirst(asking, again ? [candidate, ...open] : open, again ? candidate : null);
    if (!then) throw problemOf(failure, candidate, job.requestId, result.error);
    if (then.candidate !== candidate) turn = 0;
    entered = then;
  }
}

/** What one model cannot take says nothing of a provider's health, so rules have no say in it. */
function mayMoveOn({ code, elsewhere }: Failure, { fallbackOn }: Pick<AttemptJob, 'fallbackOn'>): boolean {
  return elsewhere && (code === 'VALIDATION_FAILED' || fallbackOn === undefined || fallbackOn.includes(code));
}

/** A target that wants a longer pause than this has given the request away: to the next one, or back to the caller. */
const WAIT_MS = 10_000;
const WAIT_BEFORE_FALLBACK_MS = 1000;

interface Entered {
  readonly candidate: Candidate;
  readonly pass: HealthPass;
  /** Those after it. */
  readonly others: readonly Candidate[];
}

/** The first that does not rest. Whoever gets it gives the pass back. */
function enterFirst(
  asking: Asking,
  candidates: readonly Candidate[],
  retried: Candidate | null = null,
): Entered | null {
  for (const [place, candidate] of candidates.entries()) {
    const pass = isScripted(asking) ? unheard : asking.health.enter(candidate.model, candidate === retried);
    if (pass.code === 'OK') return { candidate, pass, others: candidates.slice(place + 1) };
  }
  return null;
}

function isAwake(asking: Asking, { model }: Candidate): boolean {
  return isScripted(asking) || asking.health.restOf(model) === null;
}

/** What a caller has made the simulator do says nothing about it, and must not take it from others. */
function isScripted({ job }: Asking): boolean {
  return job.request.simulation !== null;
}

const unheard: HealthPass = { code: 'OK', mayRetry: () => true, succeeded() {}, failed() {}, left() {} };

/** Nobody was asked, since all of them are resting; the first to come back says when it is worth asking again. */
function allResting({ health, job }: Asking): ProviderProblem {
  const rests = job.candidates.flatMap(({ model, target }) => {
    const rest = health.restOf(model);
    return rest ? [{ ...rest, model: target.model }] : [];
  });
  const soonest = rests.toSorted((a, b) => a.retryAfterMs - b.retryAfterMs)[0];
  const code = soonest?.code === 'COOLING_DOWN' ? 'RATE_LIMITED' : 'PROVIDER_OVERLOADED';
  const names = rests.map(({ model }) => model).join(', ');
  const message = `${names}: not asked, as it has just failed. ${soonest?.message ?? ''}`.trim();
  const retryAfterMs = soonest?.retryAfterMs ?? 1000;
  return new ProviderProblem(code, message, { retryable: true, retryAfterMs, requestId: job.requestId });
}

type Result =
  | { readonly kind: 'succeeded' }
  | {
      readonly kind: 'failed';
      readonly attempt: Attempt;
      readonly failure: Failure;
      readonly contentLeft: boolean;
      /** The key was the trouble, and the provider has another. */
      readonly otherKey: boolean;
      readonly error: unknown;
    };

/** One call to one model, from `attemptStarted` to its end. */
async function* one(
  { runtime, reach, job }: Asking,
  candidate: Candidate,
  pass: HealthPass,
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
  const whole = job.request.call !== undefined;
  const streaming = !whole && (job.stream ?? true) && (candidate.target.streaming ?? true);
  // What comes in one piece has no first token to wait for.
  const timing = whole ? { ...candidate.target, ttftTimeoutMs: null } : candidate.target;
  const clocks = startClocks(clock, timing, streaming, job.deadlineMs, signal);
  let accepted = false;
  let contentLeft = false;
  let reached: ReachableModel | undefined;

  try {
    yield { kind: 'attemptStarted', attempt: note };
    reached = await reach(candidate);
    const question = { request: job.request, attempt: number, stream: streaming };
    for await (const event of promptly(reached.ask(question, clocks.signal), clocks)) {
      switch (event.kind) {
        case 'accepted':
          accepted = true;
          clocks.accepted();
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
          pass.succeeded(clock.monotonic() - startedAt, note.ttftMs);
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
    const otherKey = !cancelled && (reached?.otherKey?.(failure) ?? false);
    if (!cancelled && !otherKey) pass.failed(failure);
    const usage = cancelled || accepted || failure.mayCost ? meter.estimated() : noUsage;
    const attempt: Attempt = {
      ...ended(note, outcomeOf(failure, cancelled), clock.monotonic() - startedAt),
      errorCode: cancelled ? 'CANCELLED' : failure.code,
      httpStatus: failure.httpStatus ?? note.httpStatus,
      providerMessage: cancelled ? null : failure.message,
      usage,
      cost: costOf(usage, candidate.model.prices),
    };
    return { kind: 'failed', attempt, failure, contentLeft, otherKey, error };
  } finally {
    clocks.stop();
    // Whatever is left now was stopped by its reader.
    pass.left();
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

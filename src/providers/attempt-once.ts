import { type Attempt, type AttemptOutcome, type Candidate, comesInPieces } from '../core/decision.ts';
import type { AttemptEvent } from '../core/event.ts';
import { costOf, noCost } from '../core/money.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Tell } from '../core/turns.ts';
import { noUsage, type Usage } from '../core/usage.ts';
import type { AnswerEvent } from './answer-event.ts';
import type { AttemptJob, ReachableModel } from './attempt-job.ts';
import { startClocks } from './clocks.ts';
import type { HealthPass } from './health.ts';
import { type Failure, failureOf } from './problems.ts';
import { usageMeter } from './usage.ts';

/** Whom to ask, and what. */
export interface Asking {
  readonly runtime: Runtime;
  readonly reach: (candidate: Candidate) => Promise<ReachableModel>;
  readonly job: AttemptJob;
}

/** How an attempt ended. */
export type Result = { readonly kind: 'succeeded' } | Failed;

export interface Failed {
  readonly kind: 'failed';
  readonly attempt: Attempt;
  readonly failure: Failure;
  readonly contentLeft: boolean;
  /** The key was the trouble, and the provider has another. */
  readonly otherKey: boolean;
  readonly error: unknown;
}

/**
 * One call to one model, from `attemptStarted` to its end: tells the events of attempt.ts but for `attemptFailed`, which
 * is its result. The pass is given back in every case.
 * @throws what `tell` throws, and nothing else
 */
export async function attemptOnce(
  { runtime, reach, job }: Asking,
  candidate: Candidate,
  pass: HealthPass,
  number: number,
  signal: AbortSignal,
  tell: Tell<AttemptEvent>,
): Promise<Result> {
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
  const streaming = (job.stream ?? true) && comesInPieces(job.request, candidate.target);
  // What comes in one piece has no first token to wait for.
  const timing = whole ? { ...candidate.target, ttftTimeoutMs: null } : candidate.target;
  const clocks = startClocks(clock, timing, streaming, job.deadlineMs, signal);
  let accepted = false;
  let contentLeft = false;
  let reached: ReachableModel | undefined;
  let answer: AsyncIterator<readonly AnswerEvent[]> | undefined;

  /** What the model says next, however long the model itself takes to notice that it shall stop. */
  const come = async (): Promise<readonly AnswerEvent[]> => {
    if (!answer) {
      reached = await reach(candidate);
      const together = job.together ?? false;
      const question = { request: job.request, attempt: number, stream: streaming, together };
      const events = await clocks.before(reached.ask(question, clocks.signal));
      answer = events[Symbol.asyncIterator]();
    }
    const { done, value } = await clocks.before(answer.next());
    if (done) throw new Error('a model ended without saying so');
    return value;
  };

  const succeeded = (usage: Usage): Attempt => ({
    ...ended(note, 'SUCCEEDED', clock.monotonic() - startedAt),
    usage,
    cost: costOf(usage, candidate.model.prices),
  });

  const failed = (error: unknown): Failed => {
    const cancelled = signal.aborted;
    const failure = failureOf(error, clock.now());
    const otherKey = !cancelled && (reached?.otherKey?.(failure) ?? false);
    if (!cancelled && !otherKey) pass.failed(failure);
    const usage = cancelled || accepted || failure.mayCost ? meter.brokenOff() : noUsage;
    const attempt: Attempt = {
      ...ended(note, cancelled ? stoppedAs(signal) : outcomeOf(failure), clock.monotonic() - startedAt),
      errorCode: !cancelled ? failure.code : signal.reason === OUTPACED ? null : 'CANCELLED',
      httpStatus: failure.httpStatus ?? note.httpStatus,
      providerMessage: cancelled ? null : failure.message,
      usage,
      cost: costOf(usage, candidate.model.prices),
    };
    return { kind: 'failed', attempt, failure, contentLeft, otherKey, error };
  };

  try {
    await tell({ kind: 'attemptStarted', attempt: note });
    for (;;) {
      let events: readonly AnswerEvent[];
      try {
        events = await come();
      } catch (error) {
        return failed(error);
      }
      for (const event of events) {
        // Whoever heard the last one may have had enough: what came with it counts no more than what comes later.
        if (clocks.signal.aborted) return failed(clocks.signal.reason);
        switch (event.kind) {
          case 'accepted':
            accepted = true;
            clocks.accepted();
            note = acceptedNote(note, event);
            break;
          case 'counted':
            meter.hear(event.usage);
            break;
          case 'ended': {
            meter.hear(event.usage);
            const attempt = succeeded(meter.whole());
            clocks.stop();
            pass.succeeded(clock.monotonic() - startedAt, note.ttftMs);
            await tell({ kind: 'attemptSucceeded', attempt, finishReason: event.finishReason });
            return { kind: 'succeeded' };
          }
          default: {
            clocks.heard(event);
            meter.see(event);
            if (note.ttftMs === null && event.kind !== 'partStarted')
              note = { ...note, ttftMs: wholeMs(clock.monotonic() - startedAt) };
            contentLeft = true;
            const step = tell(event);
            if (step) await step;
          }
        }
      }
    }
  } finally {
    // Closes the provider's socket, if it still speaks: its last words interest nobody.
    clocks.abort();
    answer?.return?.(undefined).catch(() => {});
    clocks.stop();
    // Whatever is left now was stopped by its reader.
    pass.left();
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

/** The reason to abort an attempt with that is not wanted any more, since another one was faster. */
export const OUTPACED = 'another attempt was faster';

function stoppedAs({ reason }: AbortSignal): AttemptOutcome {
  return reason === OUTPACED ? 'DISCARDED' : 'CANCELLED';
}

function outcomeOf({ code }: Failure): AttemptOutcome {
  return code === 'PROVIDER_TIMEOUT' ? 'TIMED_OUT' : 'FAILED';
}

function wholeMs(ms: number): number {
  return Math.round(ms);
}

import { type Attempt, type AttemptOutcome, type Candidate, comesInPieces } from '../core/decision.ts';
import type { AttemptEvent } from '../core/event.ts';
import { costOf, noCost } from '../core/money.ts';
import type { Runtime } from '../core/runtime.ts';
import { inTurn, type Step, type Tell } from '../core/turns.ts';
import { noUsage, type Usage } from '../core/usage.ts';
import type { AnswerEvent, Ending } from './answer-event.ts';
import type { AttemptJob, ReachableModel } from './attempt-job.ts';
import { Clocks } from './clocks.ts';
import type { HealthPass } from './health.ts';
import { type Failure, failureOf } from './problems.ts';
import { UsageMeter } from './usage.ts';

/** Whom to ask, and what. */
export interface Asking {
  readonly runtime: Runtime;
  readonly reach: (candidate: Candidate, job: AttemptJob) => Promise<ReachableModel>;
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
  const { request, together = false } = job;
  const { target, model } = candidate;
  const startedAt = clock.monotonic();
  /** Filled in as it goes; whoever hears of its start hears no more of this one than that. */
  const attempt: Draft = {
    id: runtime.ids.next('att'),
    number,
    targetId: target.id,
    model: target.model,
    provider: model.providerSlug,
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
  const meter = new UsageMeter(request);
  const whole = request.call !== undefined;
  const stream = (job.stream ?? true) && comesInPieces(request, target);
  // What comes in one piece has no first token to wait for.
  const timing = whole ? { ...target, ttftTimeoutMs: null } : target;
  const clocks = new Clocks(clock, timing, stream, job.deadlineMs, signal);
  let accepted = false;
  let contentLeft = false;

  const take = (event: AnswerEvent): Step => {
    // Whoever heard the last one may have had enough: what came with it counts no more than what comes later.
    if (clocks.signal.aborted) return;
    switch (event.kind) {
      case 'accepted':
        accepted = true;
        clocks.accepted();
        attempt.httpStatus = 200;
        attempt.providerRequestId = event.providerRequestId ?? attempt.providerRequestId;
        attempt.responseModel = event.responseModel ?? attempt.responseModel;
        return;
      case 'counted':
        return meter.hear(event.usage);
      default:
        clocks.heard(event);
        meter.see(event);
        if (event.kind !== 'partStarted') attempt.ttftMs ??= wholeMs(clock.monotonic() - startedAt);
        contentLeft = true;
        return tell(event);
    }
  };
  /** What is being told; what it rejects with is the listener's, whatever the model makes of it. */
  let telling: Step | null = null;
  const hear = (events: readonly AnswerEvent[]): Step => {
    try {
      telling = inTurn(events, take);
    } catch (error) {
      telling = Promise.reject(error);
    }
    return telling;
  };

  const close = (outcome: AttemptOutcome, usage: Usage): void => {
    attempt.outcome = outcome;
    attempt.durationMs = wholeMs(clock.monotonic() - startedAt);
    attempt.usage = usage;
    attempt.cost = costOf(usage, model.prices);
  };

  let reached: ReachableModel | undefined;
  let ending: Ending | null = null;
  try {
    const started = tell({ kind: 'attemptStarted', attempt: { ...attempt } });
    if (started) await started;
    try {
      reached = await reach(candidate, job);
      const place = () => job.placeOf?.(attempt.id) ?? null;
      const asked = reached.ask({ request, attempt: number, stream, together, place }, clocks.signal, hear);
      // However long the model itself takes to notice that it shall stop.
      ending = await clocks.before(asked);
    } catch (error) {
      await telling;
      const cancelled = signal.aborted;
      const failure = failureOf(error, clock.now());
      const otherKey = !cancelled && (reached?.otherKey?.(failure) ?? false);
      if (!cancelled && !otherKey) pass.failed(failure);
      const used = cancelled || accepted || failure.mayCost ? meter.brokenOff() : noUsage;
      attempt.errorCode = !cancelled ? failure.code : signal.reason === OUTPACED ? null : 'CANCELLED';
      attempt.httpStatus = failure.httpStatus ?? attempt.httpStatus;
      attempt.providerMessage = cancelled ? null : failure.message;
      close(cancelled ? stoppedAs(signal) : outcomeOf(failure), used);
      return { kind: 'failed', attempt, failure, contentLeft, otherKey, error };
    }
    meter.hear(ending.usage);
    close('SUCCEEDED', meter.whole());
    clocks.stop();
    pass.succeeded(clock.monotonic() - startedAt, attempt.ttftMs);
    const told = tell({ kind: 'attemptSucceeded', attempt, finishReason: ending.finishReason });
    if (told) await told;
    return SUCCEEDED;
  } finally {
    // Closes the provider's socket: its last words interest nobody. Where the answer has ended, so has the model.
    if (ending === null) clocks.abort();
    clocks.stop();
    // Whatever is left now was stopped by its reader.
    pass.left();
  }
}

type Draft = { -readonly [name in keyof Attempt]: Attempt[name] };

const SUCCEEDED: Result = { kind: 'succeeded' };

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

import { invariant } from '../core/assert.ts';
import type { CallAnswer, CallRequest } from '../core/call.ts';
import type { Attempt, Candidate } from '../core/decision.ts';
import { costOf, noCost } from '../core/money.ts';
import { ProviderProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { noUsage } from '../core/usage.ts';
import { type AttemptJob, mayMoveOn } from './attempt.ts';
import { backoffMs } from './backoff.ts';
import type { CatalogueRow, OtherModels } from './catalogue-row.ts';
import { startClocks } from './clocks.ts';
import { callModel } from './other-models.ts';
import { failureOf } from './problems.ts';

export interface CallJob extends Pick<AttemptJob, 'fallbackOn'> {
  readonly organizationId: string;
  readonly requestId: string;
  /** The eligible ones, in the order in which to try them. */
  readonly candidates: readonly Candidate[];
  readonly request: CallRequest;
  /** On `clock.monotonic()`: when to give up. */
  readonly deadlineMs: number;
  /** Is told of every attempt as it ends. */
  readonly onAttempt: (attempt: Attempt) => void;
}

export interface ReachableOthers {
  readonly row: CatalogueRow;
  readonly models: OtherModels;
}

/** A wait longer than this has given the request away, see attempt.ts. */
const MAX_WAIT_MS = 10_000;

/**
 * Asks the candidates in turn until one answers: attempt.ts for what is not streamed.
 * @throws ProviderProblem or ValidationProblem the last attempt's; on abort, the signal's reason
 */
export async function call(
  runtime: Runtime,
  reach: (candidate: Candidate) => Promise<ReachableOthers>,
  job: CallJob,
  signal: AbortSignal,
): Promise<{ readonly answer: CallAnswer; readonly model: string }> {
  const { clock } = runtime;
  invariant(job.candidates.length > 0, 'a call needs a candidate');
  let number = 0;
  for (const [place, candidate] of job.candidates.entries()) {
    for (let turn = 1; ; turn++) {
      signal.throwIfAborted();
      number++;
      const startedAt = clock.monotonic();
      const note = noteOf(candidate, number, runtime);
      const clocks = startClocks(clock, { ...candidate.target, ttftTimeoutMs: null }, false, job.deadlineMs, signal);
      try {
        const { row, models } = await reach(candidate);
        const asking = callModel(row, models, candidate.model.modelId, job.request, clocks.signal);
        const { answer, usage, responseModel, headers } = await Promise.race([asking, clocks.stopped]);
        const durationMs = Math.round(clock.monotonic() - startedAt);
        job.onAttempt({
          ...note,
          ...{ outcome: 'SUCCEEDED', durationMs, ttftMs: durationMs, httpStatus: 200, responseModel },
          providerRequestId: headers['x-request-id'] ?? headers['request-id'] ?? null,
          usage,
          cost: costOf(usage, candidate.model.prices),
        });
        return { answer, model: candidate.target.model };
      } catch (error) {
        const cancelled = signal.aborted;
        const failure = failureOf(error, clock.now());
        const timedOut = failure.code === 'PROVIDER_TIMEOUT';
        job.onAttempt({
          ...note,
          outcome: cancelled ? 'CANCELLED' : timedOut ? 'TIMED_OUT' : 'FAILED',
          durationMs: Math.round(clock.monotonic() - startedAt),
          errorCode: cancelled ? 'CANCELLED' : failure.code,
          httpStatus: failure.httpStatus,
          providerMessage: cancelled ? null : failure.message,
        });
        signal.throwIfAborted();
        if (error instanceof ValidationProblem) throw error;
        const left = job.deadlineMs - clock.monotonic();
        const waitMs = failure.retryAfterMs ?? backoffMs(turn, runtime.random);
        const again = failure.again && turn < candidate.target.maxAttempts && waitMs < Math.min(left, MAX_WAIT_MS);
        const last = job.candidates[place + 1] === undefined || !mayMoveOn(failure, job) || left <= 0;
        if (!again && last) {
          if (failure.code === 'VALIDATION_FAILED') {
            throw ValidationProblem.at('', 'NOT_SUPPORTED_BY_MODEL', failure.message);
          }
          throw new ProviderProblem(failure.code, `${candidate.target.model}: ${failure.message}`, {
            retryable: failure.again || timedOut,
            ...(failure.retryAfterMs !== undefined && { retryAfterMs: failure.retryAfterMs }),
            requestId: job.requestId,
          });
        }
        if (!again) break;
        await clock.sleep(waitMs, signal);
      } finally {
        clocks.abort();
        clocks.stop();
      }
    }
  }
  throw new Error('a call ended without an answer or a failure');
}

function noteOf({ target, model }: Candidate, number: number, { ids, clock }: Runtime): Attempt {
  return {
    id: ids.next('att'),
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
}

import { follow } from '../core/abort.ts';
import { invariant } from '../core/assert.ts';
import type { Candidate } from '../core/decision.ts';
import type { AttemptEvent } from '../core/event.ts';
import { IncompleteProblem, NotFoundProblem, Problem, ProviderProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Tell } from '../core/turns.ts';
import type { AttemptJob } from './attempt-job.ts';
import { type Asking, attemptOnce, type Failed, OUTPACED } from './attempt-once.ts';
import { backoffMs } from './backoff.ts';
import { createHealth, type Health, type HealthPass } from './health.ts';
import { type Attempting, type Contender, type Kept, withHedge } from './hedge.ts';
import type { Failure } from './problems.ts';

/**
 * Asks the candidates in turn until one answers to its end.
 *
 * Tells `attemptStarted`, content as it comes, and `attemptSucceeded` last. Of a failed attempt it tells `attemptFailed`
 * (`next`: the model tried next, or null); then either the next one starts, or the failure is thrown. When content
 * had left before, `outputReset` tells the reader to throw it away: nothing is ever held back for a retry's sake.
 *
 * The same target is asked again only when its failure may pass (`Failure.again`), nothing of its answer had left, its
 * `maxAttempts` and its retry budget are not used up, and the wait (its own wish, or back-off with full jitter) is worth
 * it: shorter than what is left, and than a second when another target could answer meanwhile. When its key was the
 * trouble and the provider has another, that is tried at once, beyond `maxAttempts`.
 *
 * Targets that are resting (health.ts), or that `permit` has something against, are passed over without an attempt; when
 * all are, that is the failure.
 *
 * @throws ProviderProblem the last attempt's failure; NotFoundProblem when the last model is none; IncompleteProblem when part of its answer had left; ValidationProblem when the last model cannot take the request.
 * When `signal` aborts: tells `attemptFailed` with outcome CANCELLED, its usage estimated, and ends without throwing;
 * between two attempts it just ends. When `tell` throws, what it throws; the provider is told to stop.
 */
export async function attempt(
  runtime: Runtime,
  reach: Asking['reach'],
  job: AttemptJob,
  signal: AbortSignal,
  tell: Tell<AttemptEvent>,
  health: Health = createHealth(runtime),
): Promise<void> {
  const asking: Choosing = { runtime, reach, health, job, attempts: 0 };
  invariant(job.candidates.length > 0, 'an attempt needs a candidate');
  const opening = await enterFirst(asking, job.candidates);
  if (!isEntered(opening)) return giveUp(opening ?? allResting(asking), signal);
  let entered = opening;
  let turn = 0;
  let hedged = false;

  for (;;) {
    if (signal.aborted) return entered.pass.left();
    turn++;
    const { candidate: asked, others: rest }: Entered = entered;
    const afterMs: number | null = hedged ? null : hedgeAfterMs(asked, job);
    let kept: Kept;
    if (afterMs === null) {
      kept = { contender: entered, second: null, result: await once(asking, entered, signal, tell) };
    } else {
      const first = rival(asking, entered, signal);
      const callSecond = async () => {
        const other = await enterHedge(asking, first, rest);
        return other && rival(asking, other, signal);
      };
      kept = await withHedge(first, afterMs, runtime.clock, callSecond, tell);
    }
    const { contender, second, result } = kept;
    hedged ||= second !== null;
    if (result.kind === 'succeeded') return;
    const { failure, attempt, contentLeft, otherKey } = result;
    if (attempt.outcome === 'CANCELLED') {
      await tell({ kind: 'attemptFailed', attempt, next: null });
      return;
    }
    const { candidate, pass } = contender;
    if (candidate !== asked) turn = 1;
    // Before the first word both have failed, whichever was the last of them.
    const tried = contentLeft ? candidate : (second?.candidate ?? candidate);
    const others = rest.slice(rest.indexOf(tried) + 1);
    const left = job.deadlineMs - runtime.clock.monotonic();
    const open = mayMoveOn(failure, job) ? others : [];
    const elsewhere = left > 0 && open.some((other) => isAwake(asking, other));
    const waitMs = otherKey ? 0 : (failure.retryAfterMs ?? backoffMs(turn, runtime.random));
    const worthIt = waitMs < Math.min(left, elsewhere ? WAIT_BEFORE_FALLBACK_MS : WAIT_MS);
    const mayPass = otherKey || (failure.again && turn < candidate.target.maxAttempts);
    const retried = mayPass && !contentLeft && worthIt && pass.mayRetry() ? [candidate] : [];
    const next = await firstOpen(asking, [...retried, ...(left > 0 ? open : [])], candidate);
    const again = next === candidate;
    await tell({ kind: 'attemptFailed', attempt, next: isCandidate(next) ? next.target.model : null });
    if (!isCandidate(next)) return giveUp(problemOf(result, candidate, job, contentLeft), signal);
    if (contentLeft) await tell({ kind: 'outputReset', fromIndex: 0, reason: 'FALLBACK' });
    try {
      if (again) await runtime.clock.sleep(waitMs, signal);
    } catch {
      return;
    }
    // Any of them may have gone to rest meanwhile, by what others met.
    const then = await enterFirst(asking, again ? [candidate, ...open] : open, again ? candidate : null);
    if (!isEntered(then)) return giveUp(problemOf(result, candidate, job, false), signal);
    if (then.candidate !== candidate) turn = 0;
    entered = then;
  }
}

interface Choosing extends Asking {
  readonly health: Health;
  /** That have been made of the request by now. */
  attempts: number;
}

/** Nobody has answered; whoever has told it to stop need not hear why. */
function giveUp(why: Error, signal: AbortSignal): void {
  if (!signal.aborted) throw why;
}

function once(asking: Choosing, { candidate, pass }: Attempting, signal: AbortSignal, tell: Tell<AttemptEvent>) {
  return attemptOnce(asking, candidate, pass, ++asking.attempts, signal, tell);
}

/** One of two, of which the slower is told to stop. */
function rival(asking: Choosing, { candidate, pass }: Attempting, signal: AbortSignal): Contender {
  const own = new AbortController();
  return {
    ...{ candidate, pass },
    run: (tell) => {
      const leave = follow(own, signal);
      return once(asking, { candidate, pass }, own.signal, tell).finally(leave);
    },
    discard: () => own.abort(OUTPACED),
  };
}

/** What one model cannot take, or that there is none, says nothing of a provider's health: rules have no say in it. */
function mayMoveOn(
  { code, elsewhere }: Pick<Failure, 'code' | 'elsewhere'>,
  { fallbackOn }: Pick<AttemptJob, 'fallbackOn'>,
): boolean {
  if (code === 'VALIDATION_FAILED' || code === 'NOT_FOUND') return elsewhere;
  return elsewhere && (fallbackOn === undefined || fallbackOn.includes(code));
}

/** How long the target may say nothing before a second one is asked beside it; null for as long as it likes. */
function hedgeAfterMs({ target }: Candidate, { request }: AttemptJob): number | null {
  // What comes in one piece has no first token to be slow with.
  return request.call === undefined ? (target.hedgeAfterMs ?? null) : null;
}

/**
 * The next target where slowness may lead to another one, else the same again; null when it rests, has no retry left,
 * or nobody would pay for it. A hedge is a retry that does not wait for the failure: it comes out of
 * the budget of the deployment that is slow, whose load it grows with.
 */
async function enterHedge(
  asking: Choosing,
  first: Contender,
  others: readonly Candidate[],
): Promise<Attempting | null> {
  const { job, health } = asking;
  const elsewhere = mayMoveOn({ code: 'PROVIDER_TIMEOUT', elsewhere: true }, job);
  const candidate = (elsewhere && others.find((other) => isAwake(asking, other))) || first.candidate;
  const pass = isScripted(asking, candidate) ? unheard : health.enter(candidate.model, true);
  if (pass.code !== 'OK') return null;
  const mayBe = first.pass.mayRetry() && !(await job.permit?.(candidate));
  if (mayBe && ((await job.holdHedge?.(candidate)) ?? true)) return { candidate, pass };
  pass.left();
  return null;
}

/** A target that wants a longer pause than this has given the request away: to the next one, or back to the caller. */
const WAIT_MS = 10_000;
const WAIT_BEFORE_FALLBACK_MS = 1000;

interface Entered extends Attempting {
  /** Those after it. */
  readonly others: readonly Candidate[];
}

/** The first that may be asked now, and does not rest. Whoever gets it gives the pass back. */
async function enterFirst(
  asking: Choosing,
  candidates: readonly Candidate[],
  retried: Candidate | null = null,
): Promise<Entered | Problem | null> {
  for (let others = candidates; ; ) {
    const candidate = await firstOpen(asking, others, retried);
    if (!isCandidate(candidate)) return candidate;
    others = others.slice(others.indexOf(candidate) + 1);
    const pass = isScripted(asking, candidate) ? unheard : asking.health.enter(candidate.model, candidate === retried);
    if (pass.code === 'OK') return { candidate, pass, others };
  }
}

/**
 * The first that does not rest and may be asked. The one that is tried again has not rested since.
 * @returns otherwise why one of them may not, or null when all of them rest
 */
function firstOpen(
  asking: Choosing,
  candidates: readonly Candidate[],
  retried: Candidate | null,
): Promise<Candidate | Problem | null> | Candidate | null {
  const { permit } = asking.job;
  const awake = (candidate: Candidate) => candidate === retried || isAwake(asking, candidate);
  return permit ? firstPermitted(candidates, awake, permit) : (candidates.find(awake) ?? null);
}

async function firstPermitted(
  candidates: readonly Candidate[],
  awake: (candidate: Candidate) => boolean,
  permit: NonNullable<AttemptJob['permit']>,
): Promise<Candidate | Problem | null> {
  let why: Problem | null = null;
  for (const candidate of candidates) {
    if (!awake(candidate)) continue;
    const problem = await permit(candidate);
    if (!problem) return candidate;
    why ??= problem;
  }
  return why;
}

function isCandidate(found: Candidate | Problem | null): found is Candidate {
  return found !== null && !(found instanceof Problem);
}

function isEntered(found: Entered | Problem | null): found is Entered {
  return found !== null && !(found instanceof Problem);
}

function isAwake(asking: Choosing, candidate: Candidate): boolean {
  return isScripted(asking, candidate) || asking.health.restOf(candidate.model) === null;
}

/** What a caller has made the simulator do says nothing about it, and must not take it from others. */
function isScripted({ job }: Pick<Asking, 'job'>, { model }: Candidate): boolean {
  return job.request.simulation !== null && model.providerKind === 'simulator';
}

const unheard: HealthPass = { code: 'OK', mayRetry: () => true, succeeded() {}, failed() {}, left() {} };

/** Nobody was asked, since all of them are resting; the first to come back says when it is worth asking again. */
function allResting({ health, job }: Choosing): ProviderProblem {
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

/**
 * Without a cause: the packages' errors carry the whole prompt, and a logged cause would spread it.
 * @param shown part of the answer stands before its reader
 */
function problemOf(failed: Failed, { target }: Candidate, { requestId, instead }: AttemptJob, shown: boolean): Error {
  const { failure, attempt, error } = failed;
  if (error instanceof ValidationProblem) return error;
  const { code, again, retryAfterMs } = failure;
  if (code === 'VALIDATION_FAILED') return ValidationProblem.at('', 'NOT_SUPPORTED_BY_MODEL', failure.message);
  if (code === 'NOT_FOUND') {
    const { names: suggestions = [], hint = '' } = instead?.(target.model) ?? {};
    return new NotFoundProblem('Model', target.model, { why: failure.message, suggestions, hint, requestId });
  }
  const message = `${target.model}: ${failure.message}`;
  const options = {
    retryable: again || code === 'PROVIDER_TIMEOUT',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    requestId,
  };
  return shown
    ? new IncompleteProblem(code, message, attempt.usage, options)
    : new ProviderProblem(code, message, options);
}

import type { CompletionState, Completions } from '../completions/index.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import { digestOf } from '../core/digest.ts';
import { UnavailableProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { cancellable } from '../core/stream.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { Database } from '../platform/database/database.ts';
import type { Jobs } from '../platform/jobs.ts';
import type { RunLog } from '../platform/runlog/runlog.ts';
import type { Usage } from '../usage/index.ts';
import { type AskedRun, type AskOptions, createAsk } from './ask.ts';
import { sharedClaims } from './claims.ts';
import { drive } from './drive.ts';
import { createDrivenRuns } from './driven.ts';
import { erasableRuns, forgetTopic } from './erasable.ts';
import type { RunEvent } from './event.ts';
import { type Claim, createIdempotency, type KeyedRun } from './idempotency.ts';
import { within } from './patience.ts';
import { createReading } from './read.ts';
import { requestIdOf, type StartedRun, type StartOptions } from './start-options.ts';

export type { AskedRun, AskOptions } from './ask.ts';
export type { RunEvent } from './event.ts';
export { requestIdOf, type StartedRun, type StartOptions } from './start-options.ts';

/**
 * Detached execution: a run belongs to nobody's connection. Whoever starts it, anybody who may see it can follow it,
 * come back to it, or stop it, from any instance. Only `cancel` (or its `onDisconnect`) ends it early.
 */
export interface Runs {
  /** @throws IdempotencyConflictProblem, UnavailableProblem */
  start(caller: Caller, request: CompletionRequest, options: StartOptions): Promise<StartedRun>;
  /**
   * Asks and waits for the end, for calls that are no conversation; see ask.ts.
   * @returns the state at the end, without an answer when a key stands for a call whose log is gone
   * @throws what `start` throws, CancelledProblem when `signal` aborts. That stops the run itself only when no
   * idempotency key leads back to it, and `onDisconnect` does not say CONTINUE.
   */
  ask(caller: Caller, request: CompletionRequest, options: AskOptions, signal: AbortSignal): Promise<AskedRun>;
  /**
   * The run's events after `afterSeq`, as they come, as many at once as there are; ends after the terminal one. None at all
   * are a sign of life after 15 s of silence. Ending the iteration is not a cancel.
   * @throws NotFoundProblem for a run that is unknown, forgotten, or not the caller's
   */
  follow(
    caller: Caller,
    id: string,
    afterSeq: number,
    signal?: AbortSignal,
  ): AsyncIterableIterator<readonly RunEvent[]>;
  /** The state at the end, or after `waitMs`, whichever is first. */
  wait(caller: Caller, id: string, waitMs: number, signal: AbortSignal): Promise<CompletionState>;
  /** The state now, without content once the log is gone; null when the run is unknown or not the caller's. */
  get(caller: Caller, id: string): Promise<CompletionState | null>;
  /** The same, for a run that must be there. @throws NotFoundProblem */
  whole(caller: Caller, id: string): Promise<CompletionState>;
  /** The completion an idempotency key of this caller stands for. */
  idOfKey(caller: Caller, key: string): Promise<string | null>;
  /** Whoever started a run that is sought MEANWHILE has had its end: what was said goes at once, not in some seconds. */
  release(id: string): void;
  /** Stops the run, wherever it is driven, and waits for its end. A run that has ended stays as it is. */
  cancel(caller: Caller, id: string, reason: string | null): Promise<CompletionState>;
  /** For a process that knows to be the only one: earlier runs died with the one before, so their keys are free. */
  releaseKeys(): Promise<void>;
  /** Lets running runs finish until `deadlineMs` from now, then cancels them; resolves when none is left. */
  drain(deadlineMs: number): Promise<void>;
  /** Its part of an erasure. */
  readonly erasable: ReturnType<typeof erasableRuns>;
  close(): void;
}

export interface RunsOptions {
  /** How long a finished run can be followed. */
  readonly keepMs: number;
  /** CANCEL_AFTER_GRACE: how long nobody may be listening. */
  readonly graceMs: number;
  readonly heartbeatMs: number;
}

export const runDefaults: RunsOptions = { keepMs: 60 * 60 * 1000, graceMs: 30_000, heartbeatMs: 15_000 };

/** How long a run that nobody comes back to can be read after its end: those who follow it elsewhere read on to there. */
const LINGER_MS = 10_000;
/** How long a run that somebody else has just started may take to become visible. */
const APPEARANCE_MS = 2_000;
/** How long `cancel` waits for the run's end, wherever it is driven. */
const CANCEL_WAIT_MS = 5_000;
const SWEEP_MS = 60 * 60 * 1000;

export interface RunsNeeds {
  readonly database: Database;
  readonly runlog: RunLog;
  readonly bus: Bus;
  readonly jobs: Jobs;
  readonly completions: Completions;
  /** Remembers runs whose log is gone. */
  readonly usage: Pick<Usage, 'find'>;
  readonly runtime: Runtime;
}

export function createRuns(needs: RunsNeeds, options: RunsOptions = runDefaults): Runs {
  const { database, runlog, bus, jobs, completions, usage, runtime } = needs;
  const { clock, ids } = runtime;
  const idempotency = createIdempotency(database, clock);
  const claims = sharedClaims(idempotency);
  const driven = createDrivenRuns(idempotency, runlog, runtime, claims.forget);
  const startedHere = (caller: Caller, id: string) => driven.get(id)?.owner === caller;
  const { get, find, whole, events, end } = createReading({ runlog, usage, startedHere }, options.heartbeatMs);

  const silences = [
    bus.subscribe('runs.cancel', (message) => {
      const { id, reason } = message as { id: string; reason: string | null };
      driven.get(id)?.controller.abort(reason);
    }),
    bus.subscribe(forgetTopic, async (message) => {
      // What cannot be reached now is not there for readers either, and Redis was told by whoever said this.
      await runlog.forget((message as { ids: string[] }).ids).catch(() => {});
    }),
  ];
  jobs.every('sweep idempotency keys', SWEEP_MS, (tx) => idempotency.sweep(tx));

  async function start(caller: Caller, request: CompletionRequest, start: StartOptions): Promise<StartedRun> {
    const acceptedAt = clock.monotonic();
    if (!database.available()) throw new UnavailableProblem('database', 'The database cannot be reached.');
    const id = ids.next(request.call ? 'cal' : 'cmp');
    const { idempotencyKey: key, onDisconnect, streamed, coalesceMs, trace } = start;
    const keyed = key === null ? null : { apiKeyId: caller.apiKeyId, key, completionId: id };
    const sought = keyed ? 'ANYBODY' : start.sought;
    if (keyed) {
      const claim = await claimed(keyed, digestOf(request));
      if (claim.completionId !== id) {
        if (claim.state === 'RUNNING') await appearance(caller, claim);
        return { id: claim.completionId, replayed: true };
      }
    }
    try {
      await runlog.open(id, sought);
    } catch (error) {
      if (keyed) {
        await idempotency.settle(keyed, 'RETRYABLE');
        claims.forget(keyed);
      }
      throw error;
    }
    const controller = new AbortController();
    const together = coalesceMs > 0;
    const job = { id, requestId: requestIdOf(id), caller, request, streamed, together, trace, acceptedAt };
    const keepMs = sought === 'MEANWHILE' ? LINGER_MS : options.keepMs;
    const run = drive(job, completions, runlog, runtime, { coalesceMs, keepMs }, controller);
    driven.add(id, caller, run, controller, keyed);
    if (onDisconnect === 'CANCEL') void driven.cancelWhenDeserted(id);
    if (onDisconnect === 'CANCEL_AFTER_GRACE') void driven.cancelWhenLonely(id, options.graceMs);
    if (run.begun) await run.begun;
    return { id, replayed: false };
  }

  /** Like `claims.of`, but whoever comes between a run's end and its note waits for the note: it may say "again". */
  async function claimed(keyed: KeyedRun, fingerprint: string): Promise<Claim> {
    const claim = await claims.of(keyed, fingerprint);
    const holder = driven.get(claim.completionId);
    if (!holder?.over) return claim;
    await within(clock, holder.settled, APPEARANCE_MS);
    return claims.of(keyed, fingerprint);
  }

  /** Waits until a run that another call has just claimed can be found. */
  async function appearance(caller: Caller, claim: Claim): Promise<void> {
    const until = clock.monotonic() + APPEARANCE_MS;
    while (!(await find(caller, claim.completionId))) {
      if (clock.monotonic() >= until) {
        throw new UnavailableProblem('run', 'The instance that drives this completion cannot be found.', {
          retryAfterMs: claim.leaseMs,
        });
      }
      await clock.sleep(25);
    }
  }

  async function wait(caller: Caller, id: string, waitMs: number, signal: AbortSignal): Promise<CompletionState> {
    if (waitMs <= 0 || !startedHere(caller, id)) {
      const now = await whole(caller, id);
      if (now.status !== 'RUNNING' || waitMs <= 0) return now;
    }
    await patience(id, waitMs, signal);
    return whole(caller, id);
  }

  /** Resolves at the run's end, after `waitMs`, or when `signal` aborts. */
  async function patience(id: string, waitMs: number, signal: AbortSignal): Promise<void> {
    const mine = driven.get(id);
    if (mine) {
      const leave = mine.audience.attend();
      await within(clock, mine.ended, waitMs, signal);
      leave(signal.aborted);
    } else {
      const enough = new AbortController();
      await within(clock, end(id, enough.signal), waitMs, signal).finally(() => enough.abort());
    }
  }

  const ask = createAsk({
    completions,
    driven,
    database,
    runtime,
    start,
    async end(caller, id, waitMs, signal) {
      const now = await find(caller, id);
      if (now?.status !== 'RUNNING') return now;
      await patience(id, waitMs, signal);
      return find(caller, id);
    },
  });

  return {
    start,
    ask,
    get,
    whole,
    wait,
    follow(caller, id, afterSeq, signal) {
      const leave = driven.get(id)?.audience.attend(signal);
      return cancellable((inner) => events(caller, id, afterSeq, inner), signal, leave);
    },
    idOfKey: (caller, key) => idempotency.find(caller.apiKeyId, key),
    async cancel(caller, id, reason) {
      await whole(caller, id);
      const mine = driven.get(id);
      if (mine) mine.controller.abort(reason);
      else await bus.publish('runs.cancel', { id, reason });
      return wait(caller, id, CANCEL_WAIT_MS, new AbortController().signal);
    },
    release: (id) => runlog.release(id),
    erasable: erasableRuns(runlog, bus),
    releaseKeys: () => idempotency.releaseAll(),
    drain: driven.drain,
    close() {
      for (const silence of silences) silence();
      driven.close();
    },
  };
}

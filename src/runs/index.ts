import type { Completions } from '../completions/index.ts';
import { type CompletionState, replay } from '../completions/index.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { CompletionEvent, RunOwner } from '../core/event.ts';
import { NotFoundProblem, reviveProblem, UnavailableProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { cancellable } from '../core/stream.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { Database } from '../platform/database/database.ts';
import type { Jobs } from '../platform/jobs.ts';
import { LostRun, type RunLog } from '../platform/runlog/runlog.ts';
import type { Usage } from '../usage/index.ts';
import { sharedClaims } from './claims.ts';
import { drive } from './drive.ts';
import type { RunEvent } from './event.ts';
import { fromHistory, shortLog } from './history.ts';
import { type Claim, createIdempotency, fingerprintOf, type KeyedRun, LEASE_MS } from './idempotency.ts';

export type { RunEvent } from './event.ts';

/**
 * Detached execution: a run belongs to nobody's connection. Whoever starts it, anybody who may see it can follow it,
 * come back to it, or stop it, from any instance. Only `cancel` (or CANCEL_AFTER_GRACE) ends it early.
 */
export interface Runs {
  /** @throws IdempotencyConflictProblem, UnavailableProblem */
  start(caller: Caller, request: CompletionRequest, options: StartOptions): Promise<StartedRun>;
  /**
   * The run's events after `afterSeq`, as they come; ends after the terminal one. A heartbeat repeats the last `seq`
   * after 15 s of silence. Ending the iteration is not a cancel.
   * @throws NotFoundProblem for a run that is unknown, forgotten, or not the caller's
   */
  follow(caller: Caller, id: string, afterSeq: number, signal?: AbortSignal): AsyncIterableIterator<RunEvent>;
  /** The state at the end, or after `waitMs`, whichever is first. */
  wait(caller: Caller, id: string, waitMs: number, signal: AbortSignal): Promise<CompletionState>;
  /** The state now, without content once the log is gone; null when the run is unknown or not the caller's. */
  get(caller: Caller, id: string): Promise<CompletionState | null>;
  /** The same, for a run that must be there. @throws NotFoundProblem */
  whole(caller: Caller, id: string): Promise<CompletionState>;
  /** The completion an idempotency key of this caller stands for. */
  idOfKey(caller: Caller, key: string): Promise<string | null>;
  /** Stops the run, wherever it is driven, and waits for its end. A run that has ended stays as it is. */
  cancel(caller: Caller, id: string, reason: string | null): Promise<CompletionState>;
  /** For a process that knows to be the only one: earlier runs died with the one before, so their keys are free. */
  releaseKeys(): Promise<void>;
  /** Lets running runs finish until `deadlineMs` from now, then cancels them; resolves when none is left. */
  drain(deadlineMs: number): Promise<void>;
  close(): void;
}

export interface StartOptions {
  readonly idempotencyKey: string | null;
  readonly onDisconnect: 'CONTINUE' | 'CANCEL_AFTER_GRACE';
  readonly streamed: boolean;
  /** See coalesce.ts. */
  readonly coalesceMs: number;
}

export interface StartedRun {
  readonly id: string;
  /** True when the idempotency key attached this call to an earlier run. */
  readonly replayed: boolean;
}

export interface RunsOptions {
  /** How long a finished run can be followed. */
  readonly keepMs: number;
  /** CANCEL_AFTER_GRACE: how long nobody may be listening. */
  readonly graceMs: number;
  readonly heartbeatMs: number;
}

export const runDefaults: RunsOptions = { keepMs: 60 * 60 * 1000, graceMs: 30_000, heartbeatMs: 15_000 };

/** A run that this instance drives. */
interface Driven {
  readonly controller: AbortController;
  readonly keyed: KeyedRun | null;
  /** Resolves when the log is closed: from then on the answer is whole. */
  readonly ended: Promise<unknown>;
  /** Resolves when the idempotency key knows of the end too. Nobody's answer waits for that. */
  readonly settled: Promise<unknown>;
  /** The run has ended, and its key may not know of it yet. */
  over: boolean;
  /** Callers of `wait`: they listen too, though not to the log. */
  waiters: number;
}

const SWEEP_MS = 60 * 60 * 1000;
/** Between attempts to note how a keyed run ended, while the database is away. */
const SETTLE_AGAIN_MS = 1_000;
/** How long runs that were told to stop may take over their last events and notes. */
const LAST_NOTES_MS = 5_000;
/** How long a run that somebody else has just started may take to become visible. */
const APPEARANCE_MS = 2_000;

export function createRuns(
  deps: {
    readonly database: Database;
    readonly runlog: RunLog;
    readonly bus: Bus;
    readonly jobs: Jobs;
    readonly completions: Completions;
    /** Remembers runs whose log is gone. */
    readonly usage: Pick<Usage, 'find'>;
    readonly runtime: Runtime;
  },
  options: RunsOptions = runDefaults,
): Runs {
  const { database, runlog, bus, jobs, completions, usage, runtime } = deps;
  const { clock, ids, log } = runtime;
  const idempotency = createIdempotency(database, clock);
  const claims = sharedClaims(idempotency);
  const driven = new Map<string, Driven>();
  let closed = false;

  const silence = bus.subscribe('runs.cancel', (message) => {
    const { id, reason } = message as { id: string; reason: string | null };
    driven.get(id)?.controller.abort(reason);
  });
  const stopRenewing = renewLeases();
  jobs.every('sweep idempotency keys', SWEEP_MS, (tx) => idempotency.sweep(tx));

  async function start(caller: Caller, request: CompletionRequest, start: StartOptions): Promise<StartedRun> {
    const acceptedAt = clock.monotonic();
    if (!database.available()) throw new UnavailableProblem('database', 'The database cannot be reached.');
    const id = ids.next('cmp');
    const { idempotencyKey: key, onDisconnect, streamed, coalesceMs } = start;
    const keyed = key === null ? null : { apiKeyId: caller.apiKeyId, key, completionId: id };
    if (keyed) {
      const claim = await claimed(keyed, fingerprintOf(request));
      if (claim.completionId !== id) {
        if (claim.state === 'RUNNING') await appearance(caller, claim);
        return { id: claim.completionId, replayed: true };
      }
    }
    try {
      await runlog.open(id);
    } catch (error) {
      if (keyed) {
        await idempotency.settle(keyed, 'RETRYABLE');
        claims.forget(keyed);
      }
      throw error;
    }
    const controller = new AbortController();
    const job = { id, requestId: requestIdOf(id), caller, request, streamed, acceptedAt };
    const run = drive(job, completions, runlog, runtime, { coalesceMs, keepMs: options.keepMs }, controller);
    const settled = run.ended
      .then((last) => (keyed ? settle(keyed, endState(last)) : undefined))
      .finally(() => {
        driven.delete(id);
        if (keyed) claims.forget(keyed);
      });
    const mine: Driven = { controller, keyed, ended: run.ended, settled, over: false, waiters: 0 };
    driven.set(id, mine);
    void run.ended.then(() => {
      mine.over = true;
    });
    if (onDisconnect === 'CANCEL_AFTER_GRACE') void watch(id, controller);
    await run.begun;
    return { id, replayed: false };
  }

  /**
   * Notes how a keyed run ended, however long the database is away: a key that still seems to run would be free for
   * another, paid run once its lease has passed. Until it is noted the lease is renewed like a running run's.
   */
  async function settle(keyed: KeyedRun, state: 'SUCCEEDED' | 'FAILED' | 'RETRYABLE'): Promise<void> {
    while (!closed) {
      try {
        return await idempotency.settle(keyed, state);
      } catch (error) {
        log.warn({ err: error, completionId: keyed.completionId }, 'the end of a run is not noted yet');
        await clock.sleep(SETTLE_AGAIN_MS);
      }
    }
  }

  /** Like `claims.of`, but whoever comes between a run's end and its note waits for the note: it may say "again". */
  async function claimed(keyed: KeyedRun, fingerprint: string): Promise<Claim> {
    const claim = await claims.of(keyed, fingerprint);
    const holder = driven.get(claim.completionId);
    if (!holder?.over) return claim;
    await within(holder.settled, APPEARANCE_MS);
    return claims.of(keyed, fingerprint);
  }

  /** Waits until a run that another call has just claimed can be found. */
  async function appearance(caller: Caller, claim: Claim): Promise<void> {
    const until = clock.monotonic() + APPEARANCE_MS;
    while (!(await get(caller, claim.completionId))) {
      if (clock.monotonic() >= until) {
        throw new UnavailableProblem('run', 'The instance that drives this completion cannot be found.', {
          retryAfterMs: claim.leaseMs,
        });
      }
      await clock.sleep(25);
    }
  }

  /** Cancels a run that had a listener once and has had none for `graceMs`. */
  async function watch(id: string, controller: AbortController): Promise<void> {
    let hadListener = false;
    let lonelySince: number | null = null;
    while (driven.has(id) && !controller.signal.aborted) {
      const listeners = (driven.get(id)?.waiters ?? 0) + (await runlog.followers(id).catch(() => 1));
      if (listeners > 0) {
        hadListener = true;
        lonelySince = null;
      } else if (hadListener) {
        lonelySince ??= clock.monotonic();
        if (clock.monotonic() - lonelySince >= options.graceMs) controller.abort('nobody was listening any more');
      }
      await new Promise<void>((resolve) => clock.after(Math.max(50, options.graceMs / 60), resolve));
    }
  }

  async function* events(caller: Caller, id: string, afterSeq: number, signal: AbortSignal): AsyncGenerator<RunEvent> {
    const state = await whole(caller, id);
    if (!(await runlog.read(id))) {
      yield* shortLog(state).filter(({ seq }) => seq > afterSeq);
      return;
    }
    let lastSeq = afterSeq;
    for await (const entries of followLog(id, afterSeq, signal)) {
      if (entries.length === 0) yield { seq: lastSeq, at: clock.now(), event: { kind: 'heartbeat' } };
      for (const { seq, at, event } of entries) {
        lastSeq = seq;
        yield { seq, at, event: event as CompletionEvent };
      }
    }
  }

  async function* followLog(id: string, afterSeq: number, signal: AbortSignal) {
    try {
      yield* runlog.follow(id, afterSeq, options.heartbeatMs, signal);
    } catch (error) {
      if (!(error instanceof LostRun)) throw error;
      throw new UnavailableProblem(
        'run',
        'The instance that drove this completion is gone. Call again with the same idempotency key to start over.',
      );
    }
  }

  async function get(caller: Caller, id: string): Promise<CompletionState | null> {
    const entries = await runlog.read(id);
    const state = entries?.length ? replay(id, entries) : await remembered(caller.organizationId, id);
    return state && visible(caller, state.owner) ? state : null;
  }

  async function remembered(organizationId: string, id: string): Promise<CompletionState | null> {
    const request = await usage.find(organizationId, requestIdOf(id));
    return request && fromHistory(request);
  }

  async function whole(caller: Caller, id: string): Promise<CompletionState> {
    const state = await get(caller, id);
    if (!state) throw new NotFoundProblem('completion', id);
    return state;
  }

  async function wait(caller: Caller, id: string, waitMs: number, signal: AbortSignal): Promise<CompletionState> {
    const now = await whole(caller, id);
    if (now.status !== 'RUNNING') return now;
    const patience = new AbortController();
    const stop = () => patience.abort();
    const cancelTimer = clock.after(waitMs, stop);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted || waitMs <= 0) stop();
    try {
      await endOf(id, patience.signal);
    } finally {
      cancelTimer();
      signal.removeEventListener('abort', stop);
    }
    return whole(caller, id);
  }

  /** Resolves when the run has ended or `signal` aborts. */
  async function endOf(id: string, signal: AbortSignal): Promise<void> {
    const mine = driven.get(id);
    if (mine) {
      mine.waiters++;
      await Promise.race([mine.ended, aborted(signal)]);
      mine.waiters--;
      return;
    }
    for await (const _entries of cancellable((inner) => followLog(id, 0, inner), signal));
  }

  /** Resolves with `work`, or after `ms` without it. */
  async function within(work: Promise<unknown>, ms: number): Promise<void> {
    const deadline = new AbortController();
    const cancelTimer = clock.after(ms, () => deadline.abort());
    await Promise.race([work, aborted(deadline.signal)]);
    cancelTimer();
  }

  /** Keeps the keys of what this instance drives, until `close`. */
  function renewLeases(): () => void {
    let cancelTimer = () => {};
    const turn = async () => {
      const keyed = [...driven.values()].flatMap((run) => run.keyed ?? []);
      await idempotency.renew(keyed).catch((error: unknown) => log.warn({ err: error }, 'leases are not renewed'));
      if (!closed) cancelTimer = clock.after(LEASE_MS / 3, turn);
    };
    cancelTimer = clock.after(LEASE_MS / 3, turn);
    return () => cancelTimer();
  }

  return {
    start,
    get,
    whole,
    wait,
    follow: (caller, id, afterSeq, signal) => cancellable((inner) => events(caller, id, afterSeq, inner), signal),
    idOfKey: (caller, key) => idempotency.find(caller.apiKeyId, key),
    async cancel(caller, id, reason) {
      await whole(caller, id);
      const mine = driven.get(id);
      if (mine) mine.controller.abort(reason);
      else await bus.publish('runs.cancel', { id, reason });
      return wait(caller, id, 5_000, new AbortController().signal);
    },
    releaseKeys: () => idempotency.releaseAll(),
    async drain(deadlineMs) {
      const all = Promise.allSettled([...driven.values()].map(({ settled }) => settled));
      await within(all, deadlineMs);
      for (const { controller } of driven.values()) controller.abort('the gateway is shutting down');
      await within(all, LAST_NOTES_MS);
    },
    close() {
      closed = true;
      silence();
      stopRenewing();
    },
  };
}

/** A completion and its request share their id but for the prefix. */
export function requestIdOf(completionId: string): string {
  return completionId.replace(/^cmp_/, 'req_');
}

/** One's own project's runs; with CONTENT_READ, those of the whole organization. */
export function visible(caller: Caller, owner: RunOwner): boolean {
  if (caller.organizationId !== owner.organizationId) return false;
  return caller.projectId === owner.projectId || caller.scopes.has('CONTENT_READ');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function endState(last: CompletionEvent): 'SUCCEEDED' | 'FAILED' | 'RETRYABLE' {
  if (last.kind !== 'failed') return 'SUCCEEDED';
  return reviveProblem(last.problem).retryable ? 'RETRYABLE' : 'FAILED';
}

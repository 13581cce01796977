import { type CompletionState, type Completions, replay } from '../completions/index.ts';
import { onAbort } from '../core/abort.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import { CancelledProblem, UnavailableProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { TraceParent } from '../core/trace.ts';
import type { Database } from '../platform/database/database.ts';
import type { LogEntry } from '../platform/runlog/runlog.ts';
import { drive } from './drive.ts';
import type { DrivenRuns } from './driven.ts';
import { requestIdOf, type StartedRun, type StartOptions } from './start-options.ts';

export type AskOptions = Pick<StartOptions, 'idempotencyKey' | 'trace'> & {
  /** Null: goes on when others can still come for the answer, which takes an idempotency key. */
  readonly onDisconnect: StartOptions['onDisconnect'] | null;
};

export interface AskedRun {
  readonly state: CompletionState;
  /** See StartedRun. */
  readonly replayed: boolean;
}

export interface AskNeeds {
  readonly completions: Completions;
  readonly driven: DrivenRuns;
  readonly database: Pick<Database, 'available'>;
  readonly runtime: Runtime;
  readonly start: (caller: Caller, request: CompletionRequest, options: StartOptions) => Promise<StartedRun>;
  /** The state at the run's end; null when the books have forgotten it. */
  readonly end: (caller: Caller, id: string, waitMs: number, signal: AbortSignal) => Promise<CompletionState | null>;
}

/** How long a run may go on after its own deadline, over its last notes. */
const GRACE_MS = 30_000;

/**
 * One question, one answer: a run that is waited for to its end. With an idempotency key it is like any other, so
 * that its repetitions find it. Without one nobody else can, so it is not logged and leaves nothing behind.
 */
export function createAsk({ completions, driven, database, runtime, start, end }: AskNeeds) {
  return async (
    caller: Caller,
    request: CompletionRequest,
    { idempotencyKey, onDisconnect, trace }: AskOptions,
    signal: AbortSignal,
  ): Promise<AskedRun> => {
    if (idempotencyKey === null) {
      const state = await alone(caller, request, trace, onDisconnect === 'CONTINUE' ? null : signal);
      return { state, replayed: false };
    }
    const options = {
      ...{ idempotencyKey, onDisconnect: onDisconnect ?? 'CONTINUE' },
      ...{ streamed: false, coalesceMs: 0, sought: 'ANYBODY' as const, trace },
    };
    const { id, replayed } = await start(caller, request, options);
    const state = await end(caller, id, request.limits.timeoutMs + GRACE_MS, signal);
    if (signal.aborted) throw new CancelledProblem('nobody waits for the answer any more');
    if (!state || state.status === 'RUNNING') throw new UnavailableProblem('run', 'The run of this key does not end.');
    return { state, replayed };
  };

  async function alone(
    caller: Caller,
    request: CompletionRequest,
    trace: TraceParent | null,
    signal: AbortSignal | null,
  ) {
    const acceptedAt = runtime.clock.monotonic();
    if (!database.available()) throw new UnavailableProblem('database', 'The database cannot be reached.');
    const id = runtime.ids.next('cal');
    const entries: LogEntry[] = [];
    const log = { append: (_id: string, more: readonly LogEntry[]) => void entries.push(...more), close: () => {} };
    const controller = new AbortController();
    const leave = signal && onAbort(signal, () => controller.abort(null));
    const job = { id, requestId: requestIdOf(id), caller, request, streamed: false, trace, acceptedAt };
    const run = drive(job, completions, log, runtime, { coalesceMs: 0, keepMs: 0 }, controller);
    driven.add(id, caller, run, controller, null);
    await run.ended.finally(leave);
    return replay(id, entries);
  }
}

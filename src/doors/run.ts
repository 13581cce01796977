import type { CompletionState } from '../completions/index.ts';
import type { CompletionEvent } from '../core/event.ts';
import { Problem, reviveProblem, Unauthenticated } from '../core/problem.ts';
import type { Tell } from '../core/turns.ts';
import { requestIdOf, type StartedRun } from '../runs/index.ts';
import { type CallInput, toRequest } from './call-input.ts';
import type { OnDisconnect } from './http/words.ts';
import type { Visit } from './visit.ts';

/** A run that this visit has started, or has come back to by its idempotency key. */
export interface Run {
  readonly id: string;
  readonly requestId: string;
  readonly replayed: boolean;
  /**
   * Tells everything that happens, as it does, to the run's end.
   * @throws the Problem that ended it; Problem, Unauthenticated when the visit has to end before the run; what `hear` throws
   */
  tell(hear: Tell<CompletionEvent>): Promise<void>;
  /** @throws the Problem that ended it */
  end(): Promise<CompletionState>;
  /** Nobody needs it any more. Does nothing to a run that others have started. */
  abandon(reason: string): void;
}

/** Longer than any run may last. */
const LONGEST_WAIT_MS = 600_000;
/** As completionStream has it: deltas that arrive together are one chunk. */
const COALESCE_MS = 20;

/**
 * Starts what the caller asks for. When the caller hangs up, what becomes of it is `onDisconnect`: by default it is
 * cancelled, at once, or, when an idempotency key says that they may come back for it, after 30 s in which they did not.
 * What was said in a run that nobody can come back to is forgotten with its end.
 * @throws what runs.start throws
 */
export async function startRun(visit: Visit, input: CallInput, streamed: boolean): Promise<Run> {
  const { caller, rooms, trace } = visit;
  const idempotencyKey = input.idempotencyKey ?? null;
  const onDisconnect = wayOut(visit, idempotencyKey !== null);
  const fleeting = idempotencyKey === null && onDisconnect === 'CANCEL';
  const started = await rooms.runs.start(caller, toRequest(input, caller), {
    idempotencyKey,
    onDisconnect: onDisconnect === 'CANCEL_AFTER_GRACE' ? 'CANCEL_AFTER_GRACE' : 'CONTINUE',
    streamed,
    sought: fleeting ? 'MEANWHILE' : streamed ? 'ANYBODY' : 'LATER',
    coalesceMs: COALESCE_MS,
    trace,
  });
  const run = new VisitsRun(visit, started, fleeting);
  if (onDisconnect === 'CANCEL') run.endWithVisit();
  return run;
}

class VisitsRun implements Run {
  readonly id: string;
  readonly requestId: string;
  readonly replayed: boolean;
  readonly #visit: Visit;
  readonly #fleeting: boolean;
  #ended = false;

  constructor(visit: Visit, { id, replayed }: StartedRun, fleeting: boolean) {
    this.id = id;
    this.requestId = requestIdOf(id);
    this.replayed = replayed;
    this.#visit = visit;
    this.#fleeting = fleeting;
  }

  endWithVisit(): void {
    const { signal } = this.#visit;
    if (signal.aborted) this.#hangUp();
    else signal.addEventListener('abort', this.#hangUp, { once: true });
  }

  async tell(hear: Tell<CompletionEvent>): Promise<void> {
    const { caller, rooms, signal } = this.#visit;
    for await (const events of rooms.runs.follow(caller, this.id, 0, signal)) {
      for (const { event } of events) {
        if (event.kind === 'finished' || event.kind === 'failed') this.#over();
        if (event.kind === 'failed') throw reviveProblem(event.problem);
        const step = hear(event);
        if (step) await step;
      }
    }
    if (this.#fleeting) rooms.runs.release(this.id);
    throwReason(signal);
  }

  async end(): Promise<CompletionState> {
    const { caller, rooms, signal } = this.#visit;
    const state = await rooms.runs.wait(caller, this.id, LONGEST_WAIT_MS, signal);
    throwReason(signal);
    this.#over();
    if (this.#fleeting) rooms.runs.release(this.id);
    if (state.problem) throw reviveProblem(state.problem);
    return state;
  }

  abandon(reason: string): void {
    if (this.#ended || this.replayed) return;
    this.#ended = true;
    const { caller, rooms, runtime } = this.#visit;
    rooms.runs.cancel(caller, this.id, reason).catch((error: unknown) => {
      runtime.log.warn({ err: error, completionId: this.id }, 'a run that nobody waits for could not be cancelled');
    });
  }

  #over(): void {
    this.#ended = true;
    this.#visit.signal.removeEventListener('abort', this.#hangUp);
  }

  readonly #hangUp = (): void => this.abandon('the caller hung up');
}

function wayOut({ words, onDisconnect }: Visit, keyed: boolean): OnDisconnect {
  if (words.onDisconnect) return words.onDisconnect;
  return keyed && onDisconnect === 'CANCEL' ? 'CANCEL_AFTER_GRACE' : onDisconnect;
}

/** Why a visit is ended from outside, where that is something to say. */
function throwReason({ aborted, reason }: AbortSignal): void {
  if (aborted && (reason instanceof Problem || reason instanceof Unauthenticated)) throw reason;
}

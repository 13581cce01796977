import type { CompletionState } from '../completions/index.ts';
import type { CompletionEvent } from '../core/event.ts';
import { Problem, reviveProblem, Unauthenticated } from '../core/problem.ts';
import { type CallInput, toRequest } from './call-input.ts';
import type { OnDisconnect } from './http/words.ts';
import type { Visit } from './visit.ts';

/** A run that this visit has started, or has come back to by its idempotency key. */
export interface Run {
  readonly id: string;
  readonly requestId: string;
  readonly replayed: boolean;
  /** Everything that happens, as it does. @throws Problem, Unauthenticated when the visit has to end before the run */
  events(): AsyncIterable<CompletionEvent>;
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
  const { caller, rooms, signal, runtime } = visit;
  const { runs } = rooms;
  const idempotencyKey = input.idempotencyKey ?? null;
  const onDisconnect = wayOut(visit, idempotencyKey !== null);
  const fleeting = idempotencyKey === null && onDisconnect === 'CANCEL';
  const { id, replayed } = await runs.start(caller, toRequest(input, caller), {
    idempotencyKey,
    onDisconnect: onDisconnect === 'CANCEL_AFTER_GRACE' ? 'CANCEL_AFTER_GRACE' : 'CONTINUE',
    streamed,
    sought: fleeting ? 'MEANWHILE' : streamed ? 'ANYBODY' : 'LATER',
    coalesceMs: COALESCE_MS,
  });
  let ended = false;

  const abandon = (reason: string) => {
    if (ended || replayed) return;
    ended = true;
    runs.cancel(caller, id, reason).catch((error: unknown) => {
      runtime.log.warn({ err: error, completionId: id }, 'a run that nobody waits for could not be cancelled');
    });
  };
  const gone = () => onDisconnect === 'CANCEL' && abandon('the caller hung up');
  if (signal.aborted) gone();
  else signal.addEventListener('abort', gone, { once: true });
  const over = () => {
    ended = true;
    signal.removeEventListener('abort', gone);
  };

  return {
    id,
    replayed,
    requestId: id.replace(/^cmp_/, 'req_'),
    abandon,
    events() {
      const followed = runs.follow(caller, id, 0, signal);
      // No generator: every word comes through here.
      return {
        async next() {
          for (;;) {
            const { done, value } = await followed.next();
            if (done) break;
            const { event } = value;
            if (event.kind === 'heartbeat') continue;
            if (event.kind === 'finished' || event.kind === 'failed') over();
            return { done: false, value: event };
          }
          if (fleeting) runs.release(id);
          throwReason(signal);
          return { done: true, value: undefined };
        },
        async return() {
          await followed.return?.();
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      } satisfies AsyncIterableIterator<CompletionEvent>;
    },
    async end() {
      const state = await runs.wait(caller, id, LONGEST_WAIT_MS, signal);
      throwReason(signal);
      over();
      if (fleeting) runs.release(id);
      if (state.problem) throw reviveProblem(state.problem);
      return state;
    },
  };
}

function wayOut({ words, onDisconnect }: Visit, keyed: boolean): OnDisconnect {
  if (words.onDisconnect) return words.onDisconnect;
  return keyed && onDisconnect === 'CANCEL' ? 'CANCEL_AFTER_GRACE' : onDisconnect;
}

/** Why a visit is ended from outside, where that is something to say. */
function throwReason({ aborted, reason }: AbortSignal): void {
  if (aborted && (reason instanceof Problem || reason instanceof Unauthenticated)) throw reason;
}

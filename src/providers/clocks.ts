import type { RouteTarget } from '../core/decision.ts';
import type { ContentEvent } from '../core/event.ts';
import type { Clock } from '../core/runtime.ts';
import { ClockRanOut } from './problems.ts';

/**
 * The clocks of one attempt. Each aborts `signal` with a ClockRanOut; the caller's own signal aborts it too.
 * - whole: the target's `timeoutMs`, or what is left until the request's deadline
 * - first byte: 30 s until the provider has accepted the call
 * - first token: the target's `ttftTimeoutMs`, until the first content; without one, only the others run
 * - idle: the target's `idleTimeoutMs`, or 20 s, of silence within the answer. Silence while a model thinks is no fault:
 *   some hide a minute of reasoning behind one event, so the clock rests until they speak.
 * Connecting has its own, in platform/egress.ts. Pings and empty events never come here: they keep nobody alive.
 */
export interface Clocks {
  readonly signal: AbortSignal;
  /** What `work` comes to; rejects with the signal's reason as soon as it aborts. One at a time. */
  before<T>(work: Promise<T>): Promise<T>;
  /** Headers have come. */
  accepted(): void;
  heard(event: ContentEvent): void;
  /** Ends the call: whoever still listens to `signal` lets go. */
  abort(): void;
  /** Takes the clocks back; `signal` does not change any more by itself. */
  stop(): void;
}

/** @param streaming false: headers come with the whole answer, so there is no first byte to wait for apart */
export function startClocks(
  clock: Clock,
  target: RouteTarget,
  streaming: boolean,
  deadlineMs: number,
  parent: AbortSignal,
): Clocks {
  const controller = new AbortController();
  /** Rejects what is being waited for. */
  let lose: (reason: unknown) => void = idle;
  // The reason first: what the model makes of an abort is heard only after it, and tells less.
  const abort = (reason: unknown) => {
    if (controller.signal.aborted) return;
    lose(reason);
    controller.abort(reason);
  };
  const follow = () => abort(parent.reason);
  if (parent.aborted) follow();
  else parent.addEventListener('abort', follow, { once: true });

  const start = clock.monotonic();
  const left = Math.max(0, Math.min(target.timeoutMs, deadlineMs - start));
  const idleMs = target.idleTimeoutMs ?? IDLE_MS;
  // When each of them rings; never, while it rests.
  const wholeAt = start + left;
  let byteAt = left > FIRST_BYTE_MS && streaming ? start + FIRST_BYTE_MS : NEVER;
  let tokenAt = target.ttftTimeoutMs === null ? NEVER : start + target.ttftTimeoutMs;
  let silentAt = NEVER;

  /** When the one timer wakes: what comes to ring later meanwhile lets it wake for nothing, and be set again. */
  let wakesAt = NEVER;
  let cancel = idle;
  const watch = () => {
    const next = Math.min(wholeAt, byteAt, tokenAt, silentAt);
    if (next >= wakesAt) return;
    cancel();
    wakesAt = next;
    cancel = clock.after(next - clock.monotonic(), wake);
  };
  const wake = () => {
    wakesAt = NEVER;
    const now = clock.monotonic();
    if (now >= wholeAt) return ring(`No complete answer within ${Math.round(left)} ms.`);
    if (now >= byteAt) return ring(`No answer within ${FIRST_BYTE_MS} ms.`);
    if (now >= tokenAt) return ring(`No first token within ${target.ttftTimeoutMs} ms.`);
    if (now >= silentAt) return ring(`The answer stopped for ${idleMs / 1000} s.`);
    watch();
  };
  const ring = (message: string) => abort(new ClockRanOut(message));
  watch();

  return {
    signal: controller.signal,
    before(work) {
      if (controller.signal.aborted) {
        work.catch(idle);
        return Promise.reject(controller.signal.reason);
      }
      return new Promise((resolve, reject) => {
        lose = reject;
        work.then(resolve, reject);
      });
    },
    accepted() {
      byteAt = NEVER;
    },
    heard(event) {
      tokenAt = NEVER;
      const thinking = event.kind === 'reasoningDelta' || (event.kind === 'partStarted' && event.part === 'reasoning');
      silentAt = thinking ? NEVER : clock.monotonic() + idleMs;
      watch();
    },
    abort: () => abort(OVER),
    stop() {
      parent.removeEventListener('abort', follow);
      cancel();
    },
  };
}

const FIRST_BYTE_MS = 30_000;
const IDLE_MS = 20_000;
const NEVER = Number.POSITIVE_INFINITY;
/** Nobody looks where it came from. */
const OVER = new Error('the attempt is over');
const idle = () => {};

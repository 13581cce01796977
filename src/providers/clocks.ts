import type { RouteTarget } from '../core/decision.ts';
import type { ContentEvent } from '../core/event.ts';
import type { Clock } from '../core/runtime.ts';
import { ClockRanOut } from './problems.ts';

/**
 * The clocks of one attempt. Each aborts `signal` with a ClockRanOut; the caller's own signal aborts it too.
 * - whole: the target's `timeoutMs`, or what is left until the request's deadline
 * - first: its `ttftTimeoutMs`, until the first content; without one only the whole clock runs
 * - idle: 20 s of silence within the answer. Silence while a model thinks is no fault: some hide a minute of
 *   reasoning behind one event, so the clock rests until they speak.
 * Pings and other empty events never come here, so they keep nobody alive.
 */
export interface Clocks {
  readonly signal: AbortSignal;
  /** Rejects with the signal's reason when it aborts; never resolves. */
  readonly stopped: Promise<never>;
  heard(event: ContentEvent): void;
  /** Ends the call: whoever still listens to `signal` lets go. */
  abort(): void;
  /** Takes the clocks back; `signal` does not change any more by itself. */
  stop(): void;
}

const IDLE_MS = 20_000;

export function startClocks(clock: Clock, target: RouteTarget, deadlineMs: number, parent: AbortSignal): Clocks {
  const controller = new AbortController();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  stopped.catch(() => {});
  // The reason first: what the model makes of an abort is heard only after it, and tells less.
  const abort = (reason: unknown) => {
    reject(reason);
    if (!controller.signal.aborted) controller.abort(reason);
  };
  const follow = () => abort(parent.reason);
  if (parent.aborted) follow();
  else parent.addEventListener('abort', follow, { once: true });

  const ringing = (ms: number, message: string) => clock.after(ms, () => abort(new ClockRanOut(message)));
  const left = Math.max(0, Math.min(target.timeoutMs, deadlineMs - clock.monotonic()));
  const whole = ringing(left, `No complete answer within ${Math.round(left)} ms.`);
  let silence =
    target.ttftTimeoutMs === null
      ? () => {}
      : ringing(target.ttftTimeoutMs, `No first token within ${target.ttftTimeoutMs} ms.`);

  return {
    signal: controller.signal,
    stopped,
    heard(event) {
      silence();
      const thinking = event.kind === 'reasoningDelta' || (event.kind === 'partStarted' && event.part === 'reasoning');
      silence = thinking ? () => {} : ringing(IDLE_MS, `The answer stopped for ${IDLE_MS / 1000} s.`);
    },
    abort: () => abort(new Error('the attempt is over')),
    stop() {
      parent.removeEventListener('abort', follow);
      whole();
      silence();
    },
  };
}

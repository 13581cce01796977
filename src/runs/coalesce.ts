import { type CompletionEvent, isDelta, joinedDelta } from '../core/event.ts';
import type { Clock } from '../core/runtime.ts';

/**
 * Thins the deltas of a stream to one event per `windowMs`: those of one part that come faster are merged. One may be a
 * window early, so the first goes out at once, and a stream that is no faster than that as it comes, however unevenly.
 * Anything that is not a delta goes out at once, after what waits. `windowMs` 0 merges nothing.
 */
export interface Coalescer {
  push(event: CompletionEvent): void;
  /** Delivers what waits, now. */
  flush(): void;
}

export function coalesce(clock: Clock, windowMs: number, deliver: (events: CompletionEvent[]) => void): Coalescer {
  let waiting: CompletionEvent[] = [];
  /** When the next one with deltas would be due, were they to come evenly; two windows from now at most. */
  let dueAt = Number.NEGATIVE_INFINITY;
  let cancelTimer: (() => void) | null = null;

  const flush = () => {
    cancelTimer?.();
    cancelTimer = null;
    const [first] = waiting;
    if (!first) return;
    const events = waiting;
    waiting = [];
    if (isDelta(first)) {
      const now = clock.monotonic();
      dueAt = Math.min(Math.max(dueAt, now) + windowMs, now + 2 * windowMs);
    }
    deliver(events);
  };

  return {
    flush,
    push(event) {
      const last = waiting.at(-1);
      const both = last && windowMs > 0 && isDelta(last) && isDelta(event) ? joinedDelta(last, event) : null;
      if (both) {
        waiting[waiting.length - 1] = both;
        return;
      }
      waiting.push(event);
      const waitMs = isDelta(event) ? dueAt - windowMs - clock.monotonic() : 0;
      if (waitMs <= 0) flush();
      else cancelTimer ??= clock.after(waitMs, flush);
    },
  };
}

import { type CompletionEvent, isDelta, joinedDelta } from '../core/event.ts';
import type { Clock } from '../core/runtime.ts';

/**
 * Merges the deltas of one part that arrive within `windowMs` of each other's delivery. The first delta after a quiet
 * moment goes out at once, so a slow stream is not delayed; only a fast one is thinned to one event per window.
 * Anything that is not a delta goes out at once, after what waits. `windowMs` 0 merges nothing.
 */
export interface Coalescer {
  push(event: CompletionEvent): void;
  /** Delivers what waits, now. */
  flush(): void;
}

export function coalesce(clock: Clock, windowMs: number, deliver: (events: CompletionEvent[]) => void): Coalescer {
  let waiting: CompletionEvent[] = [];
  let deliveredAt = Number.NEGATIVE_INFINITY;
  let cancelTimer: (() => void) | null = null;

  const flush = () => {
    cancelTimer?.();
    cancelTimer = null;
    if (waiting.length === 0) return;
    const events = waiting;
    waiting = [];
    deliveredAt = clock.monotonic();
    deliver(events);
  };

  return {
    flush,
    push(event) {
      const last = waiting.at(-1);
      const both = last && windowMs > 0 && isDelta(last) && isDelta(event) ? joinedDelta(last, event) : null;
      if (both) waiting[waiting.length - 1] = both;
      else waiting.push(event);
      const quietFor = clock.monotonic() - deliveredAt;
      if (!isDelta(event) || quietFor >= windowMs) flush();
      else cancelTimer ??= clock.after(windowMs - quietFor, flush);
    },
  };
}

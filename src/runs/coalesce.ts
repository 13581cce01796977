import { type CompletionEvent, type Delta, isDelta, joinedDelta } from '../core/event.ts';
import type { Clock } from '../core/runtime.ts';

/**
 * Thins the deltas of a stream to one event per `windowMs`: those of one part that come faster are merged. One may be a
 * window early, so the first goes out at once, and a stream that is no faster than that as it comes, however unevenly.
 * Anything that is not a delta goes out at once, after what waits. `windowMs` 0 merges nothing.
 */
export class Coalescer {
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #deliver: (event: CompletionEvent) => void;
  #waiting: Delta[] = [];
  /** When the next delta would be due, were they to come evenly; two windows from now at most. */
  #dueAt = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | null = null;

  constructor(clock: Clock, windowMs: number, deliver: (event: CompletionEvent) => void) {
    this.#clock = clock;
    this.#windowMs = windowMs;
    this.#deliver = deliver;
  }

  push(event: CompletionEvent): void {
    if (!isDelta(event)) {
      this.flush();
      this.#deliver(event);
      return;
    }
    const last = this.#waiting.at(-1);
    const both = last && this.#windowMs > 0 ? joinedDelta(last, event) : null;
    if (both) {
      this.#waiting[this.#waiting.length - 1] = both;
      return;
    }
    if (last) this.#waiting.push(event);
    else this.#waiting = [event];
    const waitMs = this.#dueAt - this.#windowMs - this.#clock.monotonic();
    if (waitMs <= 0) this.flush();
    else this.#cancelTimer ??= this.#clock.after(waitMs, () => this.flush());
  }

  /** Delivers what waits, now. */
  flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#waiting.length === 0) return;
    const deltas = this.#waiting;
    this.#waiting = [];
    const now = this.#clock.monotonic();
    this.#dueAt = Math.min(Math.max(this.#dueAt, now) + this.#windowMs, now + 2 * this.#windowMs);
    for (const delta of deltas) this.#deliver(delta);
  }
}

import type { Clock } from '../../core/runtime.ts';
import { type LogEntry, LostRun } from './runlog.ts';

/** A log as those see it who read it on the instance that writes it. */
export interface GrowingLog {
  readonly entries: readonly LogEntry[];
  /** They are woken when something has changed. Few, and most logs have none. */
  readonly readers: Reader[];
  readonly closed: boolean;
  /** Taken off the shelf while still running: by `dispose` only. */
  readonly lost: boolean;
}

/**
 * One reading of a log, see `RunLog.follow`; it counts from the first `next` on, which is waited for one at a time. No
 * generator: every word of a stream comes through here.
 */
export class Reader implements AsyncIterableIterator<readonly LogEntry[], undefined> {
  readonly #log: GrowingLog | undefined;
  readonly #idleMs: number;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;
  #seq: number;
  #state: 'new' | 'reading' | 'over' = 'new';
  /** Tells who waits that there may be something, or that there was nothing for long. */
  #tell: ((silent: boolean) => void) | null = null;
  #spokeAt = 0;
  #stopLooking = () => {};

  /** @param log undefined when there is none of that name */
  constructor(log: GrowingLog | undefined, afterSeq: number, idleMs: number, signal: AbortSignal, clock: Clock) {
    this.#log = log;
    this.#seq = afterSeq;
    this.#idleMs = idleMs;
    this.#signal = signal;
    this.#clock = clock;
  }

  async next(): Promise<IteratorResult<readonly LogEntry[], undefined>> {
    const log = this.#log;
    if (!log) throw new LostRun();
    if (this.#state === 'new') this.#begin(log);
    while (this.#state === 'reading' && !this.#signal.aborted) {
      if (log.entries.length > this.#seq) return this.#speak(log.entries.slice(this.#seq));
      if (log.closed) break;
      if (log.lost) {
        this.#end();
        throw new LostRun();
      }
      // Nothing can come between the look and this: what wakes comes after it.
      const silent = await new Promise<boolean>((resolve) => {
        this.#tell = resolve;
      });
      if (silent) return this.#speak([]);
    }
    return this.#end();
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    return this.#end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly wake = (): void => this.#answer(false);

  #answer(silent: boolean): void {
    this.#tell?.(silent);
    this.#tell = null;
  }

  #begin({ readers }: GrowingLog): void {
    this.#state = 'reading';
    this.#spokeAt = this.#clock.monotonic();
    readers.push(this);
    this.#signal.addEventListener('abort', this.wake, { once: true });
    this.#look();
  }

  #speak(batch: readonly LogEntry[]): IteratorYieldResult<readonly LogEntry[]> {
    this.#seq += batch.length;
    this.#spokeAt = this.#clock.monotonic();
    return { done: false, value: batch };
  }

  /** One timer for the whole reading, and not one for each wait: it looks how long ago the last batch was. */
  #look(): void {
    const rest = this.#spokeAt + this.#idleMs - this.#clock.monotonic();
    if (rest <= 0) this.#answer(true);
    this.#stopLooking = this.#clock.after(rest > 0 ? rest : this.#idleMs, () => this.#look());
  }

  #end(): IteratorReturnResult<undefined> {
    if (this.#state === 'reading') {
      const { readers } = this.#log!;
      readers.splice(readers.indexOf(this), 1);
      this.#signal.removeEventListener('abort', this.wake);
      this.#stopLooking();
    }
    this.#state = 'over';
    this.wake();
    return { done: true, value: undefined };
  }
}

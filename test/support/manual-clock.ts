import { createHash } from 'node:crypto';
import type { Clock, Ids, Logger, Random, Runtime } from '../../src/core/runtime.ts';

/** A runtime in which nothing happens by itself: time stands until it is moved, ids count, chance repeats. */
export interface TestRuntime extends Runtime {
  readonly clock: ManualClock;
  readonly log: RecordingLogger;
}

/**
 * @param options.startsAt Unix ms shown by the clock at first; 2026-01-01T00:00:00Z unless told otherwise
 * @param options.seed of `random`; put it into the failure message of a test that varies it
 * For a test that needs real time: `{ ...testRuntime(), clock: systemClock }`.
 */
export function testRuntime(options: { startsAt?: number; seed?: number } = {}): TestRuntime {
  return {
    clock: new ManualClock(options.startsAt),
    ids: countingIds(),
    random: seededRandom(options.seed ?? 1),
    log: new RecordingLogger(),
  };
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** A clock whose time moves only by `advance`. Sleepers fire in the order of their time, then of their coming. */
export class ManualClock implements Clock {
  #date: number;
  #elapsed = 0;
  #sleepers: Sleeper[] = [];
  #watchers: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(startsAt: number = Date.UTC(2026, 0, 1)) {
    this.#date = startsAt;
  }

  /** How many sleepers and callbacks wait for their time: 0 when a test has left nothing behind. */
  get waiting(): number {
    return this.#sleepers.length;
  }

  now(): number {
    return this.#date;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.after(ms, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  after(ms: number, callback: () => void): () => void {
    const sleeper = { due: this.#elapsed + Math.max(0, ms), wake: callback };
    const place = this.#sleepers.findIndex((other) => other.due > sleeper.due);
    this.#sleepers.splice(place < 0 ? this.#sleepers.length : place, 0, sleeper);
    this.#tellWatchers();
    return () => {
      this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
    };
  }

  /**
   * Moves time on by `ms`. Whoever is due wakes at exactly its own time, and what it starts has settled (promises and
   * one turn of the event loop) before the next one wakes; a sleeper that comes meanwhile and is due takes its turn.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settled();
    for (let next = this.#sleepers[0]; next && next.due <= end; next = this.#sleepers[0]) {
      this.#sleepers.shift();
      this.#moveTo(Math.max(next.due, this.#elapsed));
      next.wake();
      await settled();
    }
    this.#moveTo(end);
  }

  /** Puts the date elsewhere, as a correction of the system's clock does; durations do not notice. */
  setDate(unixMs: number): void {
    this.#date = unixMs;
  }

  /** Resolves as soon as at least `count` sleepers wait: the event to await before moving the clock. */
  sleepers(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#watchers.push({ count, resolve });
      this.#tellWatchers();
    });
  }

  #moveTo(elapsed: number): void {
    this.#date += elapsed - this.#elapsed;
    this.#elapsed = elapsed;
  }

  #tellWatchers(): void {
    const ready = this.#watchers.filter(({ count }) => count <= this.waiting);
    this.#watchers = this.#watchers.filter(({ count }) => count > this.waiting);
    for (const { resolve } of ready) resolve();
  }
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

/** Prints nothing, keeps everything. */
export class RecordingLogger implements Logger {
  readonly lines: LogLine[] = [];

  debug(fields: object, message: string): void {
    this.lines.push({ level: 'debug', fields, message });
  }
  info(fields: object, message: string): void {
    this.lines.push({ level: 'info', fields, message });
  }
  warn(fields: object, message: string): void {
    this.lines.push({ level: 'warn', fields, message });
  }
  error(fields: object, message: string): void {
    this.lines.push({ level: 'error', fields, message });
  }
}

/** `run_000001`, `run_000002`, `req_000001` …: each prefix counts for itself. */
export function countingIds(): Ids {
  const counts = new Map<string, number>();
  return {
    next(prefix) {
      const count = (counts.get(prefix) ?? 0) + 1;
      counts.set(prefix, count);
      return `${prefix}_${String(count).padStart(6, '0')}`;
    },
  };
}

/** The same sequence for the same seed on every machine: digests of the seed and a count. */
export function seededRandom(seed: number): Random {
  let count = 0;
  return {
    float() {
      const digest = createHash('sha256').update(`${seed} ${++count}`).digest();
      return digest.readUIntBE(0, 6) / 2 ** 48;
    },
  };
}

/** One turn of the event loop, with all promises on either side of it. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

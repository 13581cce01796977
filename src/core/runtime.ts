import { randomBytes, randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';

/** Everything a process takes from its surroundings without asking: time, chance, names and a place to write notes. */
export interface Runtime {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Logger;
}

export interface Clock {
  /** Unix time in ms: for dates. */
  now(): number;
  /** Ms since some fixed point: for durations. Never steps back. */
  monotonic(): number;
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back once after `ms`; the answer takes it back. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
}

export interface Ids {
  /** A prefixed id that sorts by time: `cmp_01jd…`, 26 characters of Crockford base 32 after the prefix. */
  next(prefix: string): string;
}

export interface Random {
  /** [0, 1) */
  float(): number;
}

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export const systemRandom: Random = { float: () => randomInt(2 ** 47) / 2 ** 47 };

const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';

/** ULID layout: 48 bits of Unix ms, then 80 bits of chance; ids of one process within one ms still count upwards. */
export function timeSortedIds(clock: Clock): Ids {
  let lastMs = -1;
  let tail: number[] = [];
  return {
    next(prefix) {
      const ms = Math.max(clock.now(), lastMs);
      if (ms === lastMs) increment(tail);
      else tail = Array.from(randomBytes(16), (byte) => byte & 31);
      lastMs = ms;
      return `${prefix}_${timePart(ms)}${tail.map((digit) => BASE32[digit]).join('')}`;
    },
  };
}

function timePart(ms: number): string {
  let text = '';
  for (let rest = ms, digit = 0; digit < 10; digit++) {
    text = BASE32[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function increment(digits: number[]): void {
  for (let place = digits.length - 1; place >= 0; place--) {
    const digit = digits[place]!;
    if (digit < 31) {
      digits[place] = digit + 1;
      return;
    }
    digits[place] = 0;
  }
}

import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { randomBytesOf } from './random-bytes.ts';

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

const BASE32 = Buffer.from('0123456789abcdefghjkmnpqrstvwxyz');
const TIME_DIGITS = 10;
const CHANCE_DIGITS = 16;

/** ULID layout: 48 bits of Unix ms, then 80 bits of chance; ids of one process within one ms still count upwards. */
export function timeSortedIds(clock: Clock): Ids {
  const draw = randomBytesOf(CHANCE_DIGITS);
  const digits = new Uint8Array(TIME_DIGITS + CHANCE_DIGITS);
  const letters = Buffer.alloc(digits.length);
  let lastMs = -1;

  const begin = (ms: number) => {
    for (let rest = ms, place = TIME_DIGITS - 1; place >= 0; place--) {
      digits[place] = rest % 32;
      rest = Math.floor(rest / 32);
    }
    const drawn = draw();
    for (let place = 0; place < CHANCE_DIGITS; place++) digits[TIME_DIGITS + place] = drawn[place]! & 31;
  };

  return {
    next(prefix) {
      const ms = Math.max(clock.now(), lastMs);
      if (ms === lastMs) increment(digits);
      else begin(ms);
      lastMs = ms;
      for (let place = 0; place < digits.length; place++) letters[place] = BASE32[digits[place]!]!;
      return `${prefix}_${letters.toString('latin1')}`;
    },
  };
}

/** @param digits whose time stays as it is */
function increment(digits: Uint8Array): void {
  for (let place = digits.length - 1; place >= TIME_DIGITS; place--) {
    const digit = digits[place]!;
    if (digit < 31) {
      digits[place] = digit + 1;
      return;
    }
    digits[place] = 0;
  }
}

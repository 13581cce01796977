import { GlidepathError } from './errors.ts';

export interface RetryOptions {
  /** The first attempt included. */
  readonly maxAttempts: number;
  /** Before the second attempt; twice as long before each further one, up to 5 s. */
  readonly firstPauseMs: number;
  readonly signal: AbortSignal | undefined;
}

const LONGEST_PAUSE_MS = 5_000;

/**
 * Attempts `work` until it succeeds, at most `maxAttempts` times. Only for work that may be repeated: a read, or a
 * write under an idempotency key.
 * @throws what the last attempt threw, or the signal's reason
 */
export async function retrying<Result>(work: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await work();
    } catch (error) {
      await untilNextAttempt(error, attempts, options);
    }
  }
}

/**
 * Waits before the attempt after `attempts` failed ones: longer each time, between a half and the whole of it so that
 * many clients do not come back at once, and never shorter than the gateway asked for.
 * @throws `error` itself when it is not worth another attempt, or when there have been enough; the signal's reason
 */
export async function untilNextAttempt(error: unknown, attempts: number, options: RetryOptions): Promise<void> {
  options.signal?.throwIfAborted();
  if (!(error instanceof GlidepathError) || !error.retryable || attempts >= options.maxAttempts) throw error;
  const pauseMs = Math.min(options.firstPauseMs * 2 ** (attempts - 1), LONGEST_PAUSE_MS);
  await pause(Math.max(pauseMs * (0.5 + Math.random() / 2), error.retryAfterMs ?? 0), options.signal);
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

import type { Clock } from '../core/runtime.ts';

/** Resolves with `work`, when `signal` aborts, or after `ms`, whichever is first. */
export async function within(clock: Clock, work: Promise<unknown>, ms: number, signal?: AbortSignal): Promise<void> {
  const { promise: enough, resolve: stop } = Promise.withResolvers<void>();
  const cancelTimer = clock.after(ms, stop);
  signal?.addEventListener('abort', () => stop(), { once: true });
  if (signal?.aborted) stop();
  try {
    await Promise.race([work, enough]);
  } finally {
    cancelTimer();
  }
}

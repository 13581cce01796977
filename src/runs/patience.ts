import type { Clock } from '../core/runtime.ts';

/** Resolves with `work`, when `signal` aborts, or after `ms`, whichever is first. @throws what `work` throws */
export function within(clock: Clock, work: Promise<unknown>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancelTimer = clock.after(ms, enough);
    function enough(): void {
      cancelTimer();
      signal?.removeEventListener('abort', enough);
      resolve();
    }
    signal?.addEventListener('abort', enough, { once: true });
    if (signal?.aborted) enough();
    work.then(enough, (error: unknown) => {
      reject(error);
      enough();
    });
  });
}

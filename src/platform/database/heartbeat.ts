import type { Clock } from '../../core/runtime.ts';

/** With the longest wait for an answer (postgres.ts) a server that freezes is noticed within a second. */
const BEAT_MS = 250;
/** A failed question that took this much longer than it may says that this process stood still, not the other side. */
const STALL_MS = 250;

export interface Heartbeat {
  /** False from the first failed beat until the next good one. */
  beating(): boolean;
  stop(): void;
}

/**
 * Asks a dependency four times a second whether it answers.
 * @param ask must end within `limitMs` by itself
 * @param onLost called once each time the heartbeat stops
 */
export function startHeartbeat(
  clock: Clock,
  ask: () => Promise<unknown>,
  limitMs: number,
  onLost: (error: unknown) => void,
): Heartbeat {
  let beating = true;
  let stopped = false;
  let cancel = () => {};

  const beat = async () => {
    const askedAt = clock.monotonic();
    try {
      await ask();
      beating = true;
    } catch (error) {
      const stalled = clock.monotonic() - askedAt > limitMs + STALL_MS;
      if (!stalled && !stopped && beating) {
        beating = false;
        onLost(error);
      }
    }
    if (!stopped) cancel = clock.after(BEAT_MS, beat);
  };
  cancel = clock.after(BEAT_MS, beat);

  return {
    beating: () => beating,
    stop() {
      stopped = true;
      cancel();
    },
  };
}

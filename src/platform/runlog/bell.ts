import type { Clock } from '../../core/runtime.ts';

/** What a reader waits on: something may have happened, or a while has passed. */
export interface Bell {
  /** Ends the waiting, or the next one when nobody waits just now: a ring is never lost. */
  ring(): void;
  /** One waiter at a time. @returns whether it rang; false when `ms` passed in silence. */
  wait(ms: number): Promise<boolean>;
}

export function createBell(clock: Clock): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const cancel = clock.after(ms, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });
        wake = undefined;
      }
      const heard = rung;
      rung = false;
      return heard;
    },
  };
}

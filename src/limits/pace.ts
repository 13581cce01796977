import type { UnavailableProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';

/** How long no answer may have been late: one that comes in time between two late ones makes no counters quick. */
const CALM_MS = 1000;

/** Whether the shared counters answer in time: they are slow from the first late answer until a calm second. */
export interface Pace {
  /** Unix ms; null while they are quick. */
  readonly slowSince: number | null;
  inTime(): void;
  late(error: UnavailableProblem): void;
}

export function watchPace({ clock, log }: Pick<Runtime, 'clock' | 'log'>): Pace {
  let slowSince: number | null = null;
  let lateAt = Number.NEGATIVE_INFINITY;
  return {
    get slowSince() {
      return slowSince;
    },
    inTime() {
      if (slowSince === null || clock.monotonic() - lateAt < CALM_MS) return;
      slowSince = null;
      log.info({}, 'limits are counted together again');
    },
    late(error) {
      lateAt = clock.monotonic();
      if (slowSince !== null) return;
      slowSince = clock.now();
      log.warn({ err: error }, 'limits are counted by each instance alone, or refuse');
    },
  };
}

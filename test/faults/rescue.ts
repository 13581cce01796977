import { CLOCK_MS } from './house.ts';
import type { Met } from './matrix.ts';
import { endingOf } from './table.ts';

/**
 * How late each rescue was, in ms: how long after its clock an attempt was given up that a clock had to end, and how
 * long it then took until the next target was asked. Pauses before the same target is asked again are meant and not
 * counted.
 */
export function rescueDelays(met: readonly Met[]): number[] {
  return met
    .filter(({ fault, mode, outcome }) => outcome === 'rescued' && endingOf(fault, mode) === 'fails')
    .map(({ seen }) => {
      const attempts = seen?.attempts ?? [];
      const failed = attempts.at(-2);
      const rescue = attempts.at(-1);
      if (!failed || !rescue) return Number.NaN;
      const late = failed.outcome === 'TIMED_OUT' ? Math.max(0, (failed.durationMs ?? 0) - CLOCK_MS) : 0;
      const handover = Date.parse(rescue.startedAt) - Date.parse(failed.startedAt) - (failed.durationMs ?? 0);
      return late + Math.max(0, handover);
    });
}

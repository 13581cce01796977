import { durationMs } from '../core/duration.ts';
import { ValidationProblem } from '../core/problem.ts';
import { builder } from './builder.ts';

/** From the first moment on, up to but without the last. */
export interface TimeRange {
  readonly from: Date;
  readonly to: Date;
}

const IntervalInput = builder.inputType('IntervalInput', {
  description: 'From `from` on, up to but without `to`.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', required: true }),
    to: t.field({ type: 'DateTime', required: true }),
  }),
});

export const TimeRangeInput = builder.inputType('TimeRangeInput', {
  isOneOf: true,
  fields: (t) => ({
    last: t.field({ type: 'Duration', description: 'Ending now, e.g. PT1H or P7D.' }),
    between: t.field({ type: IntervalInput }),
  }),
});

/**
 * @param now Unix ms
 * @param path of the range in the caller's input, for the problem's issue
 * @throws ValidationProblem when the range ends before it starts
 */
export function timeRange(input: typeof TimeRangeInput.$inferInput, now: number, path: string): TimeRange {
  // Nothing here is older than 1970, and a very long duration must not leave what a Date can hold.
  if (input.last) return { from: new Date(Math.max(0, now - durationMs(input.last))), to: new Date(now) };
  const { from, to } = input.between!;
  if (from < to) return { from, to };
  throw ValidationProblem.at(
    `${path}.between.to`,
    'RANGE_EMPTY',
    'The range is empty: `to` must be later than `from`.',
  );
}

import { z } from 'zod';
import { durationMs } from '../core/duration.ts';
import { compilePattern, PatternError } from '../platform/patterns.ts';

/** Shapes that several kinds share: from what GraphQL brings, where null and absent are the same, to what is stored. */

/** A whole number, `least` at least. */
export const most = (least: number) => orNull(z.number().int().min(least).max(Number.MAX_SAFE_INTEGER));

export const orNull = <Shape extends z.ZodType>(shape: Shape) => shape.nullish().transform((value) => value ?? null);

export const nanos = orNull(z.object({ nanos: z.bigint().min(0n) }).transform(({ nanos }) => nanos.toString()));

/** ISO 8601 to ms. */
export const someTime = z
  .string()
  .transform(durationMs)
  .refine((ms) => ms > 0, 'must be longer than nothing');

export const duration = orNull(someTime);

export const names = z.array(z.string().min(1).max(256)).max(500);

export const regex = z.string().superRefine((source, context) => {
  try {
    compilePattern(source);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
});

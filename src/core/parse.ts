import type { z } from 'zod';
import { ValidationProblem } from './problem.ts';

/**
 * Input from outside, checked once, where it enters a room; inside it is what its type says.
 * @throws ValidationProblem with one issue per mistake, all at once
 */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new ValidationProblem(
    result.error.issues.map(({ path, code, message }) => ({
      path: path.map(String),
      code: code.toUpperCase(),
      message: `${path.join('.') || 'input'}: ${message}.`,
      suggestions: [],
    })),
  );
}

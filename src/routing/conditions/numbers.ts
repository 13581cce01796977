import { z } from 'zod';
import type { KnownFacts } from '../guesses.ts';
import { type Leaf, leaf } from './leaf.ts';

/** From `gte` on, below `lt`; at least one of them is given. */
export interface Range {
  readonly gte?: number;
  readonly lt?: number;
}

const bound = z
  .number()
  .min(0)
  .max(1e9)
  .nullish()
  .transform((value) => value ?? undefined);

const rangeSchema = z
  .strictObject({ gte: bound, lt: bound })
  .refine(({ gte, lt }) => gte !== undefined || lt !== undefined, 'give gte, lt, or both')
  .refine(({ gte = 0, lt = Infinity }) => gte < lt, 'gte must be less than lt: nothing is in this range')
  .transform(({ gte, lt }): Range => ({ ...(gte !== undefined && { gte }), ...(lt !== undefined && { lt }) }));

export const inputChars = numberLeaf('input', 'characters', ({ inputChars }) => inputChars);
export const inputTokens = numberLeaf('input', 'tokens', ({ inputTokens }) => inputTokens);
export const messageCount = numberLeaf('conversation', 'messages', ({ messageCount }) => messageCount);
/** False for a call that no budget pays for. */
export const budgetUsedPercent = numberLeaf('budget used', '%', ({ budgetUsedPercent }) => budgetUsedPercent);

function numberLeaf(what: string, unit: string, of: (facts: KnownFacts) => number | null): Leaf<Range> {
  const space = unit === '%' ? '' : ' ';
  return leaf<Range>({
    schema: rangeSchema,
    holds: (range, { facts }) => {
      const value = of(facts);
      return value !== null && value >= (range.gte ?? -Infinity) && value < (range.lt ?? Infinity);
    },
    summary({ gte, lt }) {
      if (gte === undefined) return `${what} under ${lt}${space}${unit}`;
      if (lt === undefined) return `${what} of ${gte}${space}${unit} or more`;
      return `${what} of ${gte} up to ${lt}${space}${unit}`;
    },
    actual: (_range, { facts }) => {
      const value = of(facts);
      return value === null ? 'none' : `${value}${space}${unit}`;
    },
  });
}

import type { z } from 'zod';
import type { Guesses, KnownFacts } from '../guesses.ts';

/** One thing a rule can ask about a call. Each lives in a file here and is named in index.ts. */
export interface Leaf<Value> {
  /** Checks what people wrote; what comes out is what is stored. */
  readonly schema: z.ZodType<Value>;
  /** @param salt different for every leaf of a route: keeps draws of one call independent of each other */
  holds(value: Value, question: Question, salt: number): boolean;
  /** For people: "input under 300 characters". */
  summary(value: Value): string;
  /** What it really was: "1204 characters". */
  actual(value: Value, question: Question, salt: number): string;
}

/** What a leaf may look at. All of it is data, so the same question always has the same answer. */
export interface Question {
  readonly facts: KnownFacts;
  readonly guesses: Guesses;
  /** Unix ms. */
  readonly at: number;
  /** 32 bits of chance. */
  readonly seed: number;
}

/** A leaf whose type is known to itself alone, for the table in index.ts. */
export function leaf<Value>(one: Leaf<Value>): Leaf<Value> {
  return one;
}

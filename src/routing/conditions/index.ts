import { z } from 'zod';
import { oncePer } from '../../core/once-per.ts';
import { told } from '../../core/told.ts';
import { contains, isFound, keyOf, type Texts } from './contains.ts';
import type { Leaf, Question } from './leaf.ts';
import { agent, apiKey, endUserIn, language, project, team } from './names.ts';
import { budgetUsedPercent, inputChars, inputTokens, messageCount } from './numbers.ts';
import { samplePercent } from './sample.ts';
import { hasTools, modality, wantsStructuredOutput } from './shape.ts';
import { tag } from './tag.ts';
import { task } from './task.ts';
import { timeOfDay } from './time-of-day.ts';

export type { Texts } from './contains.ts';
export type { Question } from './leaf.ts';

/** Everything a rule can ask: to add a question, write its leaf, name it here and in conditions.graphql.ts. */
export const leaves = {
  inputChars,
  inputTokens,
  messageCount,
  hasTools,
  wantsStructuredOutput,
  modality,
  language,
  task,
  tag,
  apiKey,
  project,
  team,
  endUserIn,
  agent,
  timeOfDay,
  budgetUsedPercent,
  contains,
  samplePercent,
};

export type LeafName = keyof typeof leaves;
type LeafValue<Name extends LeafName> = (typeof leaves)[Name] extends Leaf<infer Value> ? Value : never;
type LeafCondition = { [Name in LeafName]: { readonly [key in Name]: LeafValue<Name> } }[LeafName];

/** A tree with exactly one field at every node, stored in the same shape in which people write it. */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | LeafCondition;

const MOST_LEVELS = 8;
const MOST_NODES = 200;

const branch = z.lazy(() => z.array(node).min(1, 'a group needs at least one condition').max(50));

const leafFields: Record<string, z.ZodType> = Object.fromEntries(
  Object.entries<Leaf<unknown>>(leaves as unknown as Record<LeafName, Leaf<unknown>>).map(([name, { schema }]) => [
    name,
    schema.nullish(),
  ]),
);

const node: z.ZodType<Condition> = z.lazy(() =>
  z
    .strictObject({
      all: branch.nullish(),
      any: branch.nullish(),
      not: node.nullish(),
      ...leafFields,
    })
    .transform(told)
    .refine((given) => Object.keys(given).length === 1, 'a condition has exactly one field')
    .transform((given) => given as unknown as Condition),
);

export const conditionSchema = node
  .refine((condition) => levels(condition) <= MOST_LEVELS, `conditions nest at most ${MOST_LEVELS} levels deep`)
  .refine((condition) => nodes(condition) <= MOST_NODES, `a rule asks at most ${MOST_NODES} questions`);

/** Asks a call. The trace, where one is wanted, gets the leaves that were really asked. */
export type Test = (question: Question, trace: string[] | null) => boolean;

/**
 * A condition made ready to be asked often: leaves are looked up and described once, not per call. Short-circuits like
 * people read.
 * @param salt different for every rule of a route
 */
export function compile(condition: Condition, salt: number): Test {
  if ('not' in condition) {
    const test = compile(condition.not, salt * 53);
    return (question, trace) => !test(question, trace);
  }
  if ('all' in condition || 'any' in condition) {
    const tests = partsOf(condition).map((part, place) => compile(part, salt * 53 + place));
    const decisive = 'any' in condition;
    return (question, trace) => {
      for (const test of tests) if (test(question, trace) === decisive) return decisive;
      return !decisive;
    };
  }
  const [one, value] = leafOf(condition);
  const summary = one.summary(value);
  const [yes, no] = [`${summary}: yes, `, `${summary}: no, `];
  return (question, trace) => {
    const held = one.holds(value, question, salt);
    trace?.push((held ? yes : no) + one.actual(value, question, salt));
    return held;
  };
}

/** For people: "input under 300 characters and team is growth". */
export function summaryOf(condition: Condition): string {
  if ('all' in condition) return joined(condition.all, ' and ');
  if ('any' in condition) return joined(condition.any, ' or ');
  if ('not' in condition) return `not (${summaryOf(condition.not)})`;
  const [one, value] = leafOf(condition);
  return one.summary(value);
}

/** Asks every condition on the text that is in `condition`, and keeps the answers in `answers`. */
export function askTexts(condition: Condition, texts: Texts, answers: Record<string, boolean>): void {
  if ('contains' in condition) answers[keyOf(condition.contains)] ??= isFound(condition.contains, texts);
  for (const part of partsOf(condition)) askTexts(part, texts, answers);
}

/** Whether a text condition is in it; remembered, because conditions never change and every call asks. */
export const readsText: (condition: Condition) => boolean = oncePer(
  (condition) => 'contains' in condition || partsOf(condition).some(readsText),
);

/** True when the answer would need a text that nobody asked about while it was there. */
export function needsLostText(condition: Condition, answers: Readonly<Record<string, boolean>>): boolean {
  if ('contains' in condition) return answers[keyOf(condition.contains)] === undefined;
  return partsOf(condition).some((part) => needsLostText(part, answers));
}

/** The leaf of a node that is no group, and its value. */
export function leafOf(condition: LeafCondition): [Leaf<unknown>, unknown] {
  const name = Object.keys(condition)[0] as LeafName;
  return [leaves[name] as Leaf<unknown>, (condition as Record<LeafName, unknown>)[name]];
}

export function partsOf(condition: Condition): readonly Condition[] {
  if ('all' in condition) return condition.all;
  if ('any' in condition) return condition.any;
  return 'not' in condition ? [condition.not] : [];
}

function joined(parts: readonly Condition[], word: string): string {
  const inner = parts.map((part) => ('all' in part || 'any' in part ? `(${summaryOf(part)})` : summaryOf(part)));
  return inner.join(word);
}

function levels(condition: Condition): number {
  return 1 + Math.max(0, ...partsOf(condition).map(levels));
}

function nodes(condition: Condition): number {
  return partsOf(condition).reduce((sum, part) => sum + nodes(part), 1);
}

import { z } from 'zod';
import { type Leaf, leaf } from './leaf.ts';
import { oneOf } from './names.ts';

export const textScopes = ['LAST_USER_MESSAGE', 'SYSTEM', 'ANY'] as const;
export type TextScope = (typeof textScopes)[number];

export interface TextMatch {
  readonly anyOf: readonly string[];
  readonly caseSensitive: boolean;
  readonly where: TextScope;
}

/** The texts that people can ask about. */
export interface Texts {
  lastUserMessage(): string;
  system(): string;
  any(): string;
}

/**
 * Whether certain words are said. The only leaf that reads the text, which is not kept: it is asked once per call
 * (`answersOf`), and its answer is kept with the facts, so that a replay with the same leaf knows it. Where there is no
 * answer it does not hold.
 */
export const contains: Leaf<TextMatch> = leaf<TextMatch>({
  schema: z.strictObject({
    anyOf: z.array(z.string().min(1).max(500)).min(1, 'name at least one text').max(100),
    caseSensitive: z
      .boolean()
      .nullish()
      .transform((value) => value ?? false),
    where: z
      .enum(textScopes)
      .nullish()
      .transform((value) => value ?? 'LAST_USER_MESSAGE'),
  }),
  holds: (match, { facts }) => facts.matched[keyOf(match)] ?? false,
  summary: ({ anyOf, where }) => `${places[where]} contains ${oneOf(anyOf.map((text) => `'${text}'`))}`,
  actual(match, { facts }) {
    const answer = facts.matched[keyOf(match)];
    return answer === undefined ? 'the text was not kept' : answer ? 'it does' : 'it does not';
  },
});

export function keyOf({ where, caseSensitive, anyOf }: TextMatch): string {
  return JSON.stringify([where, caseSensitive, ...anyOf]);
}

export function isFound({ anyOf, caseSensitive, where }: TextMatch, texts: Texts): boolean {
  const text = where === 'SYSTEM' ? texts.system() : where === 'ANY' ? texts.any() : texts.lastUserMessage();
  if (caseSensitive) return anyOf.some((wanted) => text.includes(wanted));
  const lower = text.toLowerCase();
  return anyOf.some((wanted) => lower.includes(wanted.toLowerCase()));
}

const places: Readonly<Record<TextScope, string>> = {
  LAST_USER_MESSAGE: 'the last user message',
  SYSTEM: 'the system message',
  ANY: 'the conversation',
};

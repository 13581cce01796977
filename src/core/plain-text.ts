import { z } from 'zod';

/** PostgreSQL's text keeps neither NUL nor half of a surrogate pair. */
export const isKeepable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** The same text, with U+FFFD in place of what cannot be kept. */
export const keepable = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

export const unkeepable = (what: string): string =>
  `${what} holds the character U+0000 or half of a surrogate pair. Leave it out.`;

/** As it came, wherever nothing may stand in its place. */
export const keepableText = z.string().refine(isKeepable, 'must hold neither U+0000 nor half of a surrogate pair');

/** A line for people, such as a name. */
export const plainText = z
  .string()
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'must be plain characters');

/** Of a write that must not be made twice. */
export const idempotencyKeyNeeded = plainText.min(1).max(255, 'must have at most 255 characters');
/** Of one that may be. */
export const idempotencyKey = idempotencyKeyNeeded.nullish();

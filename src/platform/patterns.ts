import { RE2JS, RE2JSException } from 're2js';

/** A pattern that somebody else wrote: its time grows with the text's length and never with what the text says. */
export interface Pattern {
  /** The first match that begins at `from` or later. */
  find(text: string, from: number): { readonly start: number; readonly end: number } | null;
}

/** Compiling is linear too, but a counted repetition is written out: longer patterns make larger machines. */
const MAX_CHARACTERS = 1_000;

/**
 * RE2 syntax: no back-references and no look-around, which is what makes it safe.
 * @throws PatternError with a sentence for whoever wrote it
 */
export function compilePattern(source: string, { ignoreCase = false } = {}): Pattern {
  if (source.length > MAX_CHARACTERS) throw new PatternError(`is longer than ${MAX_CHARACTERS} characters`);
  const compiled = compiledOrThrow(source, ignoreCase);
  if (compiled.matches('')) throw new PatternError('matches the empty text, so it would be found everywhere');
  return {
    find(text, from) {
      const matcher = compiled.matcher(text);
      return matcher.find(from) ? { start: matcher.start(), end: matcher.end() } : null;
    },
  };
}

export class PatternError extends Error {}

function compiledOrThrow(source: string, ignoreCase: boolean): RE2JS {
  try {
    return RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    if (error instanceof RE2JSException)
      throw new PatternError(`is no RE2 pattern: ${error.message}`, { cause: error });
    throw error;
  }
}

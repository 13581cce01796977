import { RE2JS, RE2JSException } from 're2js';

/** A pattern that somebody else wrote: its time grows with the text's length and never with what the text says. */
export interface Pattern {
  /** The first match that begins at `from` or later. */
  find(text: string, from: number): { readonly start: number; readonly end: number } | null;
}

const MAX_CHARACTERS = 1_000;
/** Counted repetitions are written out, and the time for each character of a text grows with what comes of that. */
const MAX_WRITTEN_OUT = 600;

/**
 * RE2 syntax: no back-references and no look-around, which is what makes it safe.
 * @throws PatternError with a sentence for whoever wrote it
 */
export function compilePattern(source: string): Pattern {
  if (source.length > MAX_CHARACTERS) throw new PatternError(`is longer than ${MAX_CHARACTERS} characters`);
  if (writtenOut(source) > MAX_WRITTEN_OUT) throw new PatternError('repeats too much within its repetitions');
  const compiled = compiledOrThrow(source);
  if (compiled.matches('')) throw new PatternError('matches the empty text, so it would be found everywhere');
  return {
    find(text, from) {
      const matcher = compiled.matcher(text);
      return matcher.find(from) ? { start: matcher.start(), end: matcher.end() } : null;
    },
  };
}

const NO_WORD = '[^\\p{L}\\p{N}]';

/**
 * Words one after the other, in any case and with any white space between them, and no letter or digit beside them. The
 * platform's own search is some thousand times as fast for them, and linear too: nothing in them can be read in two ways.
 * @throws PatternError
 */
export function compileWords(said: string): Pattern {
  const words = said.trim().split(/\s+/).map(literal).join('[\\t\\n\\f\\r ]+');
  if (words === '') throw new PatternError('says no word');
  const pattern = new RegExp(`(?:^|${NO_WORD})${words}(?:$|${NO_WORD})`, 'giu');
  return {
    find(text, from) {
      pattern.lastIndex = from;
      const match = pattern.exec(text);
      return match && { start: match.index, end: pattern.lastIndex };
    },
  };
}

function literal(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** How many single characters a pattern comes to when its counted repetitions are written out. */
function writtenOut(source: string): number {
  const sums = [0];
  let last = 0;
  for (const [piece, , most] of source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|\{\d*,?(\d+)\}|\{(\d+),\}|[\s\S]/g)) {
    const times = /^\{\d*,?(\d+)\}$/.exec(piece)?.[1] ?? most;
    if (piece === '(') sums.push(0);
    else if (times !== undefined && piece.startsWith('{')) sums[sums.length - 1]! += last * (Number(times) - 1);
    else {
      last = piece === ')' && sums.length > 1 ? sums.pop()! : 1;
      sums[sums.length - 1]! += last;
    }
  }
  return sums.reduce((all, sum) => all + sum, 0);
}

export class PatternError extends Error {}

function compiledOrThrow(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (error instanceof RE2JSException)
      throw new PatternError(`is no RE2 pattern: ${error.message}`, { cause: error });
    throw error;
  }
}

/** A stretch of a text that must not leave as it is, by UTF-16 code units. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  /** What it is, in capitals: stands in the text in its place. */
  readonly label: string;
  /** It ends where the text ends, and more text would be part of it. */
  readonly open?: true;
}

/**
 * Finds one kind of thing. Whether a stretch is one depends on nothing further away than `reach` characters before its
 * start or after it: that is what lets a stream be read in pieces (see scrub.ts).
 */
export interface Finder {
  readonly reach: number;
  /**
   * With the `u` flag. Matches in the word that a finding begins in, or in one before it that `begun` holds the text
   * from: words without any hint need not be looked at, whatever comes after them. Left out: all have to be.
   */
  readonly hint?: RegExp;
  /**
   * The first place at `from` or later where something has begun that more text may make a finding, or unmake; the
   * length of the text when nothing has. A stream is held back from there. Left out: `reach` before the end, always.
   */
  begun?(text: string, from: number): number;
  /** All findings that begin at `from` or later, in order, none overlapping another. */
  find(text: string, from: number): Finding[];
}

/**
 * A finder from a pattern of ours. The pattern must be linear enough for any text (see test/security/hostile.ts)
 * and never match more than `reach` characters, what it looks at around included.
 */
export function patternFinder(
  label: string,
  pattern: RegExp,
  reach: number,
  {
    hint,
    lead = 0,
    begun,
    starts,
    confirm = whole,
  }: {
    /** As a finder's. */
    readonly hint?: RegExp;
    /** A match begins at most this far before what it finds: in a stream, that may have been passed on already. */
    readonly lead?: number;
    /** With the `g` flag: matches from where a finding may have begun to the end of the text. */
    readonly begun?: RegExp;
    /** Where alone matches begin, found sooner than by trying the pattern everywhere. */
    readonly starts?: Starts;
    /** A second look at what the pattern found; null rejects it. */
    readonly confirm?: (found: RegExpExecArray, text: string) => { start: number; end: number } | null;
  } = {},
): Finder {
  const searchIn = searchOf(pattern, starts);
  return {
    reach,
    ...(hint && { hint }),
    ...(begun && { begun: (text: string, from: number) => firstOf([begun], text, from) }),
    find(text, from) {
      const findings: Finding[] = [];
      const search = searchIn(text);
      for (let found = search(Math.max(0, from - lead)); found; ) {
        const stretch = confirm(found, text);
        if (stretch && stretch.start >= from && stretch.start !== findings.at(-1)?.start) {
          findings.push({ ...stretch, label });
        }
        // With a lead every place is tried, so that it does not matter where the search began.
        found = search(stretch && lead === 0 ? whole(found).end : nextCharacter(text, found.index));
      }
      return findings;
    },
  };
}

/** Of a text: the first place at `from` or later where a match may begin, -1 where there is none; or null: it may anywhere. */
export type Starts = (text: string) => ((from: number) => number) | null;

type Search = (from: number) => RegExpExecArray | null;

/** Of a text: the first match at `from` or later. */
function searchOf(pattern: RegExp, starts: Starts = anywhere): (text: string) => Search {
  const here = new RegExp(pattern.source, pattern.flags.replace('g', 'y'));
  return (text) => {
    const startAt = starts(text);
    return (from) => {
      if (!startAt) {
        pattern.lastIndex = from;
        return pattern.exec(text);
      }
      for (let at = startAt(from); at >= 0; at = startAt(nextCharacter(text, at))) {
        here.lastIndex = at;
        const found = here.exec(text);
        if (found) return found;
      }
      return null;
    };
  };
}

const anywhere: Starts = () => null;

/** In the middle of a character beyond the first 65,536, a search with the `u` flag would begin at its start again, for ever. */
function nextCharacter(text: string, at: number): number {
  return at + (text.codePointAt(at)! > 0xffff ? 2 : 1);
}

/** Where the first of the patterns matches, at `from` or later; the length of the text where none does. */
export function firstOf(patterns: readonly RegExp[], text: string, from: number): number {
  return patterns.reduce((first, pattern) => {
    pattern.lastIndex = from;
    return Math.min(first, pattern.exec(text)?.index ?? first);
  }, text.length);
}

export function whole(found: RegExpExecArray): { start: number; end: number } {
  return { start: found.index, end: found.index + found[0].length };
}

/** The group of a pattern with the `d` flag. */
export function group(found: RegExpExecArray, name: string): { start: number; end: number } {
  const [start, end] = found.indices!.groups![name]!;
  return { start, end };
}

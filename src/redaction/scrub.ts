import { type Cluster, clustersIn, type Watch } from './clusters.ts';

/**
 * Takes what was found out of a text that comes in pieces. Whatever the pieces are, what comes out of them joined is
 * the same as what comes out of the whole.
 */
export interface Scrubber {
  push(text: string): string;
  /** The last piece, and what was still held back. */
  end(text: string): string;
}

/** Told of a text's stretches in order, says what becomes of each. */
export interface Rewrite<Rule> {
  plain(text: string): string;
  found(cluster: Cluster<Rule>, text: string): string;
}

/** How far back finders may look: the farthest is a `curl` 240 characters before what begins 400 before its secret. */
const CONTEXT = 768;
/** Looking again at each token of a stream would cost more than a word's delay. */
const WORTH_A_LOOK = 8;
/** What has been looked at in vain is looked at again when a quarter more has come: a key of 30 kB is not read 4,000 times. */
const WORTH_ANOTHER = 4;
/** What goes on for longer may be a script without spaces. */
const LONGEST_WORD = 32;

/**
 * Holds back what more text may change:
 *
 *     |  past: passed on (CONTEXT of it kept)  |  held: decided  |  begun: not decided yet  |
 *                                             from             horizon
 *
 * A finding that begins before the horizon is certain: no finder says that more text may change it, and none looks
 * further than its reach. A cluster is passed on when it also ends there, so that nothing that is found later can touch
 * it; until then it is held from its beginning.
 *
 * Few words are worth a look. Once all is decided up to the last word, no finder is asked before there is a hint for it.
 * @param hint matches whatever that of any of the finders does; null when one has none
 */
export function windowScrubber<Rule>(
  watches: readonly Watch<Rule>[],
  hint: RegExp | null,
  rewrite: Rewrite<Rule>,
): Scrubber {
  let past = '';
  let held = '';
  let lookAt = WORTH_A_LOOK;
  /** Those that have had a hint since all was decided. */
  let asked: readonly Watch<Rule>[] = [];

  function pass(last: boolean): string {
    if (!last && (held.length < lookAt || isHalf(held, held.length - 1))) return '';
    const whole = last ? held.length : lastWordOf(held);
    asked = askedAbout(whole);
    const out = asked.length > 0 ? passDecided(whole, last) : last || whole >= WORTH_A_LOOK ? passWords(whole) : '';
    lookAt = held.length + Math.max(WORTH_A_LOOK, Math.floor(held.length / WORTH_ANOTHER));
    return out;
  }

  function askedAbout(whole: number): readonly Watch<Rule>[] {
    if (held.length - whole > LONGEST_WORD) return watches;
    const words = held.slice(0, whole);
    if (hint && !hint.test(words)) return asked;
    return watches.filter((watch) => asked.includes(watch) || (watch.finder.hint?.test(words) ?? true));
  }

  function passWords(until: number): string {
    const words = held.slice(0, until);
    past = (past.length > 2 * CONTEXT ? past.slice(-CONTEXT) : past) + words;
    held = held.slice(until);
    return rewrite.plain(words);
  }

  function passDecided(whole: number, last: boolean): string {
    const text = past + held;
    const lastWord = past.length + whole;
    let from = past.length;
    const horizon = last ? text.length : decidedUntil(text, lastWord);
    if (!last && horizon - from < WORTH_A_LOOK) return '';
    const clusters = clustersIn(asked, text, from);
    const unsure = clusters.find(({ end, open }) => !last && (end > horizon || open));
    const until = wholeCharacter(text, Math.min(horizon, unsure?.start ?? horizon));
    let out = '';
    for (const cluster of clusters) {
      if (cluster.start >= until) break;
      out += rewrite.plain(text.slice(from, cluster.start)) + rewrite.found(cluster, textOf(cluster, text));
      from = cluster.end;
    }
    if (until > from) {
      out += rewrite.plain(text.slice(from, until));
      from = until;
    }
    past = text.slice(Math.max(0, from - CONTEXT), from);
    held = text.slice(from);
    if (whole > 0 && from === lastWord) asked = [];
    return out;
  }

  function decidedUntil(text: string, lastWord: number): number {
    // There may come a hint for others in the last word.
    let horizon = asked.length < watches.length ? lastWord : text.length;
    for (const { finder } of asked) {
      const farthest = Math.max(past.length, text.length - finder.reach);
      if (horizon > farthest) horizon = Math.min(horizon, finder.begun?.(text, farthest) ?? farthest);
    }
    return horizon;
  }

  return {
    push(text) {
      held += text;
      return pass(false);
    },
    end(text) {
      held += text;
      return pass(true);
    },
  };
}

/** Longer ones are looked at in pieces, cut after the last space in them. */
const LONGEST_LINE = 1_024;

/** Line by line, for finders whose reach nobody knows. A line is held back until it is whole. */
export function lineScrubber<Rule>(watches: readonly Watch<Rule>[], rewrite: Rewrite<Rule>): Scrubber {
  let held = '';

  function line(text: string): string {
    let out = '';
    let from = 0;
    for (const cluster of clustersIn(watches, text, 0)) {
      out += rewrite.plain(text.slice(from, cluster.start)) + rewrite.found(cluster, textOf(cluster, text));
      from = cluster.end;
    }
    return out + rewrite.plain(text.slice(from));
  }

  function pass(last: boolean): string {
    let out = '';
    for (let length = lineLength(held, last); length > 0; length = lineLength(held, last)) {
      out += line(held.slice(0, length));
      held = held.slice(length);
    }
    return out;
  }

  return {
    push(text) {
      held += text;
      return pass(false);
    },
    end(text) {
      held += text;
      return pass(true);
    },
  };
}

/** One after the other: what comes out of the first goes into the next. */
export function inTurn(scrubbers: readonly Scrubber[]): Scrubber {
  if (scrubbers.length === 1) return scrubbers[0]!;
  return {
    push: (text) => scrubbers.reduce((rest, scrubber) => scrubber.push(rest), text),
    end: (text) => scrubbers.reduce((rest, scrubber) => scrubber.end(rest), text),
  };
}

function textOf<Rule>({ start, end }: Cluster<Rule>, text: string): string {
  return text.slice(start, end);
}

function lineLength(held: string, last: boolean): number {
  const newline = held.slice(0, LONGEST_LINE).indexOf('\n');
  if (newline >= 0) return newline + 1;
  if (held.length > LONGEST_LINE) {
    const space = held.lastIndexOf(' ', LONGEST_LINE - 1);
    return wholeCharacter(held, space > 0 ? space + 1 : LONGEST_LINE);
  }
  return last ? held.length : 0;
}

/** Not between the two halves of a character beyond the first 65,536. */
function wholeCharacter(text: string, at: number): number {
  return at < text.length && isHalf(text, at - 1) ? at - 1 : at;
}

/** Whether the rest of a character comes after it. */
function isHalf(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code < 0xdc00;
}

/** Where the last word begins. */
function lastWordOf(text: string): number {
  let at = text.length;
  while (at > 0 && !isBlank(text.charCodeAt(at - 1))) at--;
  return at;
}

/** Of ASCII. */
function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

import { codeAt } from '../core/code-at.ts';
import { type Cluster, clustersIn, type Watch } from './clusters.ts';
import { folded } from './folded.ts';

/**
 * Takes what was found out of a text that comes in pieces. Whatever the pieces are, what comes out of them joined is
 * the same as what comes out of the whole.
 */
export interface Scrubber {
  push(text: string): string;
  /** The last piece, and what was still held back. */
  end(text: string): string;
}

/** Holds back what more text may change. */
export abstract class Holding implements Scrubber {
  protected held = '';

  push(text: string): string {
    this.held += text;
    return this.pass(false);
  }

  end(text: string): string {
    this.held += text;
    return this.pass(true);
  }

  /** What becomes of as much of what is held as goes on now. */
  protected abstract pass(last: boolean): string;

  /** Holds no more what stands before `until`. */
  protected take(until: number): string {
    const taken = this.held.slice(0, until);
    this.held = this.held.slice(until);
    return taken;
  }
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
 * Passes on what is decided:
 *
 *     |  past: passed on (CONTEXT of it kept)  |  held: decided  |  begun: not decided yet  |
 *                                             from             horizon
 *
 * A finding that begins before the horizon is certain: no finder says that more text may change it, and none looks
 * further than its reach. A cluster is passed on when it also ends there, so that nothing that is found later can touch
 * it; until then it is held from its beginning.
 *
 * Few words are worth a look. Once all is decided up to the last word, no finder is asked before there is a hint for it:
 * `hint` matches whatever that of any of the finders does, and is null when one has none.
 */
export class WindowScrubber<Rule> extends Holding {
  readonly #watches: readonly Watch<Rule>[];
  readonly #hint: RegExp | null;
  readonly #rewrite: Rewrite<Rule>;
  #past = '';
  #lookAt = WORTH_A_LOOK;
  /** Those that have had a hint since all was decided. */
  #asked: readonly Watch<Rule>[] = nobody;

  constructor(watches: readonly Watch<Rule>[], hint: RegExp | null, rewrite: Rewrite<Rule>) {
    super();
    this.#watches = watches;
    this.#hint = hint;
    this.#rewrite = rewrite;
  }

  protected pass(last: boolean): string {
    const held = this.held;
    if (!last && (held.length < this.#lookAt || isHalf(held, held.length - 1))) return '';
    const whole = last ? held.length : lastWordOf(held);
    this.#asked = this.#askedAbout(whole);
    const out =
      this.#asked.length > 0
        ? this.#passDecided(whole, last)
        : last || whole >= WORTH_A_LOOK
          ? this.#passWords(whole)
          : '';
    const left = this.held.length;
    this.#lookAt = left + Math.max(WORTH_A_LOOK, Math.floor(left / WORTH_ANOTHER));
    return out;
  }

  #askedAbout(whole: number): readonly Watch<Rule>[] {
    if (this.held.length - whole > LONGEST_WORD) return this.#watches;
    const words = folded(this.held.slice(0, whole));
    const asked = this.#asked;
    if (this.#hint && !this.#hint.test(words)) return asked;
    return this.#watches.filter((watch) => asked.includes(watch) || (watch.finder.hint?.test(words) ?? true));
  }

  #passWords(until: number): string {
    const words = this.take(until);
    const past = this.#past;
    this.#past = (past.length > 2 * CONTEXT ? past.slice(-CONTEXT) : past) + words;
    return this.#rewrite.plain(words);
  }

  #passDecided(whole: number, last: boolean): string {
    const rewrite = this.#rewrite;
    const text = this.#past + this.held;
    const read = folded(text);
    let from = this.#past.length;
    const lastWord = from + whole;
    const horizon = last ? text.length : this.#decidedUntil(read, lastWord);
    if (!last && horizon - from < WORTH_A_LOOK) return '';
    const clusters = clustersIn(this.#asked, read, from);
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
    this.#past = text.slice(Math.max(0, from - CONTEXT), from);
    this.held = text.slice(from);
    if (whole > 0 && from === lastWord) this.#asked = nobody;
    return out;
  }

  #decidedUntil(text: string, lastWord: number): number {
    const decided = this.#past.length;
    // There may come a hint for others in the last word.
    let horizon = this.#asked.length < this.#watches.length ? lastWord : text.length;
    for (const { finder } of this.#asked) {
      const farthest = Math.max(decided, text.length - finder.reach);
      if (horizon > farthest) horizon = Math.min(horizon, finder.begun?.(text, farthest) ?? farthest);
    }
    return horizon;
  }
}

const nobody: readonly Watch<never>[] = [];

/** Longer ones are looked at in pieces, cut after the last space in them. */
const LONGEST_LINE = 1_024;

/** Line by line, for finders whose reach nobody knows. A line is held back until it is whole. */
export class LineScrubber<Rule> extends Holding {
  readonly #watches: readonly Watch<Rule>[];
  readonly #rewrite: Rewrite<Rule>;

  constructor(watches: readonly Watch<Rule>[], rewrite: Rewrite<Rule>) {
    super();
    this.#watches = watches;
    this.#rewrite = rewrite;
  }

  protected pass(last: boolean): string {
    let out = '';
    for (let length = lineLength(this.held, last); length > 0; length = lineLength(this.held, last)) {
      out += this.#line(this.take(length));
    }
    return out;
  }

  #line(text: string): string {
    const rewrite = this.#rewrite;
    let out = '';
    let from = 0;
    for (const cluster of clustersIn(this.#watches, text, 0)) {
      out += rewrite.plain(text.slice(from, cluster.start)) + rewrite.found(cluster, textOf(cluster, text));
      from = cluster.end;
    }
    return out + rewrite.plain(text.slice(from));
  }
}

/** One after the other: what comes out of the first goes into the second. Null is one that changes nothing. */
export function inTurn(first: Scrubber | null, second: Scrubber | null): Scrubber {
  if (!first || !second) return first ?? second ?? unchanged;
  return {
    push: (text) => second.push(first.push(text)),
    end: (text) => second.end(first.end(text)),
  };
}

const unchanged: Scrubber = { push: (text) => text, end: (text) => text };

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
  while (at > 0 && !isBlank(codeAt(text, at - 1))) at--;
  return at;
}

/** Of ASCII. */
function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

import { type Cluster, clustersIn, type Watch } from './clusters.ts';

/**
 * Takes what was found out of a text that comes in pieces. Whatever the pieces are, what comes out of them joined is
 * the same as what comes out of the whole.
 */
export interface Scrubber {
  push(text: string): string;
  /** What was still held back. */
  end(): string;
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

/**
 * Holds back what more text may change:
 *
 *     |  passed on (CONTEXT of it kept to look back at)  |  decided  |  begun: not decided yet  |
 *                                                      from        horizon
 *
 * A finding that begins before the horizon is certain: no finder says that more text may change it, and none looks
 * further than its reach. A cluster is passed on when it also ends there, so that nothing that is found later can touch
 * it; until then it is held from its beginning.
 */
export function windowScrubber<Rule>(watches: readonly Watch<Rule>[], rewrite: Rewrite<Rule>): Scrubber {
  let held = '';
  let from = 0;
  let lookAt = WORTH_A_LOOK;

  function decidedUntil(): number {
    let horizon = held.length;
    for (const { finder } of watches) {
      const farthest = Math.max(from, held.length - finder.reach);
      if (horizon > farthest) horizon = Math.min(horizon, finder.begun?.(held, farthest) ?? farthest);
    }
    return horizon;
  }

  function pass(last: boolean): string {
    if (!last && held.length < lookAt) return '';
    const horizon = last ? held.length : decidedUntil();
    const out = last || horizon - from >= WORTH_A_LOOK ? passUntil(horizon, last) : '';
    const drop = Math.max(0, from - CONTEXT);
    held = held.slice(drop);
    from -= drop;
    lookAt = held.length + Math.max(WORTH_A_LOOK, Math.floor((held.length - from) / WORTH_ANOTHER));
    return out;
  }

  function passUntil(horizon: number, last: boolean): string {
    const clusters = clustersIn(watches, held, from);
    const unsure = clusters.find(({ end, open }) => !last && (end > horizon || open));
    const until = wholeCharacter(held, Math.min(horizon, unsure?.start ?? horizon));
    let out = '';
    for (const cluster of clusters) {
      if (cluster.start >= until) break;
      out += rewrite.plain(held.slice(from, cluster.start)) + rewrite.found(cluster, textOf(cluster, held));
      from = cluster.end;
    }
    if (until > from) {
      out += rewrite.plain(held.slice(from, until));
      from = until;
    }
    return out;
  }

  return {
    push(text) {
      held += text;
      return pass(false);
    },
    end() {
      const out = pass(true);
      held = '';
      from = 0;
      return out;
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
    end: () => pass(true),
  };
}

/** One after the other: what comes out of the first goes into the next. */
export function inTurn(scrubbers: readonly Scrubber[]): Scrubber {
  return {
    push: (text) => scrubbers.reduce((rest, scrubber) => scrubber.push(rest), text),
    end: () => scrubbers.reduce((rest, scrubber) => scrubber.push(rest) + scrubber.end(), ''),
  };
}

/** A whole text at once. */
export function scrubbed(scrubber: Scrubber, text: string): string {
  return scrubber.push(text) + scrubber.end();
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
  const before = text.charCodeAt(at - 1);
  return at < text.length && before >= 0xd800 && before < 0xdc00 ? at - 1 : at;
}

import { codeAt } from '../../core/code-at.ts';

/**
 * Which of many rules are worth trying on a text: one walk over it instead of a search for each of their keywords, by the
 * automaton of A. V. Aho and M. J. Corasick (1975).
 */
export interface KeywordIndex<Rule> {
  /** In the order of the rules: those of which a keyword begins at most their lead before `from`, or after it. */
  rulesIn(text: string, from: number): Rule[];
}

interface Indexed {
  /** ASCII, in lower case. */
  readonly keywords: readonly string[];
  readonly lead: number;
}

/** A keyword that ends where the walk is. */
interface Ending {
  readonly length: number;
  readonly lead: number;
  readonly place: number;
}

const CODES = 128;
/** Where nothing of any keyword has been read. */
const START = 0;

export function keywordIndex<Rule extends Indexed>(rules: readonly Rule[]): KeywordIndex<Rule> {
  const letters = lettersOf(rules.flatMap(({ keywords }) => keywords).join(''));
  const width = Math.max(...letters) + 1;
  const { next, endings } = automaton(rules, letters, width);
  const farthest = Math.max(...rules.map(({ lead }) => lead));
  return {
    rulesIn(text, from) {
      const wanted = new Set<number>();
      const { length: end } = text;
      let state = START;
      for (let at = Math.max(0, from - farthest); at < end; at++) {
        const code = codeAt(text, at);
        state = next[state * width + (code < CODES ? letters[code]! : 0)]!;
        const ended = endings[state];
        if (ended === undefined) continue;
        for (const { length, lead, place } of ended) if (at + 1 - length >= from - lead) wanted.add(place);
      }
      return [...wanted].sort((a, b) => a - b).map((place) => rules[place]!);
    },
  };
}

/**
 * By character code: a number for each of these letters, the same in either case, and 0 for all others. Only what is ASCII has
 * another case: so has it for the rules' patterns.
 */
function lettersOf(characters: string): Uint8Array {
  const numbers = new Uint8Array(CODES);
  for (const [place, character] of [...new Set(characters)].entries()) {
    numbers[character.charCodeAt(0)] = numbers[character.toUpperCase().charCodeAt(0)] = place + 1;
  }
  return numbers;
}

/** @returns `next`: state * width + letter -> state; `endings`: of states in which keywords end, which */
function automaton(rules: readonly Indexed[], letters: Uint8Array, width: number) {
  const states: { readonly after: Map<number, number>; endings: Ending[] }[] = [{ after: new Map(), endings: [] }];
  for (const [place, { keywords, lead }] of rules.entries()) {
    for (const keyword of keywords) {
      let state = START;
      for (const character of keyword) {
        const { after } = states[state]!;
        const letter = letters[character.charCodeAt(0)]!;
        if (!after.has(letter)) after.set(letter, states.push({ after: new Map(), endings: [] }) - 1);
        state = after.get(letter)!;
      }
      states[state]!.endings.push({ length: keyword.length, lead, place });
    }
  }

  const next = new Uint16Array(states.length * width);
  /** Of each state: the longest other one that what was read ends with. Those that are shorter come first. */
  const shorter = new Uint16Array(states.length);
  const queue = [START];
  for (const state of queue) {
    const { after, endings } = states[state]!;
    const other = shorter[state]!;
    if (state !== START) endings.push(...states[other]!.endings);
    for (let letter = 0; letter < width; letter++) {
      const following = after.get(letter);
      const instead = state === START ? START : next[other * width + letter]!;
      next[state * width + letter] = following ?? instead;
      if (following === undefined) continue;
      shorter[following] = instead;
      queue.push(following);
    }
  }
  return { next, endings: states.map(({ endings }) => (endings.length > 0 ? endings : undefined)) };
}

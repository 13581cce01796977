import { type Chance, pick } from './chance.ts';

/**
 * A text that a regular expression matches: literals, classes, escapes, groups, alternatives and quantifiers. Look-
 * arounds and back references are beyond it; what it makes of them may not match.
 */
export function textMatching(pattern: string, chance: Chance): string {
  const reader = { rest: pattern, chance };
  return alternatives(reader);
}

interface Reader {
  rest: string;
  readonly chance: Chance;
}

function alternatives(reader: Reader): string {
  const branches = [sequence(reader)];
  while (reader.rest.startsWith('|')) {
    reader.rest = reader.rest.slice(1);
    branches.push(sequence(reader));
  }
  return pick(branches, reader.chance);
}

function sequence(reader: Reader): string {
  let text = '';
  while (reader.rest !== '' && !reader.rest.startsWith('|') && !reader.rest.startsWith(')')) {
    const before = reader.rest;
    const atom = take(reader);
    const once = before.slice(0, before.length - reader.rest.length);
    const times = quantity(reader);
    if (times > 0) text += atom;
    for (let again = 1; again < times; again++) text += take({ rest: once, chance: reader.chance });
  }
  return text;
}

function take(reader: Reader): string {
  const [character = ''] = reader.rest;
  reader.rest = reader.rest.slice(character.length);
  switch (character) {
    case '^':
    case '$':
      return '';
    case '.':
      return 'a';
    case '(': {
      reader.rest = reader.rest.replace(/^\?(?::|<\w+>)/, '');
      const text = alternatives(reader);
      reader.rest = reader.rest.slice(1);
      return text;
    }
    case '[': {
      const end = classEnd(reader.rest);
      const inside = reader.rest.slice(0, end);
      reader.rest = reader.rest.slice(end + 1);
      return oneOf(inside, reader.chance);
    }
    case '\\': {
      const [escaped = ''] = reader.rest;
      reader.rest = reader.rest.slice(escaped.length);
      return escapes[escaped] ?? escaped;
    }
    default:
      return character;
  }
}

function classEnd(rest: string): number {
  for (let at = 0; at < rest.length; at++) {
    if (rest[at] === '\\') at++;
    else if (rest[at] === ']' && at > 0) return at;
  }
  return rest.length;
}

const printable = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at));

/** Tried on all printable characters: the engine itself knows best what a class holds. Letters and digits first. */
function oneOf(inside: string, chance: Chance): string {
  const expression = new RegExp(`^[${inside}]$`);
  const fitting = printable.filter((character) => expression.test(character));
  const tame = fitting.filter((character) => /[a-z0-9]/i.test(character));
  const candidates = tame.length > 0 ? tame : fitting;
  return candidates.length > 0 ? pick(candidates, chance) : '';
}

const escapes: Readonly<Record<string, string>> = {
  d: '7',
  w: 'a',
  s: ' ',
  D: 'a',
  W: '-',
  S: 'a',
  b: '',
  B: '',
  n: '\n',
  t: '\t',
};

const MOST = 10_000;

/** The fewest that are allowed, but one where none are needed. */
function quantity(reader: Reader): number {
  const found = /^(?:([*+?])|\{(\d+)(,)?(\d*)\})\??/.exec(reader.rest);
  if (!found) return 1;
  reader.rest = reader.rest.slice(found[0].length);
  const [, sign, least] = found;
  return sign ? 1 : Math.min(Number(least), MOST);
}

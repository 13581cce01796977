import { detectors } from '../../src/core/admission.ts';
import { compilePattern, PatternError } from '../../src/platform/patterns.ts';
import { finders } from '../../src/redaction/detectors/index.ts';
import type { Figure } from './run.ts';

/** Texts that make bad patterns slow, and patterns that make bad engines slow. */

const LENGTH = 20_000;
const repeated = (text: string) => text.repeat(Math.ceil(LENGTH / text.length)).slice(0, LENGTH);

export const hostileTexts: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'a',
    '1',
    ' ',
    '\n',
    '.',
    '-',
    '@',
    '0 ',
    '1-',
    'a.',
    'a@',
    'a@b.',
    '1.1.',
    ':',
    'f:',
    '(1)',
    '+1',
    'A1',
    'AB12 ',
    'key',
    'key=',
    'key = "',
    'token ',
    'password:',
    'secret\t',
    'api',
    'eyJ',
    'ey0',
    'curl ',
    'curl -H "',
    'curl\n -u ',
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----',
    'kind: secret data:',
    'xox',
    'sk-',
    'glpat-',
    'ops_eyJ',
    'https://',
    'born on ',
    'MRN ',
    'Mr ',
    'Aa ',
    'Aa-Aa ',
    '1 Main ',
    'Rua de ',
    'é',
    '𝒜',
    'é@é.',
    `${'X'.repeat(49)} `,
  ].map((unit) => [unit, repeated(unit)]),
);

/** Each of these takes V8 seconds or for ever on the text beside it. */
export const hostilePatterns: readonly (readonly [string, string])[] = [
  '(a+)+$',
  '(a|a)+$',
  '(a|aa)+$',
  '([a-z]+)+$',
  '(a*)*b',
  '(.*a){12}$',
  '(x+x+)+y',
  '(\\w+\\s?)+$',
  '(\\d+)+$',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  '(a?){25}a{25}',
  '(.*)(.*)(.*)(.*)(.*)[^a]$',
  '(\\s*\\w*)*:',
  '((a{1,9}){1,9}){1,9}$',
].map((pattern) => [pattern, `${'a'.repeat(5_000)}!`] as const);

/** Milliseconds of the slowest of three, less one: the first compiles. */
export function slowest(act: () => unknown): number {
  act();
  const times = [0, 1].map(() => {
    const from = performance.now();
    act();
    return performance.now() - from;
  });
  return Math.min(...times);
}

const GOAL_MS = 50;

export function hostileFigures(): readonly Figure[] {
  const built = detectors.map((name) => {
    const ms = Math.max(...Object.values(hostileTexts).map((text) => slowest(() => finders[name].find(text, 0))));
    return figure(`${name}, slowest of ${Object.keys(hostileTexts).length} texts of 20 kB`, ms);
  });
  const own = hostilePatterns.map(([pattern, text]) =>
    figure(
      `own pattern ${pattern}`,
      slowest(() => found(pattern, text)),
    ),
  );
  return [...built, ...own];
}

function figure(name: string, ms: number): Figure {
  return { name, value: `${ms.toFixed(1)} ms`, goal: `<= ${GOAL_MS} ms`, reached: ms <= GOAL_MS };
}

/** A pattern that is refused when it is saved costs nobody anything later. */
export function found(pattern: string, text: string): unknown {
  try {
    return compilePattern(pattern).find(text, 0);
  } catch (error) {
    if (error instanceof PatternError) return null;
    throw error;
  }
}

import { detectors } from '../../src/core/admission.ts';
import { compilePattern, PatternError } from '../../src/platform/patterns.ts';
import { finders } from '../../src/redaction/detectors/index.ts';
import { createRedaction } from '../../src/redaction/index.ts';
import { aDemand, keyring, owner } from '../redaction/demands.ts';
import { aRequest } from '../support/requests.ts';
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
    'xoxb-1234567890-1234567890',
    'ZXlKaGJHY2lPaU',
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
    '𝟏𝟐 ',
    '𝟏𝟏𝟏𝟏𝟏𝟏𝟏 ',
    'MRN 𝟏',
    'é@é.',
    "a'",
    `${"a'".repeat(64)}@`,
    `${'é'.repeat(128)}@`,
    `${'𝒜'.repeat(64)}@`,
    ',1234567',
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
/** All detectors one after the other. */
const WHOLE_GOAL_MS = 250;

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
  const texts = Object.values(hostileTexts);
  const streamed = Math.max(...texts.map(slowestPiece));
  const whole = Math.max(...texts.map((text) => streamOf(text, text.length)));
  return [
    ...built,
    ...own,
    figure('an answer of 20 kB with all detectors, slowest of its pieces', streamed),
    figure('an answer of 20 kB with all detectors, in one piece', whole, WHOLE_GOAL_MS),
  ];
}

/** As a model speaks: some characters at a time. */
const PIECE = 6;
const slowestPiece = (text: string): number => Math.min(streamOf(text, PIECE), streamOf(text, PIECE));

const { redact } = createRedaction(keyring);

/** Milliseconds of the slowest piece of an answer that comes in pieces of `size`. */
function streamOf(text: string, size: number): number {
  const redacted = redact(aRequest(), [aDemand({ detectors: [...detectors] })], owner);
  let slowest = 0;
  for (let at = 0; at < text.length; at += size) {
    const from = performance.now();
    redacted.restore({ kind: 'textDelta', index: 0, text: text.slice(at, at + size) });
    slowest = Math.max(slowest, performance.now() - from);
  }
  return slowest;
}

function figure(name: string, ms: number, goal = GOAL_MS): Figure {
  return { name, value: `${ms.toFixed(1)} ms`, goal: `<= ${goal} ms`, reached: ms <= goal };
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

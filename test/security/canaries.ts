import { luhn } from '../../src/redaction/detectors/credit-card.ts';
import { mod97 } from '../../src/redaction/detectors/iban.ts';

/** Values that nobody owns, always the same ones. */

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

export function thousandCanaries(): string[] {
  const next = numbers(20261126);
  const text = (length: number, letters = LETTERS) =>
    Array.from({ length }, () => letters[next(letters.length)]).join('');
  const digits = (length: number) => text(length, '0123456789');
  const makers: readonly (() => string)[] = [
    () => `${text(8)}.${text(6)}@${text(9).toLowerCase()}.example.org`,
    () => `ghp_${text(36)}`,
    () => `xoxb-${digits(12)}-${digits(12)}-${text(24)}`,
    () => `AKIA${text(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`,
    () => checked(() => `4${digits(15)}`, luhn),
    () => checked(() => `DE${digits(20)}`, mod97),
    () => `${1 + next(6)}${1 + next(9)}${next(10)}-${10 + next(80)}-${1000 + next(8999)}`.replace(/^666/, '665'),
    () => `+49 151 ${10_000_000 + next(89_999_999)}`,
    () => `203.0.${100 + next(100)}.${100 + next(150)}`,
    () => `2001:db8:${text(4, 'abcdef123')}:${text(4, 'abcdef123')}::${text(4, 'abcdef123')}`,
  ];
  return makers.flatMap((make) => Array.from({ length: 100 }, make));
}

/** As it is, in base64 wherever it begins, hexadecimal, backwards, and each half where a half says something. */
export function encodingsOf(canary: string): string[] {
  const bytes = Buffer.from(canary, 'utf8');
  const base64 = ['', 'x', 'xx'].map((lead) => {
    const whole = Buffer.concat([Buffer.from(lead), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The characters at either end depend on what stands beside it.
    return whole.slice(lead === '' ? 0 : 2 * lead.length, -1);
  });
  const half = Math.ceil(canary.length / 2);
  const halves = canary.length >= 20 ? [canary.slice(0, half), canary.slice(half)] : [];
  const unlike = halves.filter((text) => !/example\.org$/.test(text) && !/^2001/.test(text));
  return [canary, ...base64, bytes.toString('hex'), [...canary].reverse().join(''), ...unlike];
}

const LEAD = 8;
const BITS = 20;

/**
 * Those of `words`, each of eight characters or more, that stand in `text`, with a single look at every place of it: a
 * Redis that a whole suite has used holds hundreds of megabytes, too many to search for eight thousand words in turn.
 */
export function foundIn(text: string, words: readonly string[]): string[] {
  const byLead = new Map<string, string[]>();
  // Rules most places out before any text is cut.
  const marks = new Uint8Array(1 << BITS);
  for (const word of words) {
    const lead = word.slice(0, LEAD);
    byLead.set(lead, [...(byLead.get(lead) ?? []), word]);
    marks[markOf(lead, 0)] = 1;
  }
  const found = new Set<string>();
  for (let at = 0; at + LEAD <= text.length; at += 1) {
    if (marks[markOf(text, at)] === 0) continue;
    for (const word of byLead.get(text.slice(at, at + LEAD)) ?? []) if (text.startsWith(word, at)) found.add(word);
  }
  return [...found];
}

function markOf(text: string, at: number): number {
  let mark = 0;
  for (let place = at; place < at + LEAD; place += 1) mark = Math.imul(mark, 31) + text.charCodeAt(place);
  return Math.imul(mark, 0x9e37_79b1) >>> (32 - BITS);
}

function checked(make: () => string, holds: (text: string) => boolean): string {
  let text = make();
  while (!holds(text)) text = make();
  return text;
}

/** A linear congruential generator, by Knuth's numbers. */
function numbers(seed: number): (below: number) => number {
  let state = BigInt(seed);
  return (below) => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & 0xffff_ffff_ffff_ffffn;
    return Number((state >> 33n) % BigInt(below));
  };
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keywordIndex } from '../../src/redaction/detectors/keyword-index.ts';
import { createRedaction } from '../../src/redaction/index.ts';
import { aRequest } from '../support/requests.ts';
import { aDemand, keyring, owner } from './demands.ts';

/** What detectors find by going only where something may be is all that there is. */

const { redact } = createRedaction(keyring);

function masked(text: string, detector: 'EMAIL' | 'PHONE'): string {
  const request = aRequest({ messages: [{ role: 'USER', parts: [{ kind: 'text', text }] }] });
  const part = redact(request, [aDemand({ detectors: [detector] })], owner).request.messages[0]!.parts[0]!;
  return part.kind === 'text' ? part.text : '';
}

const digits = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => (code < 0xd800 || code > 0xdfff) && /\p{Nd}/u.test(String.fromCodePoint(code)))
  .map((code) => String.fromCodePoint(code));

test('telephone numbers are found in the digits of every script', () => {
  expect(digits.length).toBeGreaterThan(600);
  const lost = digits.filter((digit) => {
    const number = digit < '\x80' ? `4${digit}1${digit}2${digit}3${digit}` : digit.repeat(14 / digit.length);
    return masked(`Call +${number} or x`, 'PHONE') !== 'Call [PHONE] or x';
  });
  expect(lost).toEqual([]);
});

test('telephone numbers are found after what they are found after in a text with digits of other scripts', () => {
  const before = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code)).flatMap((one) => [
    one,
    `3${one}`,
  ]);
  for (const lead of [...before, 'é', '€', '£', '–', '']) {
    for (const number of ['+49 170 1234567', '(020) 7946-0958', '0170 1234567', '905-674-3793']) {
      const text = `${lead}${number}`;
      expect(masked(`${text} or`, 'PHONE')).toBe(masked(`${text} or ٣`, 'PHONE').slice(0, -2));
    }
  }
});

test.each([
  ['a@b.de', '[EMAIL]'],
  ['@a@b.de', '@[EMAIL]'],
  ["'bob@b.de'", "'[EMAIL]'"],
  ["o'neill@b.de, -bob@b.de", '[EMAIL], -bob@b.de'],
  ['über.größe@straße.de', '[EMAIL]'],
  ['𐐷x@b.de 𐐷@b.de', '[EMAIL] [EMAIL]'],
  [`${'x'.repeat(64)}@b.de`, '[EMAIL]'],
  [`${'x'.repeat(65)}@b.de`, `${'x'.repeat(65)}@b.de`],
  [`${'𐐷'.repeat(64)}@b.de`, '[EMAIL]'],
  ['a@b@c.de', 'a@[EMAIL]'],
  ['🙂a@b.de', '🙂[EMAIL]'],
  ["'a'b@c.de", "'[EMAIL]"],
  [`ab'${'c'.repeat(63)}@d.de`, `ab'[EMAIL]`],
  ['@@@ @ a@ @b.de', '@@@ @ a@ @b.de'],
])('of "%s" is left "%s"', (text, left) => {
  expect(masked(text, 'EMAIL')).toBe(left);
});

const letters = fc.constantFrom(...'abAB-é\u212a');
const rules = fc.array(
  fc.record({
    keywords: fc.array(fc.string({ unit: fc.constantFrom(...'ab-'), minLength: 1, maxLength: 5 }), { minLength: 1 }),
    lead: fc.nat(6),
  }),
  { minLength: 1, maxLength: 8 },
);

test('the index of keywords says what a search for each of them says', () => {
  fc.assert(
    fc.property(rules, fc.string({ unit: letters, maxLength: 40 }), fc.nat(40), (rules, text, from) => {
      const lower = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
      const searched = rules.filter(({ keywords, lead }) =>
        keywords.some((keyword) => lower.includes(keyword, Math.max(0, from - lead))),
      );
      expect(keywordIndex(rules).rulesIn(text, from)).toEqual(searched);
    }),
    { numRuns: 2000 },
  );
});

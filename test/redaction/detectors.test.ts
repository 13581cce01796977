import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Detector, detectors } from '../../src/core/admission.ts';
import { keywordIndex } from '../../src/redaction/detectors/keyword-index.ts';
import { createRedaction } from '../../src/redaction/index.ts';
import { aRequest } from '../support/requests.ts';
import { canaries } from './canaries.ts';
import { aDemand, keyring, owner } from './demands.ts';

/** What detectors find by going only where something may be is all that there is. */

const { redact } = createRedaction(keyring);

function masked(text: string, detector: Detector): string {
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
    const number = digit.length === 1 ? `4${digit}1${digit}2${digit}3${digit}` : digit.repeat(7);
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
      expect(masked(`${text} or`, 'PHONE')).toBe(masked(`${text} or 𝟑`, 'PHONE').slice(0, -3));
    }
  }
});

/** As keyboards of East Asia write it in full width. */
const wide = (text: string) =>
  text.replaceAll(/[ -~]/g, (one) => (one === ' ' ? '\u3000' : String.fromCharCode(one.charCodeAt(0) + 0xfee0)));
/** With the digits of the script that has this zero. */
const inScriptOf = (zero: string) => (text: string) =>
  text.replaceAll(/\d/g, (digit) => String.fromCharCode(zero.charCodeAt(0) + Number(digit)));
const scripts = {
  'full width': wide,
  Arabic: inScriptOf('٠'),
  Persian: inScriptOf('۰'),
  Bengali: inScriptOf('০'),
  Thai: inScriptOf('๐'),
};

test.each(
  Object.entries(scripts).flatMap(([script, written]) =>
    detectors.flatMap((detector) => canaries[detector].map((canary) => [script, detector, canary, written] as const)),
  ),
)('in %s, what %s finds is found: %s', (_script, detector, canary, written) => {
  const sentence = `Note: ${canary} or`;
  const [before, after] = masked(sentence, detector).split(`[${detector}]`);
  expect(masked(`Note: ${written(canary)} or`, detector)).toBe(
    `Note: ${written(before!.slice('Note: '.length))}[${detector}]${written(after!.slice(0, -' or'.length))} or`,
  );
});

test('Japanese and Chinese sentences are left as they are', () => {
  for (const text of [
    '会議は１０：３０から、第２会議室です。',
    '你好，世界！（测试）：一二三。',
    '2024年10月12日订单号20241012-0001人口12345678人',
    'ＮＨＫのニュース',
  ]) {
    for (const detector of ['PHONE', 'CREDIT_CARD', 'IBAN', 'EMAIL', 'SSN'] as const) {
      expect(masked(text, detector)).toBe(text);
    }
  }
});

test.each([
  ['電話は０９０－１２３４－５６７８です', 'PHONE', '電話は[PHONE]です'],
  ['カード番号４１１１　１１１１　１１１１　１１１１', 'CREDIT_CARD', 'カード番号[CREDIT_CARD]'],
  ['電話は090-1234-5678です', 'PHONE', '電話は[PHONE]です'],
  ['โทร0812345678ครับ or 081-234-5678ครับ', 'PHONE', 'โทร0812345678ครับ or [PHONE]ครับ'],
  ['メール：ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ、', 'EMAIL', 'メール：[EMAIL]、'],
] as const)('%s', (text, detector, left) => {
  expect(masked(text, detector)).toBe(left);
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

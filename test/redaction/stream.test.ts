import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectors } from '../../src/core/admission.ts';
import type { ContentEvent } from '../../src/core/event.ts';
import { createRedaction } from '../../src/redaction/index.ts';
import { aRequest } from '../support/requests.ts';
import { bare, canaries } from './canaries.ts';
import { aDemand, keyring, owner } from './demands.ts';

/** However an answer is cut into pieces, what comes out is the same, and nothing leaks on the way. */

const { redact } = createRedaction(keyring);
const everything = aDemand({ detectors: [...detectors] });
/** All that have hints: names and addresses, which are guesses by words that anybody may write, have none. */
const certain = detectors.filter((kind) => kind !== 'PERSON_NAME' && kind !== 'ADDRESS');
const hinted = aDemand({ detectors: certain });
/** Own patterns are run on whole lines, so what comes after them no longer sees the pieces: they are tried besides. */
const withOwnPatterns = aDemand({
  detectors: [...detectors],
  customPatterns: [{ name: 'PROJECT', regex: '(?i)project \\w+' }],
});
const all = detectors.flatMap((kind) => canaries[kind].map((canary) => [kind, canary] as const));

/** What a caller sees of an answer that comes in these pieces. */
function seen(pieces: readonly string[], demand = everything, asked = aRequest()): { streamed: string; final: string } {
  const redacted = redact(asked, [demand], owner);
  const events = pieces.flatMap((text) => redacted.restore({ kind: 'textDelta', index: 0, text }));
  const part = { kind: 'text', text: pieces.join(''), citations: [] } as const;
  const ends = redacted.restore({ kind: 'partFinished', index: 0, part });
  return { streamed: textOf([...events, ...ends]), final: finalOf(ends) };
}

function textOf(events: readonly ContentEvent[]): string {
  return events.map((event) => (event.kind === 'textDelta' ? event.text : '')).join('');
}

function finalOf(events: readonly ContentEvent[]): string {
  const last = events.at(-1);
  return last?.kind === 'partFinished' && last.part.kind === 'text' ? last.part.text : '';
}

function cut(text: string, places: readonly number[]): string[] {
  const sorted = [...new Set(places)].sort((a, b) => a - b);
  return [...sorted, text.length].map((end, index) => text.slice(index === 0 ? 0 : sorted[index - 1], end));
}

test.each(all)('%s "%s" does not leak at any split', (_kind, canary) => {
  const text = `Well then, please note: ${canary} and nothing else.`;
  const whole = seen([text]);
  expect(whole.streamed).not.toContain(bare(canary));
  for (let place = 0; place <= text.length; place++) {
    const { streamed, final } = seen(cut(text, [place]));
    expect(streamed).toBe(whole.streamed);
    expect(final).toBe(whole.final);
  }
  expect(seen([...text]).streamed).toBe(whole.streamed);
});

const filler = fc.oneof(
  fc.constantFrom(
    ' ',
    '\n',
    ', ',
    '. ',
    '"',
    ': ',
    '[',
    ']',
    'key=',
    'password: ',
    'call me at ',
    'project falcon',
    'born on ',
    'patient number ',
    'health insurance',
    'curl -u ',
    ' --user bob:abc ',
    'curl -H "Authorization: Bearer ',
    'abcdefgh ',
    'kind: secret\n',
    'user: ""\n',
    '<add key="Password" ',
    'value="a b cdefgh" />',
    'hooks ',
    'January 5, 1980 ',
    'AB ',
    '\u00a0',
    '\u0001',
    'data:\n  ',
    '-----BEGIN',
    '"type": ',
    'DE',
    '1',
    '12 ',
    '-',
    '+',
    'x',
    '@',
  ),
  fc.lorem({ maxCount: 8 }),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const texts = fc
  .array(fc.oneof(filler, fc.constantFrom(...all.map(([, canary]) => canary))), { maxLength: 120 })
  .map((pieces) => pieces.join(''));

describe('for any text', () => {
  test.each([
    ['detectors', everything],
    ['detectors with hints', hinted],
    ['one detector', aDemand({ detectors: ['API_KEY'] })],
    ['detectors and patterns', withOwnPatterns],
  ])('redacting the pieces equals redacting the whole: %s', (_, demand) => {
    const property = fc.property(texts, fc.array(fc.nat(9000), { maxLength: 80 }), (text, places) => {
      const pieces = cut(
        text,
        places.map((place) => place % (text.length + 1)),
      );
      const whole = seen([text], demand);
      expect(seen(pieces, demand)).toEqual(whole);
      expect(whole.streamed).toBe(whole.final);
    });
    // A failure prints its seed and path.
    fc.assert(property, { numRuns: 1500, verbose: 1 });
  });

  test('tokens come back whole, wherever the model cuts them', () => {
    const demand = aDemand({ detectors: ['EMAIL', 'CREDIT_CARD', 'API_KEY'], action: 'TOKENIZE', direction: 'INPUT' });
    const property = fc.property(texts, fc.array(fc.nat(9000), { maxLength: 80 }), (text, places) => {
      const asked = aRequest({ messages: [{ role: 'USER', parts: [{ kind: 'text', text }] }] });
      const redacted = redact(asked, [demand], owner);
      const [sent] = redacted.request.messages[0]!.parts;
      const echo = sent!.kind === 'text' ? sent!.text : '';
      const pieces = cut(
        echo,
        places.map((place) => place % (echo.length + 1)),
      );
      expect(seen(pieces, demand, asked)).toEqual({ streamed: text, final: text });
    });
    fc.assert(property, { numRuns: 500, verbose: 1 });
  });
});

test('what begins with a character beyond the first 65,536, and is nothing, is walked past', () => {
  const text = 'Call 𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏 now, or MRN 𝟏𝟏𝟏.';
  expect(seen([text]).streamed).toBe(text);
});

test('what follows may come in two halves of a character', () => {
  const text = `Write to ${canaries.EMAIL[0]}𐀀 today.`;
  const half = text.indexOf('𐀀') + 1;
  expect(seen(cut(text, [half]))).toEqual(seen([text]));
  const email = aDemand({ detectors: ['EMAIL'] });
  expect(seen(cut(text, [half]), email)).toEqual(seen([text], email));
});

test('what says what a number is may have been passed on before the number', () => {
  const words = `NHS number 943 476 5919 for Wolfgang Amadeus Mozart ${'x'.repeat(170)}`;
  for (let place = 0; place <= words.length; place++) {
    expect(seen(cut(words, [place])).streamed).not.toContain('943 476 5919');
  }
});

test('plain prose is held back by a few words at most', () => {
  const prose = 'The quick brown fox jumps over the lazy dog, and nobody minds. '.repeat(10);
  const redacted = redact(aRequest(), [hinted], owner);
  let [said, passed, mostHeld] = [0, 0, 0];
  for (const text of prose) {
    said += text.length;
    passed += textOf(redacted.restore({ kind: 'textDelta', index: 0, text })).length;
    mostHeld = Math.max(mostHeld, said - passed);
  }
  expect(mostHeld).toBeLessThan(48);
});

test('text comes through while it is long, not only at its end', () => {
  const redacted = redact(aRequest(), [aDemand()], owner);
  const events = [...'The quick brown fox jumps over the lazy dog. '.repeat(20)].flatMap((text) =>
    redacted.restore({ kind: 'textDelta', index: 0, text }),
  );
  expect(events.length).toBeGreaterThan(10);
});

import { expect, test } from 'vitest';
import { compileWords, PatternError } from '../../src/platform/patterns.ts';

const found = (words: string, text: string, from = 0) => compileWords(words).find(text, from);

test('words are found in any case, with any white space between them', () => {
  expect(found('Operation Moonlight', 'Of operation\t\n MOONLIGHT.')).toEqual({ start: 2, end: 25 });
  expect(found('kos', '\u212ao\u017f')).toEqual({ start: 0, end: 3 });
  expect(found('ΣΟΦΟΣ', 'σοφος')).toEqual({ start: 0, end: 5 });
});

test('words with a letter or a digit beside them are others', () => {
  for (const text of ['xmoon', 'moonx', 'moon2', 'émoon', 'moon中']) expect(found('moon', text)).toBeNull();
  for (const text of ['_moon-', '(moon)', '😀moon😀']) expect(found('moon', text)).not.toBeNull();
});

test('what means something to a pattern means itself', () => {
  expect(found('a+b (c|d)', 'is a+b (c|d) it')).toEqual({ start: 2, end: 13 });
  expect(found('a.c', 'abc')).toBeNull();
});

test('nothing before the place is found, and no word is none', () => {
  expect(found('moon', 'moon and moon', 1)).toEqual({ start: 8, end: 13 });
  expect(() => compileWords(' \t')).toThrow(PatternError);
});

test('the time grows with the text and not with what it says', () => {
  const pattern = compileWords('a a a a b');
  const took = (length: number) => {
    const text = 'a '.repeat(length);
    const from = performance.now();
    expect(pattern.find(`${text}${' '.repeat(length)}`, 0)).toBeNull();
    return performance.now() - from;
  };
  took(1_000);
  expect(took(400_000)).toBeLessThan(2_000);
});

import { expect, test } from 'vitest';
import { distance, nearest } from '../../src/core/suggest.ts';

test.each([
  ['same', 'same', 0],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['defualt', 'default', 1],
  ['flaw', 'lawn', 2],
])('between %j and %j lie %i typos', (a, b, typos) => {
  expect(distance(a, b)).toBe(typos);
  expect(distance(b, a)).toBe(typos);
});

test('the nearest names come first, at most three', () => {
  const names = ['supports', 'report', 'suppost', 'support', 'billing'];
  expect(nearest('suport', names)).toEqual(['support', 'report', 'supports']);
});

test('a model named without its provider is found', () => {
  expect(nearest('gpt-4o-mni', ['openai/gpt-4o-mini', 'sim/echo-1'])).toEqual(['openai/gpt-4o-mini']);
});

test('a name that is like nothing gets no suggestion, however long it is', () => {
  expect(nearest('x'.repeat(1_000_000), ['default', 'openai/gpt-4o'])).toEqual([]);
  expect(nearest('', ['default'])).toEqual([]);
});

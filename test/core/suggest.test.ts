import { expect, test } from 'vitest';
import { distance, modelsInstead, nearest } from '../../src/core/suggest.ts';

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

const listed = (...names: readonly string[]) => ({
  list: () =>
    names.map((name) => ({
      name,
      providerSlug: name.split('/')[0]!,
      enabled: !name.endsWith('-off'),
      hasCredential: true,
    })),
});

test.each([
  ['openai/gtp-5', ['openai/gpt-5'], " Did you mean 'openai/gpt-5'?"],
  [
    'openai/o-something-else',
    ['openai/o9', 'openai/a', 'openai/b'],
    " Models of 'openai' here are 'openai/o9', 'openai/a', 'openai/b' and 2 more: the query 'models' lists them.",
  ],
  ['nobody/knows-what-this-is', [], " The query 'models' lists those of 'openai', 'sim'."],
])('instead of %s there is what is near, what its provider has, or who has any', (typed, names, hint) => {
  const models = listed('sim/echo-1', 'openai/gpt-5', 'openai/a', 'openai/b', 'openai/c', 'openai/o9', 'openai/o-off');
  expect(modelsInstead(typed, models)).toEqual({ names, hint });
  expect(modelsInstead(typed, listed())).toEqual({ names: [], hint: '' });
});

test('what is too long for a name has no neighbours, though callers wrote both', () => {
  const long = 'a'.repeat(1_000_000);
  expect(nearest(`${long}b`, [`${long}c`])).toEqual([]);
});

import { expect, test } from 'vitest';
import { bounded, TookTooLong } from '../../src/core/bounded.ts';

const forever = () => {
  for (;;);
};

test('gives what the work comes to', () => {
  expect(bounded(1000, () => ({ sum: 1 + 1 }))).toEqual({ sum: 2 });
  expect(bounded(1000, () => undefined)).toBeUndefined();
});

test('throws what the work throws', () => {
  const mistake = new RangeError('too deep');
  const work = () => {
    throw mistake;
  };
  expect(() => bounded(1000, work)).toThrow(mistake);
});

test('breaks off what goes on for longer, within others too, and works on', () => {
  expect(() => bounded(5, forever)).toThrow(TookTooLong);
  expect(() => bounded(1000, () => bounded(5, forever))).toThrow(TookTooLong);
  expect(() => bounded(5, () => /^(a+)+$/.test(`${'a'.repeat(60)}!`))).toThrow('It took longer than 5 ms.');
  expect(bounded(1000, () => bounded(1000, () => 1) + 1)).toBe(2);
});

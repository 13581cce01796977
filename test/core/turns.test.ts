import { expect, test } from 'vitest';
import { inTurn } from '../../src/core/turns.ts';

test('steps are taken one after the other, those that wait too, however many there are', async () => {
  const items = Array.from({ length: 300_000 }, (_, place) => place);
  const taken: number[] = [];
  await inTurn(items, async (item) => void taken.push(item));
  expect(taken).toEqual(items);
});

test('steps that wait for nothing take no turn', () => {
  const taken: number[] = [];
  expect(inTurn([1, 2], (item) => void taken.push(item))).toBeUndefined();
  expect(taken).toEqual([1, 2]);
});

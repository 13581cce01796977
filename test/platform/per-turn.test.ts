import { expect, test } from 'vitest';
import { perTurn } from '../../src/platform/per-turn.ts';

/** Doubles numbers and remembers how many came at once. */
function doubling(most: number) {
  const sizes: number[] = [];
  const double = perTurn<number, number>(most, async (items) => {
    sizes.push(items.length);
    await new Promise((resolve) => setImmediate(resolve));
    if (items.includes(0)) throw new Error('nothing to double');
    return items.map((item) => item * 2);
  });
  return { double, sizes };
}

test('those of one turn go together, at most so many at once, and each gets its own answer', async () => {
  const { double, sizes } = doubling(3);
  expect(await Promise.all([1, 2, 3, 4, 5, 6, 7].map(double))).toEqual([2, 4, 6, 8, 10, 12, 14]);
  expect(sizes).toEqual([3, 3, 1]);
});

test('nobody waits for those who came a turn earlier', async () => {
  const { double, sizes } = doubling(3);
  const early = double(1);
  await new Promise((resolve) => setImmediate(resolve));
  const late = double(2);
  expect(await Promise.all([early, late])).toEqual([2, 4]);
  expect(sizes).toEqual([1, 1]);
});

test('a failure is that of everybody in the company, and of nobody else', async () => {
  const { double } = doubling(2);
  const [first, second, third] = await Promise.allSettled([1, 0, 7].map(double));
  expect([first!.status, second!.status, third]).toEqual(['rejected', 'rejected', { status: 'fulfilled', value: 14 }]);
});

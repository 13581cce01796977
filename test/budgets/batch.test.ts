import { expect, test } from 'vitest';
import { createBatch } from '../../src/budgets/batch.ts';

/** Doubles numbers and remembers how many came at once; `run` ends when the event loop comes round again. */
function doubling(most: number) {
  const sizes: number[] = [];
  const idle = { times: 0 };
  const batch = createBatch<number, number>(
    most,
    async (items) => {
      sizes.push(items.length);
      await new Promise((resolve) => setImmediate(resolve));
      if (items.includes(0)) throw new Error('nothing to double');
      return items.map((item) => item * 2);
    },
    () => idle.times++,
  );
  return { batch, sizes, idle };
}

test('each gets the answer to its own question, at most so many at once', async () => {
  const { batch, sizes } = doubling(3);
  expect(await Promise.all([1, 2, 3, 4, 5].map(batch.add))).toEqual([2, 4, 6, 8, 10]);
  expect(sizes).toEqual([3, 2]);
});

test('those who were answered together and come again share the next round trip', async () => {
  const { batch, sizes } = doubling(100);
  const caller = async () => {
    for (let turn = 1; turn <= 5; turn++) {
      await batch.add(turn);
      await Promise.resolve();
    }
  };
  await Promise.all(Array.from({ length: 64 }, caller));
  expect(sizes).toEqual([64, 64, 64, 64, 64]);
});

test('a failure is that of everybody in the batch, and of nobody after it', async () => {
  const { batch } = doubling(2);
  const [first, second, third] = await Promise.allSettled([1, 0, 7].map(batch.add));
  expect([first!.status, second!.status, third]).toEqual(['rejected', 'rejected', { status: 'fulfilled', value: 14 }]);
  expect(await batch.add(8)).toBe(16);
});

test('it is idle once nothing waits any more, and again after what comes later', async () => {
  const { batch, idle } = doubling(1);
  await Promise.all([1, 2, 3].map(batch.add));
  expect(idle.times).toBe(0);
  await expect.poll(() => idle.times).toBe(1);
  await batch.add(4);
  await expect.poll(() => idle.times).toBe(2);
});

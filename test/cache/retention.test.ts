import { afterAll, beforeAll, expect, test } from 'vitest';
import { viewer } from '../erasure/asking.ts';
import { calls, type House, openHouse } from '../policies/calls.ts';
import { hastyRuntime } from '../support/runtime.ts';

/** Answers and embeddings that may be given again are kept no longer than policies let them be. */

/** How far the house's date is ahead; jobs come round fifty times as fast. */
let aheadMs = 0;
const { clock } = hastyRuntime;
const runtime = {
  ...hastyRuntime,
  clock: {
    ...clock,
    now: () => clock.now() + aheadMs,
    after: (ms: number, callback: () => void) => clock.after(ms / 50, callback),
  },
};
let house: House;
let organizationId: string;
let freeCaching: () => Promise<void>;
beforeAll(async () => {
  house = await openHouse(runtime);
  ({ organizationId } = await viewer(house));
  freeCaching = await house.bind('cached', [{ caching: { maxAge: 'P1D' } }], 'ENFORCE');
});
afterAll(async () => {
  await freeCaching();
  await house.close();
});

const kept = () => house.gateway.gateway.rooms.cache.count(organizationId);

/** Whether the provider is asked. */
async function asked(kind: 'message' | 'embedding', words: string): Promise<boolean> {
  const before = house.provider.asked.length;
  expect((await calls[kind]!(house.gateway, words)).message).toBeNull();
  return house.provider.asked.length > before;
}

async function remembered(words: string): Promise<void> {
  expect([await asked('message', words), await asked('embedding', words)]).toEqual([true, true]);
  expect([await asked('message', words), await asked('embedding', words)]).toEqual([false, false]);
}

test('what was put away before the rule came is given no longer than that says, and goes', async () => {
  await remembered('before');
  expect(await kept()).toBe(2);
  await house.under('short', [{ retention: { content: 'PT1H', embeddings: 'PT1H' } }], 'ENFORCE', async () => {
    await expect.poll(kept, { timeout: 20_000 }).toBe(0);
    expect([await asked('message', 'before'), await asked('embedding', 'before')]).toEqual([true, true]);
  });
});

test('each class has its own time, embeddings that of content where they have none', async () => {
  const rules = [{ retention: { content: 'PT1H', embeddings: 'PT3H' } }];
  const twoHoursLater = async () => {
    await asked('message', 'classes');
    await asked('embedding', 'classes');
    aheadMs += 2 * 60 * 60 * 1000;
    return { message: await asked('message', 'classes'), embedding: await asked('embedding', 'classes') };
  };
  // What is put away just after a rule has come goes once more, with what others put away that did not know it yet.
  const soon = { timeout: 20_000 };
  await house.under('classes', rules, 'ENFORCE', () =>
    expect.poll(twoHoursLater, soon).toEqual({ message: true, embedding: false }),
  );
  await house.under('one', [{ retention: { content: 'PT1H' } }], 'ENFORCE', async () => {
    expect(await twoHoursLater()).toEqual({ message: true, embedding: true });
  });
});

test('what is put away under the rule is gone from the store when its time is over', async () => {
  await house.under('second', [{ retention: { content: 'PT1S' } }], 'ENFORCE', async () => {
    await expect.poll(kept, { timeout: 20_000 }).toBe(0);
    await asked('message', 'second');
    await asked('embedding', 'second');
    await expect.poll(kept, { timeout: 20_000 }).toBe(0);
  });
});

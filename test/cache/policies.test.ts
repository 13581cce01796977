import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, openHouse } from '../policies/calls.ts';
import { complete, to } from '../support/completions.ts';

/** Answers are given again where policies say so, to whom they say so, and to nobody else. */

const MODEL = 'wire/gpt-4o-mini';
let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** How many of two equal questions reached the provider. */
async function reached(question: string, first?: string, second?: string): Promise<number> {
  const before = house.provider.asked.length;
  const one = await complete(house.gateway, to(MODEL, question), undefined, first);
  const two = await complete(house.gateway, to(MODEL, question), undefined, second);
  expect(two.completion?.text).toBe(one.completion?.text);
  return house.provider.asked.length - before;
}

test('without a rule, and under one that only watches, every question is asked', async () => {
  expect(await reached('without')).toBe(2);
  await house.under('watching', [{ caching: { maxAge: 'PT1H' } }], 'MONITOR', async () => {
    expect(await reached('watched')).toBe(2);
  });
});

test('an answer is given again at no cost, and says so', async () => {
  await house.under('cached', [{ caching: { maxAge: 'PT1H' } }], 'ENFORCE', async () => {
    expect(await reached('cached')).toBe(1);
    const { completion } = await complete(house.gateway, to(MODEL, 'cached'));
    expect(completion).toMatchObject({ model: null, cost: { total: { nanos: '0' } }, attempts: [] });
    const response = await fetch(`${house.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${house.gateway.key}` },
      body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'cached' }] }),
    });
    expect(response.headers.get('x-glidepath-cache')).toBe('HIT');
  });
});

test('of several rules the narrowest holds: one key, then one end user', async () => {
  const other = await house.gateway.keyWith('COMPLETIONS_WRITE', 'COMPLETIONS_READ');
  const shared = { caching: { maxAge: 'PT1H', sharedBy: 'ORGANIZATION' } };
  await house.under('shared', [shared], 'ENFORCE', async () => {
    expect(await reached('shared', house.gateway.key, other)).toBe(1);
    await house.under('own', [{ caching: { maxAge: 'PT1H', sharedBy: 'API_KEY' } }], 'ENFORCE', async () => {
      expect(await reached('own', house.gateway.key, other)).toBe(2);
      expect(await reached('own', house.gateway.key, other)).toBe(0);
    });
    await house.under('user', [{ caching: { maxAge: 'PT1H', sharedBy: 'END_USER' } }], 'ENFORCE', async () => {
      expect(await reached('nobody in particular')).toBe(2);
      const before = house.provider.asked.length;
      for (const endUser of ['ada', 'ada', 'bob']) {
        await complete(house.gateway, { ...to(MODEL, 'somebody in particular'), endUser });
      }
      expect(house.provider.asked.length - before).toBe(2);
    });
  });
});

test('nobody is given what a model said that they may not ask', async () => {
  const shared = { caching: { maxAge: 'PT1H', sharedBy: 'ORGANIZATION' } };
  await house.under('everybody', [shared], 'ENFORCE', async () => {
    expect(await reached('forbidden fruit')).toBe(1);
    await house.under('denied', [{ access: { denyModels: ['wire/*'] } }], 'ENFORCE', async () => {
      const refused = await complete(house.gateway, to(MODEL, 'forbidden fruit'));
      expect(refused.completion).toBeUndefined();
    });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ProviderCard } from '../../src/core/decision.ts';
import { aProvider, simulator } from '../support/providers.ts';
import { type House, openHouse } from './house.ts';

const openai = aProvider({ slug: 'openai', priceBook: 'openai' });
const own = aProvider({ slug: 'own', anyModel: true });

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
beforeEach(() => house.runtime.clock.setDate(Date.UTC(2026, 8, 1)));

function modelsOf(...providers: ProviderCard[]) {
  const models = house.models(async () => providers);
  return { runtime: house.runtime, models, book: () => models.book('org_1') };
}

describe('a name', () => {
  test('of a catalogue model resolves to what the catalogue says', async () => {
    const book = await modelsOf(simulator).book();
    expect(book.get('sim/small-1')).toMatchObject({
      name: 'sim/small-1',
      modelId: 'small-1',
      providerSlug: 'sim',
      contextTokens: 32_000,
      prices: { source: 'BUNDLED' },
    });
  });

  test('with a date resolves to the model it is a snapshot of, under the name that was asked for', async () => {
    const book = await modelsOf(openai).book();
    const [dated, plain] = [book.get('openai/gpt-4o-2024-11-20'), book.get('openai/gpt-4o')];
    expect(dated?.modelId).toBe('gpt-4o-2024-11-20');
    expect(dated?.prices).toEqual(plain?.prices);
    expect(dated?.contextTokens).toBe(128_000);
  });

  test('nobody knows is refused, unless its provider takes any name', async () => {
    const book = await modelsOf(openai, own).book();
    expect(book.get('openai/no-such-model')).toBeNull();
    expect(book.get('own/no-such-model')).toMatchObject({ name: 'own/no-such-model', prices: null });
  });

  test.each(['gpt-4o', 'elsewhere/gpt-4o', 'openai/', '/gpt-4o', ''])('%j names no model', async (name) => {
    expect((await modelsOf(openai, own).book()).get(name)).toBeNull();
  });

  test('may not be longer than any real one, even where any name is taken', async () => {
    const book = await modelsOf(own).book();
    expect(book.get(`own/${'x'.repeat(196)}`)).not.toBeNull();
    expect(book.get(`own/${'x'.repeat(197)}`)).toBeNull();
  });

  test('may hold further slashes', async () => {
    const book = await modelsOf(own).book();
    expect(book.get('own/meta-llama/llama-3')?.modelId).toBe('meta-llama/llama-3');
  });
});

test('a provider without a credential or switched off keeps its models, and they say so', async () => {
  const book = await modelsOf({ ...openai, enabled: false, hasCredential: false }).book();
  expect(book.get('openai/gpt-4o')).toMatchObject({ enabled: false, hasCredential: false });
});

test('the list is sorted, has every name once, resolves to itself and leaves out what cannot answer a chat', async () => {
  const book = await modelsOf(openai, simulator, own).book();
  const names = book.list().map(({ name }) => name);
  expect(names).toContain('openai/gpt-4o-mini');
  expect(names).toContain('sim/small-1');
  expect(names).not.toContain('openai/text-embedding-3-small');
  expect(names).toEqual([...new Set(names)].sort());
  for (const card of book.list()) expect(book.get(card.name)).toBe(card);
});

test('the list of a provider that takes any name holds what the data knows, not its families of names', async () => {
  const names = (await modelsOf({ ...openai, anyModel: true }).book()).list().map(({ name }) => name);
  expect(names).toContain('openai/gpt-4o-mini');
  expect(names).not.toContain('openai/ft:gpt-4o');
});

test('prices are those of the moment, so a price cut takes effect on its day', async () => {
  const { runtime, book } = modelsOf(openai);
  runtime.clock.setDate(Date.UTC(2026, 6, 29, 23, 59, 59));
  const before = (await book()).get('openai/gpt-5.6-luna')?.prices;
  runtime.clock.setDate(Date.UTC(2026, 6, 30));
  const after = (await book()).get('openai/gpt-5.6-luna')?.prices;
  expect(before?.prices[0]?.nanosPerUnit).toBe(1_000_000_000n);
  expect(after?.prices[0]?.nanosPerUnit).toBe(200_000_000n);
});

test('the book is kept while the providers stay, and made anew when they change', async () => {
  let providers: Promise<readonly ProviderCard[]> = Promise.resolve([simulator]);
  const models = house.models(() => providers);
  const first = await models.book('org_1');
  expect(await models.book('org_1')).toBe(first);
  providers = Promise.resolve([simulator, openai]);
  expect((await models.book('org_1')).get('openai/gpt-4o')).not.toBeNull();
});

test('books of two organizations know nothing of each other', async () => {
  const cards: Record<string, readonly ProviderCard[]> = { org_1: [openai], org_2: [simulator] };
  const models = house.models(async (id) => cards[id]!);
  expect((await models.book('org_2')).get('openai/gpt-4o')).toBeNull();
  expect((await models.book('org_1')).get('sim/small-1')).toBeNull();
});

describe("a maker's list leaves out what only others can be asked for", () => {
  const google = aProvider({ slug: 'google', priceBook: 'google' });
  const bedrock = aProvider({ slug: 'bedrock', priceBook: 'aws' });

  test('though its cloud sells it, and such a name is none of its own', async () => {
    const book = await modelsOf(google).book();
    const names = book.list().map(({ name }) => name);
    expect(names.filter((name) => name.includes('claude'))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['google/gemini-2.5-pro', 'google/gemma-2-27b-it']));
    expect(book.get('google/claude-opus-4-6')).toBeNull();
  });

  test('while a reseller has all that it sells', async () => {
    const names = (await modelsOf(bedrock).book()).list().map(({ name }) => name);
    expect(names.some((name) => name.includes('anthropic.claude'))).toBe(true);
    expect(names.some((name) => name.includes('deepseek'))).toBe(true);
  });
});

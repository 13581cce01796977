import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../src/core/caller.ts';
import { costOf, nanosFromUsd } from '../../src/core/money.ts';
import { noUsage } from '../../src/core/usage.ts';
import type { Models, PriceSetInput } from '../../src/models/index.ts';
import { aModel, aProvider } from '../support/providers.ts';
import { type House, openHouse } from './house.ts';

const openai = aProvider({ slug: 'openai', priceBook: 'openai' });
const own = aProvider({ slug: 'own', models: [aModel('small', 32_000, { input: 1, output: 2 })] });

let house: House;
let models: Models;
let caller: Caller;
beforeAll(async () => {
  house = await openHouse();
  models = house.models(async () => [openai, own]);
});
afterAll(() => house.close());
beforeEach(() => {
  caller = house.stranger();
});

const set = (different: Partial<PriceSetInput> = {}, as = caller) =>
  models.priceSet(as, { model: 'own/small', meter: 'INPUT_TOKEN', amount: '5', ...different });

/** USD for a million tokens of input at noon of a day in 2026. */
async function inputPriceAt(month: number, day: number, model = 'own/small'): Promise<number | null> {
  const then = Date.UTC(2026, month - 1, day, 12);
  const prices = (await models.prices(caller.organizationId)).sheetAt(model, then)?.prices ?? [];
  const price = prices.find(({ meter, fromInputTokens }) => meter === 'INPUT_TOKEN' && fromInputTokens === 0);
  return price ? Number(price.nanosPerUnit) / 1e9 : null;
}
const on = (month: number, day: number) => new Date(Date.UTC(2026, month - 1, day));

describe('a price that is set', () => {
  test('holds from its minute on, over the bundled one, and is named by what is charged then', async () => {
    const { model } = await set();
    const card = (await models.book(caller.organizationId)).get(model)!;
    expect(card.prices).toMatchObject({ source: 'MANUAL' });
    const { lines } = costOf({ ...noUsage, inputTokens: 1_000_000, outputTokens: 1_000_000 }, card.prices);
    expect(lines).toMatchObject([
      { meter: 'INPUT_TOKEN', amountNanos: 5_000_000_000n, priceId: expect.stringMatching(/^prc_/) },
      { meter: 'OUTPUT_TOKEN', amountNanos: 2_000_000_000n, priceId: 'catalogue:own/small' },
    ]);
  });

  test('in the past holds from then on, and until the next one', async () => {
    await set({ amount: '5', validFrom: on(6, 1) });
    await set({ amount: '3', validFrom: on(3, 1) });
    await set({ amount: '4', validFrom: on(4, 1) });
    expect(await Promise.all([2, 3, 4, 5, 6, 8].map((month) => inputPriceAt(month, 15)))).toEqual([1, 3, 4, 4, 5, 5]);
  });

  test('for a moment at which another begins takes its place, and both are remembered', async () => {
    await set({ amount: '5', validFrom: on(3, 1) });
    await set({ amount: '6', validFrom: on(3, 1) });
    expect(await inputPriceAt(3, 2)).toBe(6);
    const history = await models.history(caller.organizationId, 'own/small');
    expect(history.filter(({ source }) => source === 'MANUAL')).toMatchObject([
      { nanosPerUnit: nanosFromUsd(5), supersededAt: expect.any(Date) },
      { nanosPerUnit: nanosFromUsd(6), supersededAt: null, validFrom: on(3, 1), validTo: null },
    ]);
  });

  test('is taken back from a moment on, and the bundled one holds again', async () => {
    await set({ amount: '5', validFrom: on(3, 1) });
    await set({ amount: null, validFrom: on(5, 1) });
    expect(await Promise.all([4, 5].map((month) => inputPriceAt(month, 15)))).toEqual([5, 1]);
    await set({ amount: '7', validFrom: on(4, 1) });
    expect(await Promise.all([3, 4, 5].map((month) => inputPriceAt(month, 15)))).toEqual([5, 7, 1]);
  });

  test('for a while gives way to the bundled one when that is over', async () => {
    await set({ amount: '0.5', validFrom: on(3, 1), validTo: on(5, 1) });
    expect(await Promise.all([2, 3, 4, 5, 6].map((month) => inputPriceAt(month, 15)))).toEqual([1, 0.5, 0.5, 1, 1]);
    const [row] = (await models.history(caller.organizationId, 'own/small')).filter(
      ({ source }) => source === 'MANUAL',
    );
    expect(row).toMatchObject({ validFrom: on(3, 1), validTo: on(5, 1), supersededAt: null });
    await set({ amount: '2', validFrom: on(4, 1) });
    expect(await Promise.all([3, 4, 5].map((month) => inputPriceAt(month, 15)))).toEqual([0.5, 2, 1]);
  });

  test('for a while gives way to what was set before it, which goes on as a row of its own', async () => {
    await set({ amount: '5', validFrom: on(2, 1) });
    await set({ amount: '3', validFrom: on(3, 1), validTo: on(4, 1) });
    expect(await Promise.all([1, 2, 3, 4, 9].map((month) => inputPriceAt(month, 15)))).toEqual([1, 5, 3, 5, 5]);
    const history = await models.history(caller.organizationId, 'own/small');
    const rows = history.filter(({ source }) => source === 'MANUAL');
    expect(rows).toMatchObject([
      { nanosPerUnit: nanosFromUsd(5), validFrom: on(2, 1), validTo: on(3, 1), supersededAt: null },
      { nanosPerUnit: nanosFromUsd(3), validFrom: on(3, 1), validTo: on(4, 1), supersededAt: null },
      { nanosPerUnit: nanosFromUsd(5), validFrom: on(4, 1), validTo: null, supersededAt: null },
    ]);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(3);
  });

  test('for a while stands in the place of all that would hold in it, begins in it or reaches beyond it', async () => {
    await set({ amount: '5', validFrom: on(2, 1) });
    await set({ amount: '6', validFrom: on(4, 1) });
    await set({ amount: '7', validFrom: on(6, 1) });
    await set({ amount: '2', validFrom: on(3, 1), validTo: on(7, 1) });
    const months = [1, 2, 3, 4, 5, 6, 7, 9];
    const prices = () => Promise.all(months.map((month) => inputPriceAt(month, 15)));
    expect(await prices()).toEqual([1, 5, 2, 2, 2, 2, 7, 7]);
    await set({ amount: null, validFrom: on(5, 1), validTo: on(6, 1) });
    expect(await prices()).toEqual([1, 5, 2, 2, 1, 2, 7, 7]);
    const rows = await models.history(caller.organizationId, 'own/small');
    const inForce = rows.filter(({ source, supersededAt }) => source === 'MANUAL' && supersededAt === null);
    inForce.sort((a, b) => Number(a.validFrom) - Number(b.validFrom));
    const overlapping = inForce.filter(
      ({ validFrom }, place) => place > 0 && validFrom! < inForce[place - 1]!.validTo!,
    );
    expect(overlapping).toEqual([]);
  });

  test('of one meter, tier or step leaves the others as they are, but for the bundled steps of the same', async () => {
    await set({ model: 'openai/gpt-5.6-luna', amount: '1' });
    await set({ model: 'openai/gpt-5.6-luna', amount: '9', tier: 'priority' });
    const prices = (await models.book(caller.organizationId)).get('openai/gpt-5.6-luna')!.prices!.prices;
    const input = prices.filter(({ meter }) => meter === 'INPUT_TOKEN');
    expect(input.map(({ nanosPerUnit, fromInputTokens, tier }) => [nanosPerUnit, fromInputTokens, tier])).toEqual([
      [nanosFromUsd(1), 0, undefined],
      [nanosFromUsd(9), 0, 'priority'],
    ]);
    expect(
      prices.filter(({ meter }) => meter === 'OUTPUT_TOKEN').map(({ fromInputTokens }) => fromInputTokens),
    ).toEqual([0, 272_000]);
  });

  test('for the ordinary tier under one of its names is the price without a tier', async () => {
    await set({ tier: 'Standard', amount: '5' });
    expect(await inputPriceAt(9, 1)).toBe(5);
  });

  test('is one organization’s alone', async () => {
    await set();
    const { organizationId } = house.stranger();
    expect((await models.book(organizationId)).get('own/small')?.prices).toMatchObject({ source: 'BUNDLED' });
    expect(await models.history(organizationId, 'own/small')).toHaveLength(2);
  });

  test('is audited with what it was before', async () => {
    await set({ amount: '5', validFrom: on(3, 1) });
    await set({ amount: '6', validFrom: on(4, 1) });
    const [, second] = await house.auditOf(caller.organizationId);
    expect(second).toMatchObject({ action: 'price.set', resourceType: 'Model', resourceId: 'own/small' });
    expect(JSON.stringify(second!.diff)).toContain('"before":"5"');
  });

  test('with an idempotency key is set once', async () => {
    const first = await set({ idempotencyKey: 'once' });
    const again = await set({ idempotencyKey: 'once' });
    expect([first.change.replayed, again.change.replayed]).toEqual([false, true]);
    await expect(set({ idempotencyKey: 'once', validTo: on(12, 31) })).rejects.toThrow('idempotency key');
    expect(
      (await models.history(caller.organizationId, 'own/small')).filter(({ source }) => source === 'MANUAL'),
    ).toHaveLength(1);
  });

  test.each([
    ['of an unknown model', { model: 'own/smal' }, { path: ['model'], suggestions: ['own/small'] }],
    ['below zero', { amount: '-1' }, { path: ['amount'] }],
    ['finer than a nano', { amount: '0.0000000001' }, { path: ['amount'] }],
    [
      'that ends before it begins',
      { validFrom: on(3, 2), validTo: on(3, 1) },
      { path: ['validTo'], code: 'TOO_EARLY' },
    ],
    [
      'that ends within its first minute',
      { validFrom: new Date('2026-03-01T10:00:05Z'), validTo: new Date('2026-03-01T10:00:55Z') },
      { path: ['validTo'], code: 'TOO_EARLY' },
    ],
    [
      'that is taken back for a while but was never set',
      { amount: null, validFrom: on(3, 1), validTo: on(4, 1) },
      { path: ['amount'], code: 'NOTHING_SET' },
    ],
    ['that is taken back but was never set', { amount: null }, { path: ['amount'], code: 'NOTHING_SET' }],
  ])('%s is refused', async (_what, different, issue) => {
    await expect(set(different)).rejects.toMatchObject({ issues: [issue] });
  });
});

test('the history of a model has its bundled periods, each ending where the next begins', async () => {
  const history = await models.history(caller.organizationId, 'openai/o3');
  const input = history.filter(({ meter }) => meter === 'INPUT_TOKEN');
  const cut = new Date('2025-06-10');
  expect(input).toMatchObject([
    { nanosPerUnit: nanosFromUsd(10), validFrom: null, validTo: cut, source: 'BUNDLED', id: 'bundled:openai/o3' },
    { nanosPerUnit: nanosFromUsd(2), validFrom: cut, validTo: null, id: 'bundled:openai/o3@2025-06-10' },
  ]);
});

describe('what a vendor’s page says', () => {
  const mistral = aProvider({ slug: 'mistral', priceBook: 'mistral' });
  const together = aProvider({ slug: 'together', priceBook: 'together' });
  let theirs: Models;
  beforeAll(() => {
    theirs = house.models(async () => [mistral, together]);
  });

  test('stands in the place of the price data from its day on, and in the history of the model', async () => {
    const name = 'mistral/mistral-large-latest';
    const cut = new Date('2025-12-02');
    const input = (await theirs.history(caller.organizationId, name)).filter(({ meter }) => meter === 'INPUT_TOKEN');
    expect(input).toMatchObject([
      { nanosPerUnit: nanosFromUsd(2), validFrom: null, validTo: cut, id: 'bundled:mistral/mistral-large' },
      {
        nanosPerUnit: nanosFromUsd(0.5),
        validFrom: cut,
        validTo: null,
        id: 'bundled:mistral/mistral-large@2025-12-02',
      },
    ]);
    const prices = await theirs.prices(caller.organizationId);
    const inputAt = (at: number) => prices.sheetAt(name, at)!.prices.find(({ meter }) => meter === 'INPUT_TOKEN');
    expect(inputAt(cut.getTime() - 1)).toMatchObject({ nanosPerUnit: nanosFromUsd(2) });
    expect(inputAt(cut.getTime())).toMatchObject({ nanosPerUnit: nanosFromUsd(0.5) });
  });

  test('says nothing of another model that the data takes for the same', async () => {
    const history = await theirs.history(caller.organizationId, 'mistral/mistral-large-2411');
    expect(history.map(({ validFrom, validTo }) => [validFrom, validTo])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  test('is enough for a model that the data does not know: it has a price, and is listed', async () => {
    const book = await theirs.book(caller.organizationId);
    expect(book.get('together/openai/gpt-oss-120b')?.prices).toMatchObject({
      source: 'BUNDLED',
      prices: [{ meter: 'INPUT_TOKEN', nanosPerUnit: nanosFromUsd(0.15) }, { meter: 'OUTPUT_TOKEN' }],
    });
    const names = book.list().map(({ name }) => name);
    expect(names.filter((name) => name === 'together/openai/gpt-oss-120b')).toHaveLength(1);
  });
});

describe('a model', () => {
  const card = async (name: string) => (await models.book(caller.organizationId)).get(name);

  test('is switched off and on for one organization', async () => {
    await models.setEnabled(caller, 'own/small', false);
    expect(await card('own/small')).toMatchObject({ enabled: false });
    expect((await models.book(house.stranger().organizationId)).get('own/small')).toMatchObject({ enabled: true });
    await models.setEnabled(caller, 'own/small', true);
    expect(await card('own/small')).toMatchObject({ enabled: true });
  });

  test('that nobody knows is added by hand, listed, and can be given a price', async () => {
    expect(await card('openai/brand-new')).toBeNull();
    await models.save(caller, { model: 'openai/brand-new', contextTokens: 500_000 });
    expect(await card('openai/brand-new')).toMatchObject({ contextTokens: 500_000, prices: null, enabled: true });
    expect((await models.book(caller.organizationId)).list().map(({ name }) => name)).toContain('openai/brand-new');
    await models.priceSet(caller, { model: 'openai/brand-new', meter: 'INPUT_TOKEN', amount: '1.5' });
    expect((await card('openai/brand-new'))?.prices?.prices).toMatchObject([{ nanosPerUnit: 1_500_000_000n }]);
    expect((await models.book(house.stranger().organizationId)).get('openai/brand-new')).toBeNull();
  });

  test('of an unknown provider is refused, and so is switching an unknown one', async () => {
    await expect(models.save(caller, { model: 'opnai/x' })).rejects.toMatchObject({
      issues: [{ suggestions: ['openai'] }],
    });
    await expect(models.setEnabled(caller, 'own/smal', false)).rejects.toMatchObject({
      issues: [{ path: ['id'], suggestions: ['own/small'] }],
    });
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { complete, type House, openHouse } from '../policies/calls.ts';
import { operation } from '../support/operations.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const asked = { messages: [{ role: 'USER', parts: [{ text: 'Hello' }] }] };

interface Provider {
  readonly id: string;
  readonly slug: string;
  readonly dataHandling: {
    readonly regions: string[];
    readonly trainsOnInputs: boolean;
    readonly source: string | null;
  };
}

async function providers(): Promise<Provider[]> {
  const { providers } = await house.gateway.ask<{ providers: Provider[] }>(
    '{ providers { id slug dataHandling { regions zeroRetention trainsOnInputs source } } }',
  );
  return providers;
}

async function save(input: object) {
  const { providerSave } = await house.gateway.ask<{ providerSave: { message?: string } }>(
    await operation('ProviderSave'),
    { input },
  );
  expect(providerSave.message).toBeUndefined();
}

const residency = (rule: object) => [{ residency: { requireNoTraining: false, ...rule } }];

test('a residency rule lets a provider pass once its organization has stated what it does, and not before', async () => {
  const wire = (await providers()).find(({ slug }) => slug === 'wire')!;
  // It is reached at an address of its own, so what the vendor says of itself says nothing about it.
  expect(wire.dataHandling).toBeNull();
  const rules = [...residency({ allowedRegions: ['eu', 'eu-*'], requireZeroRetention: true, requireNoTraining: true })];
  await house.under('eu-only', rules, 'ENFORCE', async () => {
    expect((await complete(house.gateway, asked)).message).toContain('Nobody has stated where');
    const stated = { regions: ['eu-central-1'], zeroRetention: true, trainsOnInputs: false };
    const provider = { id: wire.id, slug: 'wire', kind: 'OPENAI_CHAT' };
    await save({ ...provider, dataHandling: stated });
    expect((await complete(house.gateway, asked)).type).toBe('CompletionAccepted');
    await save({ ...provider, displayName: 'Another name' });
    expect((await complete(house.gateway, asked)).type).toBe('CompletionAccepted');
    await save({ ...provider, dataHandling: { ...stated, regions: ['eu-central-1', 'us-east-1'] } });
    expect((await complete(house.gateway, asked)).message).toContain('handles data in us-east-1');
    await save({ ...provider, dataHandling: { ...stated, trainsOnInputs: true } });
    expect((await complete(house.gateway, asked)).message).toContain('not stated to train on nothing');
    await save({ ...provider, dataHandling: null });
    expect((await complete(house.gateway, asked)).message).toContain('Nobody has stated where');
  });
});

test('what a vendor says in public is known with its source, and a rule about training goes by it', async () => {
  await save({ slug: 'anthropic-of-ours', kind: 'ANTHROPIC' });
  const all = await providers();
  const vendor = all.find(({ slug }) => slug === 'anthropic-of-ours')!;
  expect(vendor.dataHandling).toMatchObject({
    trainsOnInputs: false,
    regions: [],
    source: expect.stringMatching(/20\d\d/),
  });
  await house.under('no-training', [{ residency: {} }], 'ENFORCE', async () => {
    expect(await complete(house.gateway, { ...asked, target: { model: 'sim/echo-1' } })).toMatchObject({
      type: 'CompletionAccepted',
    });
    expect((await complete(house.gateway, asked)).message).toContain('not stated to train on nothing');
  });
});

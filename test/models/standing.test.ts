import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
  await gateway.ask(
    'mutation ($input: ProviderSaveInput!) { providerSave(input: $input) { ... on Error { message } } }',
    { input: { slug: 'vendor', kind: 'ANTHROPIC' } },
  );
});
afterAll(() => gateway.close());

interface Listed {
  readonly models: { readonly totalCount: number; readonly nodes: readonly Record<string, unknown>[] };
}

const list = (filter: object) =>
  gateway.ask<Listed>(
    `query ($filter: ModelFilter) { models(first: 3, filter: $filter) { totalCount
      nodes { name hasCredential inputModalities health observed { inFlight ttftMs errorRatePercent } } } }`,
    { filter },
  );

test('a model nobody has asked is in unknown health, and one that answered is seen as it did', async () => {
  const model = async () => {
    const { model: found } = await gateway.ask<{ model: { health: string; observed: { ttftMs: number | null } } }>(
      '{ model(name: "sim/small-1") { health observed { ttftMs } } }',
    );
    return found;
  };
  expect(await model()).toEqual({ health: 'UNKNOWN', observed: { ttftMs: null } });
  await gateway.ask('mutation ($input: CompletionInput!) { completionCreate(input: $input) { __typename } }', {
    input: { target: { model: 'sim/small-1' }, messages: [{ role: 'USER', parts: [{ text: 'Hello' }] }] },
  });
  expect(await model()).toEqual({ health: 'HEALTHY', observed: { ttftMs: expect.any(Number) } });
});

test('models are found by what they take, and whether they can be asked', async () => {
  const { models } = await list({ provider: ['vendor'], inputModality: ['IMAGE'] });
  expect(models.totalCount).toBeGreaterThan(0);
  expect(models.nodes[0]).toMatchObject({ hasCredential: false, inputModalities: ['TEXT', 'IMAGE', 'FILE'] });
  expect((await list({ provider: ['vendor'], inputModality: ['AUDIO'] })).models.totalCount).toBe(0);
  expect((await list({ provider: ['vendor'], enabled: true })).models.totalCount).toBe(0);
  expect((await list({ provider: ['sim'], enabled: true })).models.totalCount).toBeGreaterThan(0);
});

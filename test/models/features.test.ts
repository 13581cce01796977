import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ContentHouse, openContentHouse } from '../content/house.ts';
import { user } from '../support/completions.ts';

/** What is known of models, as the door tells it, and what routing makes of it. */

let house: ContentHouse;
beforeAll(async () => {
  house = await openContentHouse();
}, 60_000);
afterAll(() => house.close());

const FIELDS = `name contextTokens maxOutputTokens inputModalities outputModalities
  supports { streaming tools parallelTools structuredOutput reasoning promptCaching }`;

async function models(filter: object): Promise<string[]> {
  const { models } = await house.gateway.ask<{ models: { nodes: { name: string }[] } }>(
    'query ($filter: ModelFilter) { models(first: 100, filter: $filter) { nodes { name } } }',
    { filter },
  );
  return models.nodes.map(({ name }) => name);
}

const model = async (name: string) =>
  (await house.gateway.ask<{ model: object }>(`query ($name: String!) { model(name: $name) { ${FIELDS} } }`, { name }))
    .model;

test('a model says how much it takes and gives, in what, and what it can do', async () => {
  expect(await model('openai/gpt-5.5')).toEqual({
    name: 'openai/gpt-5.5',
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    inputModalities: ['TEXT', 'IMAGE', 'FILE'],
    outputModalities: ['TEXT'],
    supports: {
      ...{ streaming: true, tools: true, parallelTools: null, structuredOutput: true, reasoning: true },
      promptCaching: true,
    },
  });
});

test('a model that nobody has told us of says only what its provider is known for', async () => {
  expect(await model('mistral/brand-new-99')).toMatchObject({
    ...{
      contextTokens: null,
      maxOutputTokens: null,
      outputModalities: null,
      inputModalities: ['TEXT', 'IMAGE', 'FILE'],
    },
    supports: { streaming: true, tools: null, reasoning: null, promptCaching: null },
  });
});

describe('a filter', () => {
  test('by features leaves those that have them all', async () => {
    const names = await models({ provider: ['openai'], feature: ['TOOLS', 'REASONING'] });
    expect(names).toContain('openai/gpt-5.5');
    expect(names).not.toContain('openai/gpt-4o');
    expect(names).not.toContain('openai/gpt-3.5-turbo');
  });

  test('by what comes out', async () => {
    const names = await models({ provider: ['google'], outputModality: ['IMAGE'] });
    expect(names).not.toContain('google/gemini-2.5-pro');
    for (const name of names)
      expect(await model(name)).toMatchObject({ outputModalities: expect.arrayContaining(['IMAGE']) });
  });
});

describe('routing goes by the same facts', () => {
  const answered = async (name: string, input: object) =>
    house.gateway.ask<{ completionCreate: { __typename: string; message?: string } }>(
      'mutation ($input: CompletionInput!) { completionCreate(input: $input) { __typename ... on Error { message } } }',
      { input: { target: { model: name }, messages: [user('Hi')], ...input } },
    );

  test('a model without tools is not asked to call one', async () => {
    const tools = {
      inline: [{ name: 'look', description: 'Looks.', inputSchema: { type: 'object', properties: {} } }],
    };
    expect(await model('openai/gpt-3.5-turbo')).toMatchObject({ supports: { tools: false } });
    house.asked();
    const { completionCreate } = await answered('openai/gpt-3.5-turbo', { tools });
    expect(completionCreate).toMatchObject({ __typename: 'NoEligibleTargetError' });
    expect(completionCreate.message).toContain('call no tools');
    expect(house.asked()).toEqual([]);

    const add = 'mutation ($input: ModelSaveInput!) { modelSave(input: $input) { __typename } }';
    await house.gateway.ask(add, { input: { model: 'openai/gpt-3.5-turbo-0125' } });
    const known = await answered('openai/gpt-3.5-turbo-0125', { tools });
    expect(known.completionCreate).toMatchObject({ __typename: 'CompletionAccepted' });
  });

  test('a model that sees nothing is not shown a picture, and one that does is named', async () => {
    const picture = { image: { mimeType: 'image/png', source: { base64: 'aGk=' } } };
    const { completionCreate } = await answered('openai/gpt-3.5-turbo', {
      messages: [{ role: 'USER', parts: [{ text: 'Look.' }, picture] }],
    });
    expect(completionCreate).toMatchObject({ __typename: 'ValidationError' });
    expect(completionCreate.message).toContain('image/png');
  });
});

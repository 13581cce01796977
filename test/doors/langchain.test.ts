import { HumanMessage } from '@langchain/core/messages';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collect } from '../../src/core/stream.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** LangChain's OpenAI package, unmodified but for base URL and key. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const chat = (model: string, more: object = {}) =>
  new ChatOpenAI({ model, apiKey: gateway.key, configuration: { baseURL: `${gateway.url}/v1` }, ...more });
const weather = {
  name: 'weather',
  description: 'The weather in a city',
  schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

test('answers, with usage', async () => {
  const answer = await chat('sim/echo-1').invoke([new HumanMessage('Hello there')]);
  expect(answer.content).toBe('Hello there');
  expect(answer.usage_metadata).toMatchObject({
    input_tokens: expect.any(Number),
    output_tokens: expect.any(Number),
  });
});

test('streams', async () => {
  let text = '';
  for await (const { content } of await chat('sim/large-1').stream('Tell me a story')) text += content;
  expect(text.length).toBeGreaterThan(20);
});

test('binds tools', async () => {
  const bound = chat('sim/small-1').bindTools([weather], { tool_choice: 'required' });
  const call = { name: 'weather', args: { city: expect.any(String) } };
  expect((await bound.invoke('weather in Paris')).tool_calls![0]).toMatchObject(call);
  const pieces = await collect(await bound.stream('weather in Paris'));
  expect(pieces.reduce((sum, piece) => sum.concat(piece)).tool_calls![0]).toMatchObject(call);
});

test.each(['jsonSchema', 'functionCalling'] as const)('holds answers to a schema, by %s', async (method) => {
  const schema = { title: 'person', type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
  const person = await chat('sim/small-1').withStructuredOutput(schema, { method, name: 'person' }).invoke('Who?');
  expect(person).toHaveProperty('name');
});

test('asks by Responses too', async () => {
  const answer = await chat('sim/echo-1', { useResponsesApi: true }).invoke('Hello there');
  expect(answer.text).toBe('Hello there');
});

test('embeds', async () => {
  const embeddings = new OpenAIEmbeddings({
    model: 'sim/embed-1',
    apiKey: gateway.key,
    configuration: { baseURL: `${gateway.url}/v1` },
  });
  const [one, two] = await embeddings.embedDocuments(['one', 'two']);
  expect(one!.length).toBe(two!.length);
});

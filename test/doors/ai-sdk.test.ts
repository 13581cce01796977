import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedMany, generateText, jsonSchema, Output, stepCountIs, streamText, tool } from 'ai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** The AI SDK with its own packages, unmodified but for base URL and key. It rejects chunks that are not canonical. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const compatible = () =>
  createOpenAICompatible({
    name: 'glidepath',
    baseURL: `${gateway.url}/v1`,
    apiKey: gateway.key,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
const languageModels = [
  ['@ai-sdk/openai-compatible', (model: string) => compatible()(model)],
  [
    '@ai-sdk/anthropic',
    (model: string) => createAnthropic({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key })(model),
  ],
] as const;

const weather = tool({
  description: 'The weather in a city',
  inputSchema: jsonSchema<{ city: string }>({
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  }),
  execute: async ({ city }) => `Sunny in ${city}.`,
});

describe.each(languageModels)('%s', (_name, model) => {
  test('generates text, with usage', async () => {
    const { text, usage, finishReason } = await generateText({ model: model('sim/echo-1'), prompt: 'Hello there' });
    expect(text).toBe('Hello there');
    expect(finishReason).toBe('stop');
    expect(usage.inputTokens).toBeGreaterThan(0);
    expect(usage.outputTokens).toBeGreaterThan(0);
  });

  test('streams text, and the usage at its end', async () => {
    const { textStream, usage, text } = streamText({ model: model('sim/large-1'), prompt: 'Tell me a story' });
    let seen = '';
    for await (const piece of textStream) seen += piece;
    expect(seen.length).toBeGreaterThan(20);
    expect(await text).toBe(seen);
    expect((await usage).outputTokens).toBeGreaterThan(0);
  });

  test.each([false, true])('goes round with tools, streamed: %s', async (streamed) => {
    const ask = {
      model: model('sim/small-1'),
      prompt: 'weather in Paris',
      tools: { weather },
      stopWhen: stepCountIs(2),
    };
    const steps = streamed ? await streamText(ask).steps : (await generateText(ask)).steps;
    expect(steps[0]!.finishReason).toBe('tool-calls');
    expect(steps[0]!.toolCalls[0]).toMatchObject({ toolName: 'weather', input: { city: expect.any(String) } });
    expect(steps[0]!.toolResults[0]!.output).toMatch(/^Sunny in /);
    expect(steps).toHaveLength(2);
  });

  test('gets an object of a schema', async () => {
    const schema = jsonSchema<{ name: string }>({
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    });
    const { output } = await generateText({
      model: model('sim/small-1'),
      prompt: 'Who?',
      output: Output.object({ schema }),
    });
    expect(output).toHaveProperty('name');
  });

  test('hears of a stream that breaks', async () => {
    const errors: unknown[] = [];
    const result = streamText({
      model: model('sim/large-1'),
      prompt: 'A long story',
      headers: { 'x-glidepath-simulate': '{"breakStreamAfterTokens":3}' },
      maxRetries: 0,
      onError: ({ error }) => void errors.push(error),
    });
    await result.consumeStream();
    expect(errors.length).toBeGreaterThan(0);
  });

  test('is refused in words it understands', async () => {
    const refused = generateText({ model: model('sim/ecko-1'), prompt: 'Hi', maxRetries: 0 });
    await expect(refused).rejects.toMatchObject({ statusCode: 404, message: expect.stringContaining('sim/echo-1') });
  });
});

test('@ai-sdk/openai-compatible embeds', async () => {
  const model = compatible().embeddingModel('sim/embed-1');
  const { embeddings, usage } = await embedMany({ model, values: ['one', 'two'] });
  expect(embeddings).toHaveLength(2);
  expect(usage.tokens).toBeGreaterThan(0);
});

import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** The official client, unmodified but for base URL and key; nobody but the simulator behind it. */
let gateway: TestGateway;
let client: Anthropic;
beforeAll(async () => {
  gateway = await openTestGateway();
  client = new Anthropic({ baseURL: gateway.url, apiKey: gateway.key, maxRetries: 0 });
});
afterAll(() => gateway.close());

const user = (content: string) => ({ role: 'user' as const, content });
const ask = (more: Partial<Anthropic.MessageCreateParamsNonStreaming> = {}) => ({
  model: 'sim/echo-1',
  max_tokens: 500,
  messages: [user('Hello there')],
  ...more,
});
const weather: Anthropic.Tool = {
  name: 'weather',
  description: 'The weather in a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

describe('messages', () => {
  test('are answered, with usage and the id of the request', async () => {
    const { data, response } = await client.messages.create(ask({ system: 'Be brief.' })).withResponse();
    expect(data).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'echo-1',
      content: [{ type: 'text', text: 'Hello there' }],
      stop_reason: 'end_turn',
      usage: { cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
    });
    expect(data.usage.input_tokens).toBeGreaterThan(0);
    expect(response.headers.get('x-glidepath-model')).toBe('sim/echo-1');
  });

  test('stream, as the helper of the client puts them together', async () => {
    const stream = client.messages.stream(ask({ model: 'sim/large-1', messages: [user('Tell me a story')] }));
    const message = await stream.finalMessage();
    expect(message.stop_reason).toBe('end_turn');
    expect(message.content[0]).toMatchObject({ type: 'text' });
    expect(message.usage.input_tokens).toBeGreaterThan(0);
    expect(message.usage.output_tokens).toBeGreaterThan(0);
  });

  test('call tools and take their results, pictures among them', async () => {
    const messages: Anthropic.MessageParam[] = [user('weather in Paris, please')];
    const first = await client.messages
      .stream(ask({ model: 'sim/small-1', messages, tools: [weather], tool_choice: { type: 'any' } }))
      .finalMessage();
    expect(first.stop_reason).toBe('tool_use');
    const call = first.content.find((block) => block.type === 'tool_use')!;
    expect(call).toMatchObject({ name: 'weather', input: { city: expect.any(String) } });
    const image = { type: 'base64' as const, media_type: 'image/png' as const, data: 'iVBORw0KGgo=' };
    messages.push(
      { role: 'assistant', content: first.content },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: call.id, content: [{ type: 'image', source: image }] },
          { type: 'text', text: 'What do you see?' },
        ],
      },
    );
    const second = await client.messages.create(ask({ messages, tools: [weather] }));
    expect(second.content[0]).toMatchObject({ type: 'text', text: 'What do you see?' });
  });

  test('show thoughts, and take them back', async () => {
    const messages: Anthropic.MessageParam[] = [user('Think about it')];
    const thinking = { type: 'enabled' as const, budget_tokens: 1024 };
    const first = await client.messages.create(ask({ model: 'sim/large-1', max_tokens: 4000, messages, thinking }));
    expect(first.content.map(({ type }) => type)).toEqual(['thinking', 'text']);
    const streamed = await client.messages
      .stream(ask({ model: 'sim/large-1', max_tokens: 4000, messages, thinking }))
      .finalMessage();
    expect(streamed.content).toEqual(first.content);
    messages.push({ role: 'assistant', content: first.content }, user('And?'));
    const second = await client.messages.create(ask({ messages }));
    expect(second.content[0]).toMatchObject({ text: 'And?' });
  });

  test('have their tokens counted', async () => {
    const { messages, model } = ask();
    const { input_tokens } = await client.messages.countTokens({ messages, model });
    expect(input_tokens).toBeGreaterThan(0);
  });

  test('abort: the run is cancelled', async () => {
    const stream = await client.messages.create(
      { ...ask({ model: 'sim/large-1', messages: [user('A long story')] }), stream: true },
      { headers: { 'x-glidepath-simulate': '{"tokensPerSecond":5}' } },
    );
    let id = '';
    for await (const event of stream) {
      if (event.type === 'message_start') id = event.message.id.replace('msg_', 'cmp_');
      stream.controller.abort();
    }
    const document = 'query ($id: ID!) { completion(id: $id) { status } }';
    const status = async () =>
      (await gateway.ask<{ completion: { status: string } }>(document, { id })).completion.status;
    await expect.poll(status, { timeout: 5_000 }).toBe('CANCELLED');
  });
});

describe('failures', () => {
  test('have the types of the vendor', async () => {
    await expect(client.messages.create(ask({ model: 'claude-nobody-1' }))).rejects.toMatchObject({
      status: 404,
      error: { type: 'error', error: { type: 'not_found_error' } },
    });
    const stranger = new Anthropic({ baseURL: gateway.url, apiKey: 'gp_live_wrong' });
    await expect(stranger.messages.create(ask())).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
    await expect(
      client.messages.create(ask(), { headers: { 'x-glidepath-simulate': '{"failWith":"PROVIDER_OVERLOADED"}' } }),
    ).rejects.toMatchObject({ status: 529, error: { error: { type: 'overloaded_error' } } });
  });

  test.each([
    [{ model: 'sim/echo-1', messages: [user('Hi')] }, 'max_tokens: Field required'],
    [{ ...ask(), frobnicate: 1 }, 'frobnicate: Extra inputs are not permitted'],
    [{ ...ask(), messages: [{ role: 'wizard', content: 'x' }] }, 'messages.0.role'],
    [{ ...ask(), tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'tools.0.type'],
  ])('of a body name the place: %j', async (body, words) => {
    const refused = client.messages.create(body as never);
    await expect(refused).rejects.toMatchObject({ status: 400, error: { error: { type: 'invalid_request_error' } } });
    await expect(refused).rejects.toThrow(words);
  });

  test('within a stream are an error event', async () => {
    const stream = client.messages.stream(ask({ model: 'sim/large-1', messages: [user('A long story')] }), {
      headers: { 'x-glidepath-simulate': '{"breakStreamAfterTokens":3}' },
    });
    await expect(stream.finalMessage()).rejects.toThrow(/api_error/);
  });
});

test('models are listed in pages', async () => {
  const names: string[] = [];
  for await (const { id } of client.models.list({ limit: 2 })) names.push(id);
  expect(names).toContain('route/default');
  expect(names).toContain('sim/echo-1');
  expect(new Set(names).size).toBe(names.length);
});

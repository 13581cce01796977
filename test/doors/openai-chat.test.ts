import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../../src/core/stream.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

/** The official client, unmodified but for base URL and key. */
let gateway: TestGateway;
let client: OpenAI;
beforeAll(async () => {
  gateway = await openTestGateway();
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key });
});
afterAll(() => gateway.close());

const user = (content: string) => ({ role: 'user' as const, content });
const simulated = (script: object) => ({ headers: { 'x-glidepath-simulate': JSON.stringify(script) } });
const weather = {
  type: 'function' as const,
  function: {
    name: 'weather',
    description: 'The weather in a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

describe('chat completions', () => {
  test('answer, with usage, and with what the gateway knows in headers', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: 'sim/echo-1', messages: [{ role: 'system', content: 'Be brief.' }, user('Hello there')] })
      .withResponse();
    expect(data.choices).toMatchObject([
      { index: 0, message: { role: 'assistant', content: 'Hello there', refusal: null }, finish_reason: 'stop' },
    ]);
    expect(data).toMatchObject({ object: 'chat.completion', model: 'echo-1' });
    expect(data.usage!.total_tokens).toBe(data.usage!.prompt_tokens + data.usage!.completion_tokens);
    expect(response.headers.get('x-glidepath-model')).toBe('sim/echo-1');
    expect(response.headers.get('x-glidepath-cost')).toMatch(/^0\.0*[1-9]/);
    expect(response.headers.get('x-glidepath-cache')).toBe('MISS');
    expect(response.headers.get('x-glidepath-request-id')).toBe(data.id.replace('chatcmpl-', 'req_'));
  });

  test('stream, in canonical chunks, with usage when it is asked for', async () => {
    const stream = await client.chat.completions.create({
      model: 'route/default',
      messages: [user('Tell me a story')],
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    expect(chunks[0]!.choices[0]!.delta).toEqual({ role: 'assistant', content: '', refusal: null });
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    expect(text.length).toBeGreaterThan(20);
    expect(chunks.at(-2)!.choices[0]!.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: expect.any(Number) } });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  });

  test('call tools, and take their results', async () => {
    const messages: OpenAI.ChatCompletionMessageParam[] = [user('weather in Paris, please')];
    const first = await client.chat.completions.create({
      model: 'sim/small-1',
      messages,
      tools: [weather],
      tool_choice: 'required',
    });
    const { message, finish_reason } = first.choices[0]!;
    expect(finish_reason).toBe('tool_calls');
    const [call] = message.tool_calls!;
    expect(call).toMatchObject({ type: 'function', function: { name: 'weather' } });
    expect(JSON.parse((call as { function: { arguments: string } }).function.arguments)).toHaveProperty('city');
    messages.push(message, { role: 'tool', tool_call_id: call!.id, content: 'Sunny.' });
    const second = await client.chat.completions.create({ model: 'sim/echo-1', messages, tools: [weather] });
    expect(second.choices[0]!.message.content).toBeTruthy();
  });

  test('stream the arguments of tools', async () => {
    const runner = client.chat.completions.stream({
      model: 'sim/small-1',
      messages: [user('weather in Paris')],
      tools: [weather],
      tool_choice: { type: 'function', function: { name: 'weather' } },
    });
    const { choices } = await runner.finalChatCompletion();
    const [call] = choices[0]!.message.tool_calls!;
    expect(JSON.parse((call as { function: { arguments: string } }).function.arguments)).toHaveProperty('city');
  });

  test('answer in JSON of a schema', async () => {
    const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
    const { choices } = await client.chat.completions.create({
      model: 'sim/small-1',
      messages: [user('Who?')],
      response_format: { type: 'json_schema', json_schema: { name: 'person', schema, strict: true } },
    });
    expect(JSON.parse(choices[0]!.message.content!)).toHaveProperty('name');
  });

  test('give several choices, each a run of its own that is paid for', async () => {
    const one = await client.chat.completions.create({ model: 'sim/echo-1', messages: [user('Hi')] }).withResponse();
    const three = await client.chat.completions
      .create({ model: 'sim/echo-1', messages: [user('Hi')], n: 3 })
      .withResponse();
    expect(three.data.choices.map(({ index, message }) => [index, message.content])).toEqual([
      [0, 'Hi'],
      [1, 'Hi'],
      [2, 'Hi'],
    ]);
    expect(three.data.usage!.prompt_tokens).toBe(3 * one.data.usage!.prompt_tokens);
    const [single, all] = [one, three].map(({ response }) => Number(response.headers.get('x-glidepath-cost')));
    expect(all).toBeCloseTo(3 * single!, 12);
    const streamed = await collect(
      await client.chat.completions.create({ model: 'sim/echo-1', messages: [user('Hi')], n: 2, stream: true }),
    );
    const ends = streamed.flatMap(({ choices }) => choices.filter(({ finish_reason }) => finish_reason));
    expect(ends.map(({ index }) => index).sort()).toEqual([0, 1]);
  });

  test('come with the same idempotency key to the same run', async () => {
    const ask = () =>
      client.chat.completions
        .create(
          { model: 'sim/large-1', messages: [user('Once')] },
          { headers: { 'idempotency-key': 'the-same-key', 'x-glidepath-simulate': '{"seed":1}' } },
        )
        .withResponse();
    const [first, second] = [await ask(), await ask()];
    expect(second.data.id).toBe(first.data.id);
    expect(second.response.headers.get('x-glidepath-replayed')).toBe('true');
    const other = client.chat.completions.create(
      { model: 'sim/large-1', messages: [user('Twice')] },
      { headers: { 'idempotency-key': 'the-same-key' } },
    );
    await expect(other).rejects.toMatchObject({ status: 422 });
  });

  test('leave nothing of what was said where nobody can come back to them', async () => {
    const said = async (headers: Record<string, string>, stream: boolean) => {
      const asked = { model: 'sim/echo-1', messages: [user('Between us')] };
      const id = stream
        ? (await collect(await client.chat.completions.create({ ...asked, stream }, { headers })))[0]!.id
        : (await client.chat.completions.create(asked, { headers })).id;
      const query = 'query ($id: ID!) { completion(id: $id) { status text usage { outputTokens } } }';
      return gateway.ask(query, { id: id.replace('chatcmpl-', 'cmp_') });
    };
    for (const stream of [false, true]) {
      const gone = { completion: { status: 'SUCCEEDED', text: null, usage: { outputTokens: expect.any(Number) } } };
      expect(await said({}, stream)).toEqual(gone);
      const kept = { completion: { ...gone.completion, text: 'Between us' } };
      expect(await said({ 'idempotency-key': `come-back-${stream}` }, stream)).toEqual(kept);
      expect(await said({ 'x-glidepath-on-disconnect': 'continue' }, stream)).toEqual(kept);
    }
  });

  test('carry who it is for: tags, end user and the agent run', async () => {
    const { data } = await client.chat.completions
      .create(
        {
          model: 'sim/echo-1',
          messages: [user('Hi')],
          user: 'user-7',
          metadata: { team: 'search', glidepath_run_id: 'run-9', glidepath_agent: 'scout' },
        },
        { headers: { 'x-glidepath-tags': 'step=3' } },
      )
      .withResponse();
    const { request } = await gateway.ask<{ request: object }>(
      'query ($id: ID!) { request(id: $id) { endUser tags { key value } } }',
      { id: data.id.replace('chatcmpl-', 'req_') },
    );
    expect(request).toEqual({
      endUser: 'user-7',
      tags: [
        { key: 'step', value: '3' },
        { key: 'team', value: 'search' },
      ],
    });
  });
});

describe('failures', () => {
  test('are OpenAI errors: unknown model, with the nearest names', async () => {
    const wrong = client.chat.completions.create({ model: 'sim/ecko-1', messages: [user('Hi')] });
    await expect(wrong).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(wrong).rejects.toMatchObject({ code: 'model_not_found', param: 'model' });
    await expect(wrong).rejects.toThrow(/sim\/echo-1/);
  });

  test('are OpenAI errors: a bare name is found where it is the only one', async () => {
    const { model } = await client.chat.completions.create({ model: 'echo-1', messages: [user('Hi')] });
    expect(model).toBe('echo-1');
  });

  test('are OpenAI errors: a wrong key', async () => {
    const stranger = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'gp_live_wrong' });
    const refused = stranger.chat.completions.create({ model: 'sim/echo-1', messages: [user('Hi')] });
    await expect(refused).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_api_key' });
  });

  test.each([
    [{ messages: [user('Hi')] }, 'model', 'missing_required_parameter'],
    [{ model: 'sim/echo-1', messages: [{ role: 'user', content: 7 }] }, 'messages[0].content', 'invalid_type'],
    [{ model: 'sim/echo-1', messages: [{ role: 'wizard', content: 'x' }] }, 'messages[0].role', 'invalid_value'],
    [{ model: 'sim/echo-1', messages: [user('Hi')], frobnicate: 1 }, 'frobnicate', 'unknown_parameter'],
    [{ model: 'sim/echo-1', messages: [user('Hi')], logit_bias: { 5: 1 } }, 'logit_bias', 'invalid_value'],
    [{ model: 'sim/echo-1', messages: [user('Hi')], temperature: 9 }, 'temperature', 'invalid_value'],
  ])('are OpenAI errors: %j', async (body, param, code) => {
    const refused = client.chat.completions.create(body as never);
    await expect(refused).rejects.toMatchObject({ status: 400, type: 'invalid_request_error', param, code });
  });

  test('of the provider are retried by the client only where that can help', async () => {
    const patient = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 1 });
    const refused = patient.chat.completions.create(
      { model: 'sim/echo-1', messages: [user('Hi')] },
      simulated({ failWith: 'PROVIDER_OVERLOADED' }),
    );
    await expect(refused).rejects.toMatchObject({ status: 503, type: 'server_error' });
  });

  test('before the first word of a stream have a status of their own', async () => {
    const refused = client.chat.completions.create(
      { model: 'sim/echo-1', messages: [user('Hi')], stream: true },
      { ...simulated({ failWith: 'PROVIDER_ERROR' }), maxRetries: 0 },
    );
    await expect(refused).rejects.toMatchObject({ status: 502 });
  });

  test('within a stream end it with an error, never with [DONE]', async () => {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${gateway.key}`,
        'content-type': 'application/json',
        'x-glidepath-simulate': '{"breakStreamAfterTokens":3}',
      },
      body: JSON.stringify({ model: 'sim/large-1', messages: [user('A long story')], stream: true }),
    });
    const text = await response.text();
    expect(text).toContain('"error":{"message"');
    expect(text).not.toContain('[DONE]');
    const stream = await client.chat.completions.create(
      { model: 'sim/large-1', messages: [user('A long story')], stream: true },
      simulated({ breakStreamAfterTokens: 3 }),
    );
    await expect(collect(stream)).rejects.toBeInstanceOf(OpenAI.APIError);
  });
});

test('hanging up cancels the run, unless the caller says otherwise', async () => {
  const abandoned = async (headers: Record<string, string>) => {
    const stream = await client.chat.completions.create(
      { model: 'sim/large-1', messages: [user('A very long story')], stream: true },
      { headers: { 'x-glidepath-simulate': '{"tokensPerSecond":20}', ...headers } },
    );
    for await (const { id } of stream) {
      stream.controller.abort();
      return id.replace('chatcmpl-', 'cmp_');
    }
    throw new Error('nothing came');
  };
  const status = async (id: string) => {
    const document = 'query ($id: ID!) { completion(id: $id) { status } }';
    return (await gateway.ask<{ completion: { status: string } }>(document, { id })).completion.status;
  };
  const cancelled = await abandoned({});
  await expect.poll(() => status(cancelled)).toBe('CANCELLED');
  const kept = await abandoned({ 'x-glidepath-on-disconnect': 'continue' });
  expect(await status(kept)).toBe('RUNNING');
});

test('what is under way when the gateway stops is told so, streamed or not', async () => {
  const own = await openTestGateway();
  const asked = new OpenAI({ baseURL: `${own.url}/v1`, apiKey: own.key, maxRetries: 0 });
  const slow = { headers: { 'x-glidepath-simulate': '{"tokensPerSecond":1}' } };
  const call = { model: 'sim/large-1', messages: [user('A very long story')] };
  const whole = asked.chat.completions.create(call, slow).then(String, String);
  const stream = (await asked.chat.completions.create({ ...call, stream: true }, slow))[Symbol.asyncIterator]();
  await stream.next();
  const closed = own.close();
  const rest = collect({ [Symbol.asyncIterator]: () => stream }).then(String, String);
  expect(await whole).toContain('This instance is shutting down.');
  expect(await rest).toContain('This instance is shutting down.');
  await closed;
});

test('models and routes are listed', async () => {
  const names = (await client.models.list()).data.map(({ id }) => id);
  expect(names).toContain('route/default');
  expect(names).toContain('sim/echo-1');
  expect(await client.models.retrieve('sim/echo-1')).toMatchObject({ id: 'sim/echo-1', owned_by: 'sim' });
});

test('a body that begins with a byte order mark, as Windows’ tools write it, is read', async () => {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: '\ufeff{"model":"sim/echo-1","messages":[{"role":"user","content":"Hi"}]}',
  });
  expect(response.status).toBe(200);
  await response.arrayBuffer();
});

describe('what would take long to read', () => {
  const called = (id: string, args: string) => ({
    role: 'assistant' as const,
    content: null,
    tool_calls: [{ id, type: 'function' as const, function: { name: 'weather', arguments: args } }],
  });

  test.each([
    ['nested more than 64 deep', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['of more than 25000 values', `[${'{},'.repeat(30_000)}0]`],
  ])('in the arguments of a tool is refused: JSON %s', async (how, args) => {
    const messages = [user('x'), called('c1', args)];
    await expect(client.chat.completions.create({ model: 'sim/echo-1', messages })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining(`it is JSON ${how}.`),
    });
  });

  test('does not count where names are long and like each other', async () => {
    const long = 'a'.repeat(200_000);
    const tools = [{ type: 'function' as const, function: { name: `${long}b`, parameters: {} } }];
    const tool_choice = { type: 'function' as const, function: { name: `${long}c` } };
    const messages = [called(`${long}d`, '{}'), { role: 'tool' as const, tool_call_id: `${long}e`, content: 'x' }];
    await expect(
      client.chat.completions.create({ model: 'sim/echo-1', messages, tools, tool_choice }),
    ).rejects.toMatchObject({ status: 400 });
  });

  test('does not count where results are of many calls that nobody made', async () => {
    const ids = Array.from({ length: 450 }, (_, place) => `call-of-a-tool-with-a-long-name-${place}`);
    const results = ids.map((id) => ({ role: 'tool' as const, tool_call_id: `${id}x`, content: 'x' }));
    const messages = [...ids.map((id) => called(id, '{}')), ...results];
    await expect(client.chat.completions.create({ model: 'sim/echo-1', messages })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('call-of-a-tool'),
    });
  });
});

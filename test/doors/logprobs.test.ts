import type { ServerResponse } from 'node:http';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Loopback, loopback } from '../providers/loopback.ts';
import { addProvider } from '../support/add-provider.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { operation } from '../support/operations.ts';

/** How likely tokens were: asked of providers that tell, and passed on in the formats that have words for it. */
let gateway: TestGateway;
let provider: Loopback;
let client: OpenAI;
let words: readonly string[] = [];
beforeAll(async () => {
  provider = await loopback((response, { url }) =>
    url?.endsWith('/responses') ? respond(response) : chat(response, provider.asked.at(-1) as { stream?: boolean }),
  );
  gateway = await openTestGateway({ environment: { GLIDEPATH_EGRESS_ALLOW: '127.0.0.1' } });
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
  for (const kind of ['OPENAI', 'OPENAI_CHAT', 'OPENAI_COMPATIBLE', 'ANTHROPIC']) {
    await addProvider(gateway, { slug: kind.toLowerCase().replace('_', '-'), kind, baseUrl: `${provider.url}/v1` });
  }
});
afterAll(async () => {
  await gateway.close();
  await provider.close();
});

const bytesOf = (token: string) => [...Buffer.from(token)];
const likely = (token: string) => ({
  token,
  logprob: -0.25,
  bytes: bytesOf(token),
  top_logprobs: ['x', 'y', 'z'].map((other) => ({ token: other, logprob: -3, bytes: bytesOf(other) })),
});

function chat(response: ServerResponse, { stream }: { stream?: boolean }): void {
  const about = { id: 'c', created: 1, model: 'gpt-4o' };
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
  if (!stream) {
    const message = { role: 'assistant', content: words.join('') };
    const choices = [{ index: 0, message, logprobs: { content: words.map(likely) }, finish_reason: 'stop' }];
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...about, object: 'chat.completion', choices, usage }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const say = (choice: object, more: object = {}) =>
    response.write(`data: ${JSON.stringify({ ...about, choices: [{ index: 0, ...choice }], ...more })}\n\n`);
  for (const content of words) {
    say({ delta: { content }, logprobs: { content: [likely(content)] }, finish_reason: null });
  }
  say({ delta: {}, finish_reason: 'stop' }, { usage });
  response.end('data: [DONE]\n\n');
}

function respond(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const say = (type: string, more: object) => response.write(`data: ${JSON.stringify({ type, ...more })}\n\n`);
  const item = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed' };
  const part = { type: 'output_text', text: words.join(''), annotations: [], logprobs: words.map(likely) };
  const about = { id: 'resp_1', object: 'response', created_at: 1, model: 'gpt-4o' };
  say('response.created', { response: { ...about, status: 'in_progress', output: [] } });
  say('response.output_item.added', { output_index: 0, item: { ...item, content: [] } });
  for (const delta of words) {
    const logprobs = [likely(delta)];
    say('response.output_text.delta', { item_id: 'msg_1', output_index: 0, content_index: 0, delta, logprobs });
  }
  say('response.output_item.done', { output_index: 0, item: { ...item, content: [part] } });
  const usage = { input_tokens: 3, output_tokens: 2, total_tokens: 5 };
  say('response.completed', {
    response: { ...about, status: 'completed', output: [{ ...item, content: [part] }], usage },
  });
  response.end();
}

const messages = [{ role: 'user' as const, content: 'Hi' }];
const told = (top: number) =>
  words.map(likely).map((token) => ({ ...token, top_logprobs: token.top_logprobs.slice(0, top) }));

describe.each(['openai/gpt-4o', 'openai-chat/gpt-4o', 'openai-compatible/gpt-4o'])('%s', (model) => {
  test('tells a chat, whole and streamed', async () => {
    words = ['The ', 'capital ', 'is Zürich.'];
    const ask = { model, messages, logprobs: true };
    const { choices } = await client.chat.completions.create({ ...ask, top_logprobs: 2 });
    expect(choices[0]!.logprobs).toEqual({ content: told(2), refusal: null });
    const streamed = await client.chat.completions.stream({ ...ask, top_logprobs: 2 }).finalChatCompletion();
    expect(streamed.choices[0]!.message.content).toBe(words.join(''));
    expect(streamed.choices[0]!.logprobs!.content).toEqual(told(2));
    const alone = await client.chat.completions.create(ask);
    expect(alone.choices[0]!.logprobs!.content).toEqual(told(0));
    const unasked = await client.chat.completions.create({ model, messages });
    expect(unasked.choices[0]!.logprobs).toBeNull();
  });

  test('tells a response', async () => {
    words = ['So ', 'it ', 'is.'];
    const include: OpenAI.Responses.ResponseIncludable[] = ['message.output_text.logprobs'];
    const ask = { model, input: 'Hi', include, top_logprobs: 1 };
    const part = { type: 'output_text', text: 'So it is.', annotations: [], logprobs: told(1) };
    for (const { output } of [await client.responses.create(ask), await client.responses.stream(ask).finalResponse()]) {
      expect(output[0]).toMatchObject({ content: [part] });
    }
  });

  test('tells nothing of a text that a rule has changed', async () => {
    words = ['Ask ', 'frida@', 'example.org', ' now.'];
    const { policySave } = await gateway.ask<{ policySave: { id: string } }>(await operation('PolicySave'), {
      input: {
        slug: `mask-${model.replace('/', '-')}`,
        name: 'Mask',
        rules: [{ redaction: { detectors: ['EMAIL'], direction: 'BOTH' } }],
      },
    });
    const scope = { organization: true };
    await gateway.ask(await operation('PolicyBind'), { input: { policy: policySave.id, scope, mode: 'ENFORCE' } });
    const { choices } = await client.chat.completions.create({ model, messages, logprobs: true });
    await gateway.ask(await operation('PolicyUnbind'), { policy: policySave.id, scope });
    expect(choices[0]!.message.content).not.toContain('frida');
    expect(choices[0]!.logprobs).toBeNull();
  });
});

test('GraphQL tells them with the text they belong to', async () => {
  words = ['Yes', '.'];
  const { completionCreate } = await gateway.ask<{ completionCreate: object }>(
    `mutation ($input: CompletionInput!) { completionCreate(input: $input) { ... on CompletionAccepted { completion {
      parts { ... on TextPart { text logprobs { token logprob bytes top { token } } } } } } ... on Error { message } } }`,
    {
      input: {
        target: { model: 'openai-chat/gpt-4o' },
        messages: [{ role: 'USER', parts: [{ text: 'Hi' }] }],
        sampling: { topLogprobs: 1 },
      },
    },
  );
  const logprobs = words.map((token) => ({ token, logprob: -0.25, bytes: bytesOf(token), top: [{ token: 'x' }] }));
  expect(completionCreate).toEqual({ completion: { parts: [{ text: 'Yes.', logprobs }] } });
});

test('a model that does not tell is refused by the name of what was asked', async () => {
  for (const model of ['sim/echo-1', 'anthropic/claude-sonnet-4-5']) {
    const refused = client.chat.completions.create({ model, messages, logprobs: true });
    await expect(refused).rejects.toMatchObject({ status: 400, param: 'top_logprobs' });
  }
  const alone = client.chat.completions.create({ model: 'sim/echo-1', messages, top_logprobs: 2 });
  await expect(alone).rejects.toMatchObject({ status: 400, param: 'top_logprobs' });
});

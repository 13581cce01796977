import type { TestGateway } from '../support/gateway.ts';
import { operation } from '../support/operations.ts';

/** Every kind of call at every door that is not GraphQL, asked with some words of the test's own. */

export interface Answered {
  readonly status: number;
  /** All that came back, a stream to its end. */
  readonly text: string;
}

type Ask = (gateway: TestGateway, words: string) => Promise<Answered>;

const model = 'wire/gpt-4o';

async function post(
  { url, key }: TestGateway,
  path: string,
  body: object | FormData,
  anthropic = false,
): Promise<Answered> {
  const form = body instanceof FormData;
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      ...(!form && { 'content-type': 'application/json' }),
      ...(anthropic && { 'anthropic-version': '2023-06-01' }),
    },
    body: form ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

const messages = (gateway: TestGateway, body: object) =>
  post(gateway, '/v1/messages', { model, max_tokens: 100, ...body }, true);

const go = { role: 'user', content: 'Go on.' };
const called = { id: 't1', type: 'function', function: { name: 'look', arguments: '{"what":"x"}' } };
const said = (content: unknown) => [{ role: 'user', content }];

export const doors: Readonly<Record<string, Ask>> = {
  'OpenAI chat': (gateway, words) => post(gateway, '/v1/chat/completions', { model, messages: said(words) }),
  'OpenAI chat, streamed': (gateway, words) =>
    post(gateway, '/v1/chat/completions', { model, stream: true, messages: said(words) }),
  'OpenAI chat, from a tool': (gateway, words) =>
    post(gateway, '/v1/chat/completions', {
      model,
      messages: [go, { role: 'assistant', tool_calls: [called] }, { role: 'tool', tool_call_id: 't1', content: words }],
    }),
  'OpenAI chat, to a tool': (gateway, words) =>
    post(gateway, '/v1/chat/completions', {
      model,
      messages: [
        go,
        {
          role: 'assistant',
          tool_calls: [{ ...called, function: { name: 'look', arguments: JSON.stringify({ note: words }) } }],
        },
        { role: 'tool', tool_call_id: 't1', content: 'found' },
      ],
    }),
  'OpenAI responses': (gateway, words) => post(gateway, '/v1/responses', { model, input: words }),
  'OpenAI responses, streamed': (gateway, words) =>
    post(gateway, '/v1/responses', { model, stream: true, input: words }),
  'OpenAI responses, as instructions': (gateway, words) =>
    post(gateway, '/v1/responses', { model, instructions: words, input: 'Go on.' }),
  'OpenAI embeddings': (gateway, words) =>
    post(gateway, '/v1/embeddings', { model: 'wire/text-embedding-3-small', input: ['a', words] }),
  'OpenAI images': (gateway, prompt) => post(gateway, '/v1/images/generations', { model: 'wire/gpt-image-1', prompt }),
  'OpenAI speech': (gateway, input) =>
    post(gateway, '/v1/audio/speech', { model: 'wire/gpt-4o-mini-tts', input, voice: 'alloy' }),
  'Anthropic messages': (gateway, words) => messages(gateway, { messages: said(words) }),
  'Anthropic messages, streamed': (gateway, words) => messages(gateway, { stream: true, messages: said(words) }),
  'Anthropic messages, as system': (gateway, system) => messages(gateway, { system, messages: [go] }),
  'Anthropic messages, from a tool': (gateway, content) =>
    messages(gateway, {
      messages: [
        go,
        { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'look', input: { what: 'x' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content }] },
      ],
    }),
  'registered operation': (gateway, text) => post(gateway, '/operations/Say', { text }),
};

/** What no rule can read, at a door that takes it. */
export const unreadableAtDoors: Readonly<Record<string, Ask>> = {
  'OpenAI transcription': (gateway) => {
    const form = new FormData();
    form.set('model', 'wire/whisper-1');
    form.set('file', new File([Buffer.from('RIFF....WAVEfmt ')], 'a.wav', { type: 'audio/wav' }));
    return post(gateway, '/v1/audio/transcriptions', form);
  },
  'OpenAI chat with an image': (gateway) =>
    post(gateway, '/v1/chat/completions', {
      model,
      messages: said([{ type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } }]),
    }),
  'Anthropic messages with an image': (gateway) =>
    messages(gateway, {
      messages: said([{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } }]),
    }),
};

/** So that `/operations/Say` is there. */
export async function registerSay(gateway: TestGateway): Promise<void> {
  const document = `mutation Say($text: String!) { completionCreate(input: { target: { model: "${model}" },
    messages: [{ role: USER, parts: [{ text: $text }] }] }) {
      __typename ... on CompletionAccepted { completion { text } } ... on Error { message } } }`;
  await gateway.ask(await operation('OperationSave'), { input: { document, description: 'Says something.' } });
}

import { randomUUID } from 'node:crypto';
import type { TestGateway } from '../support/gateway.ts';
import { operation } from '../support/operations.ts';
import type { Call, Outcome } from './calls.ts';

/** The same through the doors for other people's clients, and by registered operations. */

async function post(gateway: TestGateway, path: string, body: object): Promise<Outcome> {
  const response = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return heard(response);
}

async function heard(response: Response): Promise<Outcome> {
  const said = await response.text();
  const requestId = response.headers.get('x-glidepath-request-id') ?? '';
  if (response.ok) return { type: 'Answered', message: null, requestId, said: withoutEcho(said) };
  const { error } = JSON.parse(said) as { error: { message: string } };
  // Neither vendor has a word for it, so what was blocked is told by the message.
  const blocked = response.status === 403 && error.message.startsWith('Policy ');
  return { type: blocked ? 'PolicyBlockedError' : said, message: error.message, requestId, said };
}

/** A response repeats its instructions, to whoever gave them. */
function withoutEcho(said: string): string {
  return said.replace(/"instructions":"(?:[^"\\]|\\.)*"/g, '"instructions":null');
}

const user = (content: string) => ({ role: 'user', content });
const go = user('Go on.');
const model = 'wire/gpt-4o';

const chat = (gateway: TestGateway, messages: readonly object[], more: object = {}) =>
  post(gateway, '/v1/chat/completions', { model, messages, ...more });
const respond = (gateway: TestGateway, more: object) => post(gateway, '/v1/responses', { model, ...more });
const message = (gateway: TestGateway, messages: readonly object[], more: object = {}) =>
  post(gateway, '/v1/messages', { model, max_tokens: 1000, messages, ...more });

const called = { id: 't1', type: 'function', function: { name: 'look', arguments: '{}' } };

export const doorCalls: Readonly<Record<string, Call>> = {
  chat: (gateway, words) => chat(gateway, [user(words)]),
  'streamed chat': (gateway, words) => chat(gateway, [user(words)], { stream: true }),
  'system message of a chat': (gateway, content) => chat(gateway, [{ role: 'system', content }, go]),
  'tool result of a chat': (gateway, content) =>
    chat(gateway, [
      go,
      { role: 'assistant', content: null, tool_calls: [called] },
      { role: 'tool', tool_call_id: 't1', content },
    ]),
  response: (gateway, input) => respond(gateway, { input }),
  'streamed response': (gateway, input) => respond(gateway, { input, stream: true }),
  'instructions of a response': (gateway, instructions) => respond(gateway, { instructions, input: 'Go on.' }),
  'tool output of a response': (gateway, output) =>
    respond(gateway, {
      input: [
        go,
        { type: 'function_call', call_id: 't1', name: 'look', arguments: '{}' },
        { type: 'function_call_output', call_id: 't1', output },
      ],
    }),
  'message of the other vendor': (gateway, words) => message(gateway, [user(words)]),
  'streamed message of the other vendor': (gateway, words) => message(gateway, [user(words)], { stream: true }),
  'system of the other vendor': (gateway, system) => message(gateway, [go], { system }),
  'tool result of the other vendor': (gateway, content) =>
    message(gateway, [
      go,
      { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'look', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content }] },
    ]),
  'embedding through a door': (gateway, words) =>
    post(gateway, '/v1/embeddings', { model: 'wire/text-embedding-3-small', input: ['a', words] }),
  'image through a door': (gateway, prompt) =>
    post(gateway, '/v1/images/generations', { model: 'wire/gpt-image-1', prompt }),
  'speech through a door': (gateway, input) =>
    post(gateway, '/v1/audio/speech', { model: 'wire/gpt-4o-mini-tts', input, voice: 'alloy' }),
  'registered operation': (gateway, text) => operate(gateway, { text }),
  'registered stream': (gateway, text) => operate(gateway, { text }, 'Stream'),
};

const png = 'aGk=';
const pdf = Buffer.from('%PDF-1.7').toString('base64');
const dataUrl = (type: string, data: string) => `data:${type};base64,${data}`;

/** Calls through the doors with a part that no rule can read. */
export const unreadableAtDoors: Readonly<Record<string, Call>> = {
  'image in a chat': (gateway) =>
    chat(gateway, [parts({ type: 'image_url', image_url: { url: dataUrl('image/png', png) } })]),
  'image somewhere else in a chat': (gateway) =>
    chat(gateway, [parts({ type: 'image_url', image_url: { url: 'https://example.com/a.png' } })]),
  'file in a chat': (gateway) =>
    chat(gateway, [parts({ type: 'file', file: { filename: 'a.pdf', file_data: dataUrl('application/pdf', pdf) } })]),
  'sound in a chat': (gateway) =>
    chat(gateway, [parts({ type: 'input_audio', input_audio: { data: png, format: 'wav' } })]),
  'image in a response': (gateway) =>
    respond(gateway, { input: [parts({ type: 'input_image', image_url: dataUrl('image/png', png) })] }),
  'file in a response': (gateway) =>
    respond(gateway, {
      input: [parts({ type: 'input_file', filename: 'a.pdf', file_data: dataUrl('application/pdf', pdf) })],
    }),
  'image of the other vendor': (gateway) =>
    message(gateway, [parts({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } })]),
  'document of the other vendor': (gateway) =>
    message(gateway, [
      parts({ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: pdf } }),
    ]),
  'image from a tool of the other vendor': (gateway) =>
    message(gateway, [
      go,
      { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'look', input: {} }] },
      parts({
        type: 'tool_result',
        tool_use_id: 't1',
        content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } }],
      }),
    ]),
  'transcription through a door': (gateway) => transcribe(gateway),
  'image in a registered operation': (gateway) =>
    operate(gateway, { image: { mimeType: 'image/png', source: { base64: png } } }),
};

function parts(...content: readonly object[]) {
  return { role: 'user', content };
}

async function transcribe(gateway: TestGateway): Promise<Outcome> {
  const form = new FormData();
  form.set('model', 'wire/whisper-1');
  form.set('file', new File([new Uint8Array(64)], 'a.wav', { type: 'audio/wav' }));
  const headers = { authorization: `Bearer ${gateway.key}` };
  return heard(await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form }));
}

/** A document that was registered by its name; registering it again changes nothing. */
async function operate(gateway: TestGateway, part: object, name: 'Ask' | 'Stream' = 'Ask'): Promise<Outcome> {
  await gateway.ask(await operation('OperationSave'), { input: { document: documents[name] } });
  const response = await fetch(`${gateway.url}/operations/${name}`, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
      ...(name === 'Stream' && { accept: 'text/event-stream' }),
    },
    body: JSON.stringify({ part, ...(name === 'Stream' && { key: randomUUID() }) }),
  });
  const said = await response.text();
  const blocked = /"message":"(Policy [^"]*)"/.exec(said);
  const requestId = /"requestId":"([^"]*)"/.exec(said)?.[1] ?? '';
  return { type: blocked ? 'PolicyBlockedError' : 'Answered', message: blocked?.[1] ?? null, requestId, said };
}

const asked = 'target: { model: "wire/gpt-4o" }, messages: [{ role: USER, parts: [$part] }]';
const documents = {
  Ask: `mutation Ask($part: ContentPartInput!) { completionCreate(input: { ${asked} }) {
    ... on CompletionAccepted { completion { text requestId } } ... on Error { message requestId } } }`,
  Stream: `subscription Stream($part: ContentPartInput!, $key: String!) {
    completionStream(input: { ${asked}, idempotencyKey: $key }) {
      ... on CompletionStarted { requestId } ... on TextDelta { text } ... on CompletionFailed { error { message } } } }`,
};

import type { TestGateway } from '../support/gateway.ts';
import type { Outcome } from './calls.ts';

/** The same words through the doors for other people's clients. */

async function post(gateway: TestGateway, path: string, body: object): Promise<Outcome> {
  const response = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
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

export const doorCalls: Readonly<Record<string, (gateway: TestGateway, words: string) => Promise<Outcome>>> = {
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
};

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createListeners } from '../../src/platform/bus/listeners.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';
import { silentLog } from '../support/runtime.ts';

/** What ended the process of everybody, or left a caller without an end. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

const deep = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;

test.each(['//', '//x:99999/', '//[', '/\\', 'http://[/'])('an address like %s is nowhere', async (address) => {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname, () =>
    socket.write(`GET ${address} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
  );
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 404 /);
});

describe('an answer nested deeper than anybody could write it', () => {
  const subscription = `subscription ($input: CompletionInput!) { completionStream(input: $input) {
    __typename ... on CompletionFinished { completion { object } } } }`;
  const inputOf = (levels: number) => ({
    target: { model: 'sim/echo-1' },
    messages: [{ role: 'USER', parts: [{ text: 'x' }] }],
    output: { jsonObject: true },
    idempotencyKey: `deep-${levels}-${performance.now()}`,
    debug: { simulate: { reply: deep(levels) } },
  });
  const streamed = async (levels: number) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${gateway.key}`, accept: 'text/event-stream' },
        'content-type': 'application/json',
      },
      body: JSON.stringify({ query: subscription, variables: { input: inputOf(levels) } }),
    });
    return response.text();
  };

  // The first of each goes by yoga, the next by the lane.
  test.each([3_000, 4_500, 5_000, 9_000, 20_000])('is no object: %i levels', async (levels) => {
    for (const events of [await streamed(levels), await streamed(levels)]) {
      expect(events).toContain('"object":null');
      expect(events).toContain('event: complete');
    }
  });

  test('is one that anybody could', async () => {
    expect(await streamed(100)).toContain(`"object":${deep(100)}`);
  });
});

test('a model may be named in any letters', async () => {
  const { modelSave } = await gateway.ask<{ modelSave: object }>(
    'mutation { modelSave(input: { model: "sim/模型" }) { __typename ... on Error { message } } }',
  );
  expect(modelSave).toEqual({ __typename: 'ModelSaved' });
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'Hello' }];
  const { response } = await client.chat.completions.create({ model: 'sim/模型', messages }).withResponse();
  expect(response.headers.get('x-glidepath-model')).toBe('sim/%E6%A8%A1%E5%9E%8B');
});

test('a listener of the bus that fails, now or later, keeps nobody from hearing', async () => {
  const said: string[] = [];
  const listeners = createListeners({ ...silentLog, error: (_fields, message) => void said.push(message) });
  listeners.add('news', () => {
    throw new Error('at once');
  });
  listeners.add('news', () => Promise.reject(new Error('later')));
  let heard = 0;
  listeners.add('news', () => void heard++);
  listeners.tell('news', null);
  await Promise.resolve();
  await Promise.resolve();
  expect([heard, said]).toEqual([1, Array(2).fill('a listener of the bus failed')]);
});

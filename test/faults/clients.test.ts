import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { complete, follow, to } from '../support/completions.ts';
import { openTestGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.close());

test('C3: a client that does not read holds nobody up, and gets everything when it does', async () => {
  const reply = 'one word after another '.repeat(300).trim();
  const simulate = { reply, latencyMs: 300, tokensPerSecond: 5000 };
  const { completion } = await complete(gateway, { ...to('sim/echo-1', 'x'), debug: { simulate } }, 0);
  const slow = await posting(EVENTS(completion!.id), 'text/event-stream');
  await once(slow, 'data');
  slow.pause();
  let quick = '';
  for await (const event of follow(gateway, completion!.id)) quick += event.text ?? '';
  expect(quick).toBe(reply);
  let late = '';
  for await (const bytes of slow) {
    late += bytes;
    if (late.includes('CompletionFinished')) break;
  }
  const texts = [...late.matchAll(/"text":("(?:[^"\\]|\\.)*")/g)].map(([, text]) => JSON.parse(text!));
  expect(reply.endsWith(texts.join(''))).toBe(true);
}, 60_000);

test('C4: a client that closes its half of the connection has gone; its completion goes on, and is in the books', async () => {
  const socket = await posting(CREATE('half'), 'application/json');
  await expect.poll(async () => (await find('half'))?.status, { timeout: 10_000 }).toBe('RUNNING');
  socket.end();
  socket.resume();
  await once(socket, 'close');
  await isWhole('half');
});

test('C5: a client that resets the connection with the last word has a completion that is whole, and in the books', async () => {
  const socket = await posting(STREAM('reset'), 'text/event-stream');
  let heard = '';
  socket.on('data', (bytes) => {
    heard += bytes;
    if (heard.includes('word"')) socket.resetAndDestroy();
  });
  await once(socket, 'close');
  await isWhole('reset');
});

async function find(key: string): Promise<Seen | null> {
  const { completionByKey } = await gateway.ask<{ completionByKey: Seen | null }>(
    'query ($key: String!) { completionByKey(idempotencyKey: $key) { status text cost { total { nanos } } } }',
    { key },
  );
  return completionByKey;
}

async function isWhole(key: string): Promise<void> {
  await expect.poll(async () => (await find(key))?.status, { timeout: 10_000 }).toBe('SUCCEEDED');
  const found = (await find(key))!;
  expect(found.text).toBe('the last word');
  expect(BigInt(found.cost.total.nanos)).toBeGreaterThan(0n);
}

interface Seen {
  readonly status: string;
  readonly text: string;
  readonly cost: { readonly total: { readonly nanos: string } };
}

const INPUT = (key: string) => `input: { idempotencyKey: "${key}", target: { model: "sim/echo-1" },
  messages: [{ role: USER, parts: [{ text: "x" }] }], debug: { simulate: { reply: "the last word", latencyMs: 500 } } }`;
const CREATE = (key: string) =>
  `mutation { completionCreate(${INPUT(key)}) { ... on CompletionAccepted { completion { text status } } } }`;
const STREAM = (key: string) =>
  `subscription { completionStream(${INPUT(key)}, coalesceMs: 0) { __typename ... on TextDelta { text } } }`;
const EVENTS = (id: string) =>
  `subscription { completionEvents(id: "${id}") { __typename ... on TextDelta { text } } }`;

/** A connection of one's own on which the question has been sent: what becomes of it is up to the test. */
async function posting(query: string, accept: string): Promise<Socket> {
  const { hostname, port } = new URL(gateway.url);
  const body = JSON.stringify({ query });
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  await once(socket, 'connect');
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${gateway.key}\r\naccept: ${accept}\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  return socket;
}

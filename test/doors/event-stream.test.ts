import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EventStream, openEventStream } from '../../src/doors/http/event-stream.ts';
import { ManualClock } from '../support/manual-clock.ts';

let clock: ManualClock;
let server: Server;
let stream: EventStream;
let pieces: AsyncIterator<string>;

beforeEach(async () => {
  clock = new ManualClock();
  server = createServer((_request, response) => {
    stream = openEventStream(response, {}, clock, ': sign\n\n');
    stream.send('begun');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asking = get(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  pieces = answer.setEncoding('utf8')[Symbol.asyncIterator]();
});
afterEach(async () => {
  stream.end();
  expect((await pieces.next()).done).toBe(true);
  server.close();
  expect(clock.waiting).toBe(0);
});

const heard = async () => (await pieces.next()).value;

test('says that it is alive when nothing else has been said for 10 s, again and again', async () => {
  expect(await heard()).toBe('data: begun\n\n');
  await clock.advance(9_000);
  stream.send('more', 'word');
  expect(await heard()).toBe('event: word\ndata: more\n\n');
  await clock.advance(9_999);
  stream.comment('still within 10 s');
  expect(await heard()).toBe(': still within 10 s\n\n');
  for (const _time of [1, 2]) {
    await clock.advance(10_000);
    expect(await heard()).toBe(': sign\n\n');
  }
});

test('what is said in one turn comes in one piece, and so does the end with what was said last', async () => {
  expect(await heard()).toBe('data: begun\n\n');
  stream.send('one');
  await null;
  stream.comment('two');
  await null;
  stream.send('three');
  expect(await heard()).toBe('data: one\n\n: two\n\ndata: three\n\n');
  stream.send('last');
  stream.end();
  expect(await heard()).toBe('data: last\n\n');
});

test('who has all of a long answer to say waits for the listener all the same, however long the turn', async () => {
  expect(await heard()).toBe('data: begun\n\n');
  let said = 1;
  while (said < 1000 && !stream.send('x'.repeat(1000))) said++;
  expect(said).toBeLessThan(200);
  let text = '';
  while (text.length < said * 'data: \n\n'.length + said * 1000) text += await heard();
  expect(text).toBe(`data: ${'x'.repeat(1000)}\n\n`.repeat(said));
});

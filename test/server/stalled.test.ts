import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Clock, systemClock } from '../../src/core/runtime.ts';
import { ask } from './ask.ts';
import { type House, notes, openHouse } from './house.ts';

const STALLED_MS = 1000;

let house: House;
/** What is to happen when a ping is due, the newest last. */
const due: (() => void)[] = [];
beforeAll(async () => {
  const after: Clock['after'] = (ms, callback) => {
    if (ms !== 12_000) return systemClock.after(ms, callback);
    due.push(callback);
    return () => {};
  };
  house = await openHouse({ stalledMs: STALLED_MS }, { ...systemClock, after });
});
afterAll(() => house.close(0));
afterEach(() => notes.clear());

const EVENTS = 'text/event-stream';
const JSON_ANSWER = 'application/json';

/** Asks, and reads nothing of the answer yet. */
async function asking(query: string, accept: string): Promise<IncomingMessage> {
  const asked = request(`${house.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${house.key}`, accept, 'content-type': 'application/json' },
  });
  asked.end(JSON.stringify({ query }));
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return answer;
}

/** The server's own timer is Node's, as it has to know of the socket. */
const passing = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function lengthOf(answer: IncomingMessage): Promise<number> {
  let length = 0;
  for await (const piece of answer) length += piece.length;
  return length;
}

test.each([
  // What is asked again goes another way: src/graphql/lane.ts and src/graphql/event-lane.ts.
  ['an answer in one piece', '{ large }', JSON_ANSWER],
  ['the same, asked again', '{ large }', JSON_ANSWER],
  ['a subscription', 'subscription { long }', EVENTS],
  ['the same, asked again', 'subscription { long }', EVENTS],
])('who takes nothing of %s is cut off', async (_what, query, accept) => {
  const answer = await asking(query, accept);
  await passing(3 * STALLED_MS);
  await expect(lengthOf(answer)).rejects.toThrow('aborted');
  expect(notes.has('long 100')).toBe(false);
  await house.unwatched();
});

test('who takes a large piece slowly gets all of it, however long that takes', async () => {
  const answer = await asking('{ large }', JSON_ANSWER);
  const from = performance.now();
  let length = 0;
  for await (const piece of answer) {
    length += piece.length;
    if (performance.now() < from + 2 * STALLED_MS) await passing(20);
  }
  expect(performance.now() - from).toBeGreaterThan(2 * STALLED_MS);
  expect(length).toBeGreaterThan(30_000_000);
});

test('who waits for an answer is not cut off, however long that takes', async () => {
  const answer = ask(house, '{ held }');
  await notes.read('held started');
  await passing(1.5 * STALLED_MS);
  notes.write('let go');
  expect((await answer).body).toEqual({ data: { held: 'done' } });
});

describe('over a WebSocket', () => {
  /** Asks, and begins to read with `resume`. */
  async function asking(query: string, options: object = {}) {
    const socket = new WebSocket(`${house.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { authorization: `Bearer ${house.key}` },
      ...options,
    });
    const closed = once(socket, 'close');
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    return { socket, closed, ping: due.at(-1)! };
  }

  test('who does not answer a ping has gone when the next is due', async () => {
    const { socket, closed, ping } = await asking('subscription { silent }', { autoPong: false });
    await notes.read('silent started');
    const pinged = once(socket, 'ping');
    ping();
    await pinged;
    due.at(-1)!();
    expect((await closed)[0]).toBe(1006);
    await notes.read('silent aborted');
  });

  test('who takes a large piece slowly is not asked meanwhile whether he is there, and gets all of it', async () => {
    const { socket, closed, ping } = await asking('{ large }');
    socket.pause();
    await passing(100);
    ping();
    due.at(-1)!();
    await passing(100);
    due.at(-1)!();
    socket.resume();
    const [message] = (await once(socket, 'message')) as [Buffer];
    expect(message.length).toBeGreaterThan(30_000_000);
    socket.close();
    await closed;
  });

  test('who takes nothing of what waits is cut off', async () => {
    const { socket, closed } = await asking('subscription { long }');
    await notes.read('long 1');
    socket.pause();
    await passing(3 * STALLED_MS);
    socket.resume();
    expect((await closed)[0]).toBe(1006);
    expect(notes.has('long 100')).toBe(false);
    await house.unwatched();
  });
});

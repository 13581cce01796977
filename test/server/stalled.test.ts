import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ask } from './ask.ts';
import { type House, notes, openHouse } from './house.ts';

const STALLED_MS = 1000;

let house: House;
beforeAll(async () => {
  house = await openHouse({ stalledMs: STALLED_MS });
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

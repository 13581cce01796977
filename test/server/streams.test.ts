import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { createClient as createSseClient } from 'graphql-sse';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/core/runtime.ts';
import { ask, socketClient } from './ask.ts';
import { type House, notes, openHouse } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close(0));
afterEach(() => notes.clear());

const byEvents = (query: string, key = house.key) => {
  const client = createSseClient({
    url: `${house.url}/graphql`,
    headers: { authorization: `Bearer ${key}` },
    retryAttempts: 0,
  });
  return { results: client.iterate({ query }), drop: () => client.dispose() };
};

/** The same subscription by every way, as an iterator of results and a way to drop it. */
const ways = [
  ['server-sent events', byEvents],
  // The second time the documents are known (src/graphql/event-lane.ts).
  ['server-sent events, again', byEvents],
  [
    'WebSocket',
    (query: string, key = house.key) => {
      const client = socketClient({ url: house.url, key });
      return { results: client.iterate({ query }), drop: () => client.terminate() };
    },
  ],
] as const;

test.each(['the first time', 'again'])('a listener that does not read holds its source up, asked %s', async () => {
  const asking = request(`${house.url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${house.key}`,
      accept: 'text/event-stream',
      'content-type': 'application/json',
    },
  });
  asking.end('{"query":"subscription { long }"}');
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  // nginx would gather what is said.
  expect(answer.headers['x-accel-buffering']).toBe('no');
  await notes.read('long 1');
  await ask(house, '{ hello }');
  expect(notes.has('long 100')).toBe(false);
  let length = 0;
  for await (const piece of answer) length += piece.length;
  expect(notes.has('long 100')).toBe(true);
  expect(length).toBeGreaterThan(100_000_000);
});

describe.each(ways)('over %s', (_name, subscribe) => {
  test.each(['silent', 'stuck'])('a %s source hears at once that its listener has gone', async (field) => {
    const { results } = subscribe(`subscription { ${field} }`);
    expect((await results.next()).value).toMatchObject({ data: { [field]: 1 } });
    const pending = results.next().catch(() => {});
    void results.return?.();
    await notes.read(`${field} aborted`);
    await pending;
  });

  test.each(['silent', 'stuck'])('a %s source hears at once that the connection broke', async (field) => {
    const { results, drop } = subscribe(`subscription { ${field} }`);
    await results.next();
    const pending = results.next().catch(() => {});
    drop();
    await notes.read(`${field} aborted`);
    await pending;
  });

  test('a subscription ends with UNAUTHENTICATED when its key is revoked, and its source is stopped', async () => {
    const key = house.keyWith();
    const { results } = subscribe('subscription { stuck }', key);
    await results.next();
    house.revoke(key);
    expect((await results.next()).value?.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    await results.next().catch(() => {});
    await notes.read('stuck aborted');
    await house.unwatched();
  });

  test('what a source says in one go arrives whole, and then nobody watches the key any more', async () => {
    const { results } = subscribe('subscription { count(to: 500) }');
    const seen: unknown[] = [];
    for await (const { data } of results) seen.push(data?.count);
    expect(seen).toEqual(Array.from({ length: 500 }, (_, at) => at + 1));
  });
});

test('a known subscription that says nothing gives a sign of life, again and again, until its listener has gone', async () => {
  const signs: (() => void)[] = [];
  const stopped = Promise.withResolvers<void>();
  const after: Clock['after'] = (ms, callback) => {
    if (ms !== 12_000) return systemClock.after(ms, callback);
    signs.push(callback);
    return stopped.resolve;
  };
  const house = await openHouse({}, { ...systemClock, after });
  const open = async () => {
    const abort = new AbortController();
    const response = await fetch(`${house.url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${house.key}`,
        accept: 'text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ query: 'subscription { silent }' }),
      signal: abort.signal,
    });
    const pieces = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    for (let said = ''; !said.includes('"silent":1'); ) said += (await pieces.read()).value;
    return { pieces, abort };
  };
  (await open()).abort.abort();
  const { pieces, abort } = await open();
  for (let sign = 0; sign < 2; sign++) {
    signs[sign]!();
    expect((await pieces.read()).value).toBe(':\n\n');
  }
  abort.abort();
  await stopped.promise;
  await house.unwatched();
  await house.close(0);
});

test('a socket is closed with 4403 when its key is revoked', async () => {
  const key = house.keyWith();
  const client = socketClient({ url: house.url, key });
  const closed = new Promise((resolve) => client.on('closed', resolve));
  const results = client.iterate({ query: 'subscription { silent }' });
  await results.next();
  house.revoke(key);
  expect((await results.next()).value?.errors).toHaveLength(1);
  expect(await closed).toMatchObject({ code: 4403 });
});

test.each(['for the first time', 'of a known document'])('a query %s hears that its caller has gone', async () => {
  const abort = new AbortController();
  const answer = ask(house, '{ slow }', {}, { signal: abort.signal });
  await notes.read('slow started');
  abort.abort();
  await expect(answer).rejects.toThrow();
  await notes.read('slow aborted');
});

describe('drain', () => {
  test('is announced first: /ready says no, and whoever has not noticed is still answered, once per connection', async () => {
    const noticed = Promise.withResolvers<void>();
    const sleep: Clock['sleep'] = (ms, signal) => (ms === 1234 ? noticed.promise : systemClock.sleep(ms, signal));
    const house = await openHouse({}, { ...systemClock, sleep });
    await fetch(`${house.url}/live`);
    const left = house.close(60_000, 1234);
    expect((await fetch(`${house.url}/ready`)).status).toBe(503);
    const late = await fetch(`${house.url}/live`);
    expect([late.status, late.headers.get('connection')]).toEqual([200, 'close']);
    noticed.resolve();
    await left;
    await expect(fetch(`${house.url}/live`)).rejects.toThrow();
  });

  test('does not wait for a connection on which nothing was ever asked', async () => {
    const house = await openHouse();
    const silent = connect(house.port, '127.0.0.1');
    const gone = once(silent, 'close');
    await fetch(`${house.url}/live`); // by then the one before has been taken in
    await house.close(60_000);
    await gone;
  });

  test('what is running finishes, what is new is refused, and then the server is gone', async () => {
    const house = await openHouse();
    const answer = ask(house, '{ held }');
    const client = socketClient(house);
    const onSocket = client.iterate({ query: '{ held }' }).next();
    const idle = socketClient(house);
    await idle.iterate({ query: '{ hello }' }).next();
    await notes.read('held started');
    const closed = house.close(10_000);
    await expect(fetch(`${house.url}/live`)).rejects.toThrow();
    notes.write('let go');
    expect((await answer).body).toEqual({ data: { held: 'done' } });
    expect((await onSocket).value).toEqual({ data: { held: 'done' } });
    await closed;
  });

  test('subscriptions that are open at the deadline end with UNAVAILABLE', async () => {
    const house = await openHouse();
    const streams = [
      socketClient(house).iterate({ query: 'subscription { stuck }' }),
      createSseClient({
        url: `${house.url}/graphql`,
        headers: { authorization: `Bearer ${house.key}` },
        retryAttempts: 0,
      }).iterate({ query: 'subscription { stuck }' }),
    ];
    for (const results of streams) await results.next();
    const closed = house.close(1);
    for (const results of streams) {
      expect((await results.next()).value?.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    }
    await closed;
    await house.unwatched();
  });
});

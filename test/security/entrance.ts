import { monitorEventLoopDelay } from 'node:perf_hooks';
import { WebSocket } from 'ws';
import { hostileDocuments, hostileVariants } from '../graphql/hostile-documents.ts';
import { ask, socketClient } from '../server/ask.ts';
import { type House, openHouse } from '../server/house.ts';
import type { Figure } from './run.ts';

/** The shell of the house as strangers and hostile callers meet it, on a socket of its own. */

const BLOCK_MS = 50;

export async function documentFigures(): Promise<readonly Figure[]> {
  const house = await openHouse();
  await ask(house, '{ hello }');
  const documents = Object.entries({ ...hostileDocuments, ...hostileVariants() });
  const ways: Record<string, (body: string) => Promise<boolean>> = {
    POST: (body) => refusedBy(house, body, 'application/json'),
    SSE: (body) => refusedBy(house, body, 'text/event-stream'),
    WebSocket: (body) => refusedOverSocket(house, body),
  };
  const figures: Figure[] = [];
  for (const [way, send] of Object.entries(ways)) {
    const letIn: string[] = [];
    const blocks: number[] = [];
    for (const [name, document] of documents) {
      const body = JSON.stringify(document);
      const tries: number[] = [];
      // The machine has other things to do: the quicker of two is what the document takes.
      for (let time = 0; time < 2; time++) {
        const delay = monitorEventLoopDelay({ resolution: 1 });
        delay.enable();
        if (!(await send(body)) && time === 0) letIn.push(name);
        delay.disable();
        tries.push(delay.max / 1e6);
      }
      blocks.push(Math.min(...tries));
    }
    const long = blocks.filter((ms) => ms > BLOCK_MS).length;
    const worst = Math.max(...blocks);
    figures.push(count(`${way}: not refused, of ${documents.length}: ${letIn.join(', ') || 'none'}`, letIn.length), {
      name: `${way}: longest block of the loop, client included; over ${BLOCK_MS} ms: ${long}`,
      value: `${worst.toFixed(0)} ms`,
      goal: `<= ${BLOCK_MS} ms`,
      reached: worst <= BLOCK_MS,
    });
  }
  const { body } = await ask(house, '{ hello }');
  figures.push(count('the house does not answer afterwards', body.data?.hello === 'Hello you' ? 0 : 1));
  await house.close(0);
  return figures;
}

/** An error of the caller's, and no result. */
async function refusedBy(house: House, body: string, accept: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${house.key}`, 'content-type': 'application/json', accept };
  const response = await fetch(`${house.url}/graphql`, { method: 'POST', headers, body });
  const text = await response.text();
  return response.status < 500 && (response.status >= 400 || /"errors":/.test(text));
}

function refusedOverSocket(house: House, body: string): Promise<boolean> {
  const client = socketClient(house);
  const payload = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
  return new Promise((resolve) => {
    client.subscribe(
      { ...payload, variables: payload.variables ?? {} },
      {
        next: ({ errors }) => resolve(Boolean(errors)),
        // A closed socket is an answer too, for what is no message at all.
        error: () => resolve(true),
        complete: () => resolve(true),
      },
    );
  });
}

export async function socketFigures(): Promise<readonly Figure[]> {
  const house = await openHouse({ allowedOrigins: ['https://console.example.com'] });
  const url = `${house.url.replace('http', 'ws')}/graphql`;
  const closing = (act: (socket: WebSocket) => void, options: object = {}, protocol = 'graphql-transport-ws') =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(url, protocol, options);
      socket.on('open', () => act(socket));
      socket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode ?? 0));
      socket.on('error', () => resolve(0));
      socket.on('close', resolve);
      setTimeout(() => resolve(-1), 10_000).unref();
    });
  const origins = [
    'https://evil.example',
    'null',
    'http://127.0.0.1',
    `${house.url}.evil.example`,
    'https://console.example.com.evil.example',
    'file://',
    'http://localhost:1',
    '',
  ];
  const foreign = await Promise.all(
    origins.filter(Boolean).map((origin) => closing((socket) => socket.send('x'), { origin })),
  );
  const init = (payload: unknown) => JSON.stringify({ type: 'connection_init', payload });
  const cases: Record<string, Promise<number>> = {
    'an init of 100 KB': closing((socket) => socket.send(init({ x: 'x'.repeat(100_000) }))),
    'an init of 5 MB': closing((socket) => socket.send(init({ x: 'x'.repeat(5_000_000) }))),
    'an operation before the key': closing((socket) =>
      socket.send('{"id":"1","type":"subscribe","payload":{"query":"{ hello }"}}'),
    ),
    'no init at all within 3 s': closing(() => {}),
    'a wrong key': closing((socket) => socket.send(init({ authorization: 'Bearer gp_live_wrong' }))),
    'two inits': closing((socket) => {
      for (let time = 0; time < 2; time++) socket.send(init({ authorization: `Bearer ${house.key}` }));
    }),
    'the legacy protocol': closing(() => {}, {}, 'graphql-ws'),
    'a message that is none': closing((socket) => socket.send('{')),
    'a message of another protocol': closing((socket) => socket.send('{"type":"start"}')),
  };
  const closed = await Promise.all(Object.values(cases));
  const client = socketClient(house);
  const streams = Array.from({ length: 60 }, () => client.iterate({ query: 'subscription { silent }' }));
  const begun = await Promise.allSettled(streams.map((stream) => stream.next()));
  const open = begun.filter(({ status }) => status === 'fulfilled').length;
  await client.dispose();
  await house.close(0);
  const letIn = foreign.filter((status) => status !== 403).length;
  const still = Object.keys(cases).filter((_name, at) => closed[at] === -1);
  return [
    count(`foreign origins let in, of ${foreign.length}`, letIn),
    count(`not closed: ${still.join(', ') || 'none'}, of ${closed.length}`, still.length),
    { name: 'subscriptions on one socket, of 60 asked for', value: String(open), goal: '50', reached: open === 50 },
  ];
}

/** The one page that the operator has named. */
const NAMED = 'https://console.example.com';

export async function pageFigures(): Promise<readonly Figure[]> {
  const house = await openHouse({ allowedOrigins: [NAMED] });
  const origins = [
    'https://evil.example',
    'null',
    'http://127.0.0.1',
    house.url,
    `${house.url}.evil.example`,
    NAMED,
    'http://localhost',
    'file://',
  ];
  let [granted, asked, withCookies] = [0, 0, 0];
  for (const origin of origins) {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      for (const path of ['/graphql?query=%7Bhello%7D', '/v1/models', '/live', '/exports/xpo_1', '/login']) {
        const response = await fetch(house.url + path, {
          method,
          redirect: 'manual',
          headers: { origin, 'access-control-request-method': 'POST', authorization: `Bearer ${house.key}` },
        });
        await response.body?.cancel();
        const names = [...response.headers.keys()].filter((name) => name.startsWith('access-control-'));
        if (names.includes('access-control-allow-credentials')) withCookies++;
        if (origin === NAMED) continue;
        asked++;
        if (names.length > 0) granted++;
      }
    }
  }
  const forStrangers = await foundBy({ ...house, key: 'gp_live_nobody' });
  const positive = await foundBy(house);
  await house.close(0);
  return [
    count(`answers granted to pages of others, of ${asked}`, granted),
    count('answers to which cookies may come along, named pages included', withCookies),
    count(`graphql-cop's 12 checks, without a key: ${nameAll(forStrangers)}`, forStrangers.length),
    {
      name: `the same with a key: ${nameAll(positive)}`,
      value: String(positive.length),
      goal: 'the schema is open',
      reached: positive.every(([name]) => ['introspection', 'GET queries', 'field suggestions'].includes(name)),
    },
  ];
}

async function foundBy(house: Pick<House, 'url' | 'key'>) {
  return Object.entries(await checksOfCop(house)).filter(([, found]) => found);
}

/** What the scanner of that name looks for; true where it would report something. */
async function checksOfCop({ url, key }: Pick<House, 'url' | 'key'>): Promise<Readonly<Record<string, boolean>>> {
  const send = async (body: unknown, type = 'application/json') => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const headers = { authorization: `Bearer ${key}`, 'content-type': type };
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: text });
    return (await response.text()) || '{}';
  };
  const get = async (query: string, accept = 'application/json') =>
    (
      await fetch(`${url}/graphql?query=${encodeURIComponent(query)}`, {
        headers: { authorization: `Bearer ${key}`, accept },
      })
    ).text();
  const has = (text: string, field = '__typename') => new RegExp(`"data":\\{[^}]*"${field}`).test(text);
  const many = (count: number, text: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => text(n)).join(' ');
  const nested =
    '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }';
  return {
    'alias overloading': has(await send({ query: `{ ${many(101, (n) => `alias${n}: __typename`)} }` }), 'alias100'),
    batching: /^\[/.test(await send([{ query: '{ __typename }' }, { query: '{ __typename }' }])),
    'directive overloading':
      (await send({ query: `{ __typename ${many(10, () => '@aa')} }` })).split('Unknown directive').length > 10,
    'circular introspection': /"types"/.test(await send({ query: nested })),
    'field duplication': has(await send({ query: `{ ${many(500, () => '__typename')} }` })),
    'field suggestions': /Did you mean/.test(await send({ query: '{ helo }' })),
    'GET mutations': has(await get('mutation { __typename }')),
    'GET queries': has(await get('{ __typename }')),
    'an IDE at the endpoint': /<html/i.test(await get('{ __typename }', 'text/html')),
    introspection: /"types"/.test(await send({ query: '{ __schema { types { name } } }' })),
    'form posts': has(await send('query=%7B__typename%7D', 'application/x-www-form-urlencoded')),
    tracing: /"tracing"/.test(await send({ query: '{ __typename }' })),
  };
}

function count(name: string, found: number): Figure {
  return { name, value: String(found), goal: '0', reached: found === 0 };
}

function nameAll(entries: readonly (readonly [string, unknown])[]): string {
  return entries.map(([name]) => name).join(', ') || 'none';
}

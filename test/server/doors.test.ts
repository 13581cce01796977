import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { ask, codesOf, socketClient } from './ask.ts';
import { type House, openHouse } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse({ allowedOrigins: ['https://console.example.com'] });
});
afterAll(() => house.close(0));

describe('who may come in', () => {
  test('a missing key and a wrong key are answered alike, with 401', async () => {
    const missing = await ask({ url: house.url, key: null }, '{ hello }');
    const wrong = await ask({ url: house.url, key: 'gp_live_wrong' }, '{ hello }');
    expect(missing).toMatchObject({ status: 401, body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
    expect(wrong.body).toEqual(missing.body);
    expect(wrong.status).toBe(401);
    expect(missing.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('a stranger learns nothing about documents or bodies', async () => {
    const answers = await Promise.all([
      ask({ url: house.url, key: null }, '{ this is not graphql'),
      ask({ url: house.url, key: null }, '{ __schema { types { name } } }'),
      ask({ url: house.url, key: null }, '', {}, { body: 'not json' }),
      ask({ url: house.url, key: null }, '', {}, { headers: { 'content-type': 'text/plain' } }),
    ]);
    for (const answer of answers) expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
  });

  test.each([null, 'gp_live_wrong'])('a socket with the key %s is closed with 4403', async (key) => {
    const client = socketClient({ url: house.url, key });
    await expect(client.iterate({ query: '{ hello }' }).next()).rejects.toMatchObject({
      code: 4403,
      reason: 'Forbidden',
    });
  });

  test('the key may come in the header of the handshake', async () => {
    const socket = open({ headers: { authorization: `Bearer ${house.key}` } });
    await event(socket, 'open');
    socket.send('{"type":"connection_init"}');
    expect(JSON.parse(String(await event(socket, 'message')))).toEqual({ type: 'connection_ack' });
    socket.close();
    await event(socket, 'close');
  });

  test('an operation before the key closes the socket with 4401', async () => {
    const socket = open({});
    await event(socket, 'open');
    socket.send('{"id":"1","type":"subscribe","payload":{"query":"{ hello }"}}');
    expect(await event(socket, 'close')).toBe(4401);
  });

  test('more than 64 KB before the key close the socket', async () => {
    const socket = open({});
    await event(socket, 'open');
    socket.send(`{"type":"connection_init","payload":{"authorization":"${'x'.repeat(100_000)}"}}`);
    expect(await event(socket, 'close')).toBe(1009);
  });

  test.each([
    ['no JSON', 'hello'],
    ['JSON that is too deep', '['.repeat(100_000 / 2)],
    ['of a type that only servers say', '{"type":"connection_ack"}'],
  ])(
    'a message that is %s closes the socket with 4400, and is not logged: strangers can send any number',
    async (_what, message) => {
      const before = house.log.length;
      const socket = open({});
      await event(socket, 'open');
      socket.send(message);
      expect(await event(socket, 'close')).toBe(4400);
      expect(house.log.slice(before).filter(({ level }) => level !== 'debug')).toEqual([]);
    },
  );

  test('a scope that is missing is FORBIDDEN', async () => {
    const answer = await ask({ url: house.url, key: house.keyWith('USAGE_READ') }, '{ guarded }');
    expect(answer.body.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', missingScopes: ['KEYS_READ'] });
  });
});

describe('other origins', () => {
  test('no CORS header is ever sent, and no preflight granted', async () => {
    for (const origin of ['https://evil.example', 'null', house.url]) {
      const answer = await ask(house, '{ hello }', {}, { headers: { origin } });
      const preflight = await fetch(`${house.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      });
      for (const { headers } of [answer, preflight]) {
        expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
      expect(preflight.ok).toBe(false);
    }
  });

  test("a foreign form cannot act for a user: it brings cookies, and only the header's key counts", async () => {
    const form = await fetch(`${house.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: `authorization=Bearer ${house.key}` },
      body: new URLSearchParams({ query: 'mutation { remember(input: { text: "x" }) }' }),
    });
    expect(form.status).toBe(401);
  });

  test.each([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/graphql',
  ])('a body of %s is refused with 415', async (type) => {
    const answer = await ask(house, '{ hello }', {}, { headers: { 'content-type': type } });
    expect(answer.status).toBe(415);
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
  });

  test.each([
    ['https://evil.example', 403],
    ['null', 403],
    ['http://127.0.0.1.evil.example', 403],
    ['https://console.example.com', 101],
  ])('a socket for a page of %s is answered %i', async (origin, status) => {
    expect(await handshake({ origin })).toBe(status);
  });

  test('a socket for our own page, and for no page, is let in', async () => {
    expect(await handshake({ origin: house.url })).toBe(101);
    expect(await handshake({})).toBe(101);
  });

  test("a client that would rather speak HTTP/2, as Java's does, is answered as it asked", async () => {
    const asking = request(`${house.url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${house.key}`,
        'content-type': 'application/json',
        connection: 'Upgrade, HTTP2-Settings',
        upgrade: 'h2c',
        'http2-settings': 'AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
      },
    });
    asking.end('{"query":"{ hello }"}');
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    expect(String(Buffer.concat(await answer.toArray()))).toBe('{"data":{"hello":"Hello you"}}');
  });

  test('the protocol of subscriptions-transport-ws is refused', async () => {
    const socket = new WebSocket(`${house.url.replace('http', 'ws')}/graphql`, 'graphql-ws');
    const refused = await Promise.race([event(socket, 'error').then(() => 'error'), event(socket, 'close')]);
    expect(['error', 4406]).toContain(refused);
  });
});

describe('sizes', () => {
  const remember = 'mutation M($text: String!) { remember(input: { text: $text }) }';
  const complete = 'mutation M($text: String!) { completionCreate(input: { text: $text }) }';
  const megabytes = (count: number) => 'x'.repeat(count * 1024 * 1024);

  test('a control-plane operation may bring 1 MB, a completion 8 MB', async () => {
    expect(await ask(house, remember, { text: megabytes(2) })).toMatchObject({ status: 413 });
    expect(await ask(house, complete, { text: megabytes(2) })).toMatchObject({ status: 200 });
    expect(await ask(house, complete, { text: megabytes(9) })).toMatchObject({ status: 413 });
  });

  test('a size that is not declared is counted', async () => {
    const { port } = new URL(house.url);
    const status = await new Promise<number>((resolve, reject) => {
      const sent = request(
        {
          port,
          path: '/graphql',
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${house.key}` },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode!);
          sent.destroy();
        },
      );
      sent.on('error', reject);
      for (let n = 0; n < 9; n++) sent.write(megabytes(1));
    });
    expect(status).toBe(413);
  });

  test('both hold on a socket', async () => {
    const client = socketClient(house);
    const rejected = client.iterate({ query: remember, variables: { text: megabytes(2) } }).next();
    await expect(rejected).rejects.toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    const taken = await client.iterate({ query: complete, variables: { text: megabytes(2) } }).next();
    expect(taken.value).toEqual({ data: { completionCreate: 2 * 1024 * 1024 } });
    await client.dispose();
  });

  test('a socket carries 50 operations at a time', async () => {
    const client = socketClient(house);
    const open = Array.from({ length: 50 }, () => client.iterate({ query: 'subscription { silent }' }));
    await Promise.all(open.map((results) => results.next()));
    const another = client.iterate({ query: '{ hello }' }).next();
    await expect(another).rejects.toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    await Promise.all(open.map((results) => results.return?.()));
    await client.dispose();
  });

  test('batches are refused', async () => {
    const answer = await ask(house, '', {}, { body: '[{"query":"{ hello }"},{"query":"{ hello }"}]' });
    expect(answer).toMatchObject({ status: 400 });
  });

  test.each(['variables', 'extensions'])(
    '%s in an address that are no JSON are refused by their name',
    async (name) => {
      const said = new URLSearchParams({ query: '{ hello }', [name]: '{' });
      const answer = await fetch(`${house.url}/graphql?${said}`, { headers: { authorization: `Bearer ${house.key}` } });
      expect(answer.status).toBe(400);
      const { errors } = (await answer.json()) as { errors: unknown[] };
      expect(errors).toMatchObject([
        { message: expect.stringContaining(`${name} is JSON`), extensions: { code: 'BAD_USER_INPUT' } },
      ]);
    },
  );

  test('a compressed message is refused as one', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const answer = await ask(house, '', {}, { body: gzipSync('{"query":"{ hello }"}'), headers });
    expect(answer.status).toBe(415);
    expect(answer.body.errors?.[0]?.message).toContain('without content-encoding');
  });

  test('a message that begins with a byte order mark is read', async () => {
    expect(await ask(house, '', {}, { body: '\ufeff{"query":"{ hello }"}' })).toMatchObject({ status: 200 });
  });

  test('a mutation does not go by GET, also when its document is known', async () => {
    const mutation = 'mutation { remember(input: { text: "x" }) }';
    const byGet = async () => {
      const headers = { authorization: `Bearer ${house.key}` };
      return (await fetch(`${house.url}/graphql?query=${encodeURIComponent(mutation)}`, { headers })).status;
    };
    expect(await byGet()).toBe(405);
    expect((await ask(house, mutation)).body).toEqual({ data: { remember: 'x' } });
    expect(await byGet()).toBe(405);
  });
});

describe('errors', () => {
  test('a problem thrown by a query keeps its code and says whether to try again', async () => {
    const { status, body } = await ask(house, '{ missing }');
    expect(status).toBe(200);
    expect(body.errors).toMatchObject([
      {
        message: "There is no Thing 'thing_1'.",
        extensions: { code: 'NOT_FOUND', retryable: false, reference: 'thing_1' },
      },
    ]);
  });

  test('anything else is masked, and logged once under the id that was told', async () => {
    const before = house.log.length;
    const { body } = await ask(house, '{ broken }');
    expect(body.data).toEqual({ broken: null });
    expect(JSON.stringify(body)).not.toContain('hunter2');
    const { code, incidentId } = body.errors![0]!.extensions;
    expect(code).toBe('INTERNAL');
    const lines = house.log.slice(before);
    expect(lines).toMatchObject([{ level: 'error', fields: { incidentId, path: 'broken' } }]);
    expect(String(lines[0]!.fields.err)).toContain('hunter2');
  });

  test('so it is on a socket, where nothing meant for HTTP is sent', async () => {
    const client = socketClient(house);
    const { value } = await client.iterate({ query: '{ broken }' }).next();
    expect(JSON.stringify(value)).not.toMatch(/hunter2|"http"/);
    expect(value?.errors?.[0]?.extensions).toEqual({ code: 'INTERNAL', incidentId: expect.any(String) });
    const results = client.iterate({ query: 'subscription { breaks }' });
    expect((await results.next()).value).toEqual({ data: { breaks: 1 } });
    expect((await results.next()).value?.errors?.[0]?.extensions).toMatchObject({ code: 'INTERNAL' });
    expect((await results.next()).done).toBe(true);
    await client.dispose();
  });

  test.each([
    ['{ hello', 'GRAPHQL_PARSE_FAILED'],
    ['{ helo }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query($name: String!) { hello(name: $name) }', 'BAD_USER_INPUT'],
    ['{ tree { children { nodes { level } } } }', 'BAD_USER_INPUT'],
    ['{ tree { children(first: 101) { nodes { level } } } }', 'BAD_USER_INPUT'],
    ['{ tree { children(first: 1, last: 1) { nodes { level } } } }', 'BAD_USER_INPUT'],
    ['query A { hello } query B { hello }', 'BAD_USER_INPUT'],
  ])('%s is answered 400 with %s, the same on a socket', async (query, code) => {
    const answer = await ask(house, query);
    expect(answer.status).toBe(400);
    expect(codesOf(answer)).toEqual([code]);
    const client = socketClient(house);
    const results = client.iterate({ query }).next();
    const onSocket = await results.then(
      ({ value }) => value?.errors,
      (errors) => errors,
    );
    expect(onSocket.map(({ extensions }: { extensions: { code: string } }) => extensions.code)).toEqual([code]);
    await client.dispose();
  });

  test('at most five complaints are made about one document', async () => {
    const answer = await ask(house, `{ ${Array.from({ length: 15 }, (_, n) => `nope${n}`).join(' ')} }`);
    expect(codesOf(answer)).toHaveLength(5);
  });

  test('whoever has a key may ask for the schema', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const answer = await ask(house, getIntrospectionQuery());
    expect(answer.body.data).toHaveProperty('__schema');
  });
});

describe('beside the endpoint', () => {
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${house.url}${path}`, { headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  test('/live says that the process runs, /ready whether it can work, and neither why not', async () => {
    expect(await get('/live')).toMatchObject({ status: 200 });
    expect(await get('/ready')).toMatchObject({ status: 200, text: '{"ready":true}' });
    house.ready = false;
    expect(await get('/ready')).toMatchObject({ status: 503, text: '{"ready":false}' });
    expect(await get('/live')).toMatchObject({ status: 200 });
    house.ready = true;
  });

  test('a port that is taken is named, with what chooses another', async () => {
    await expect(openHouse({ port: house.port })).rejects.toThrow(
      `127.0.0.1:${house.port} is taken. Stop what listens there`,
    );
    await expect(openHouse({ port: house.port })).rejects.toThrow('set another PORT.');
  });

  test('a balancer that asks by HTTP/1.0, without a host, is answered', async () => {
    const balancer = connect(house.port, '127.0.0.1');
    balancer.end('GET /ready HTTP/1.0\r\n\r\n');
    expect(String(Buffer.concat(await balancer.toArray()))).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  test('anything else is a 404 in JSON', async () => {
    const answer = await get('/admin');
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toHaveProperty('error');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('/graphiql is one page, sent compressed and not twice, that may load nothing from elsewhere', async () => {
    const page = await get('/graphiql', { 'accept-encoding': 'gzip' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-encoding')).toBe('gzip');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    // What makes a browser fetch something: attributes of elements outside scripts, and styles.
    const markup = page.text.replace(/<script>[\s\S]*<\/script>/, '');
    expect(markup.match(/(src|href)="(?!data:)[^"]*"/g)).toBeNull();
    expect(markup.match(/url\(["']?(https?:)?\/\/[^)]*\)|@import/g)).toBeNull();
    const again = await get('/graphiql', { 'if-none-match': page.headers.get('etag')! });
    expect(again.status).toBe(304);
  });
});

function open(options: WebSocket.ClientOptions): WebSocket {
  return new WebSocket(`${house.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', options);
}

function event(socket: WebSocket, name: 'open' | 'message' | 'close' | 'error'): Promise<unknown> {
  return new Promise((resolve) => socket.once(name, resolve));
}

/** The status of the answer to a handshake. */
function handshake(headers: Record<string, string>): Promise<number> {
  const { host, hostname, port } = new URL(house.url);
  const lines = Object.entries({
    host,
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
    'sec-websocket-protocol': 'graphql-transport-ws',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET /graphql HTTP/1.1\r\n${lines.join('')}\r\n`),
    );
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      resolve(Number(String(data).split(' ')[1]));
    });
  });
}

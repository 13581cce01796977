import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createEgress, type Egress } from '../../src/platform/egress.ts';
import { guardOf, isPublic } from '../../src/platform/egress-guard.ts';
import { type NameServer, openNameServer } from '../support/name-server.ts';

let egress: Egress | undefined;
let server: Server | undefined;
afterEach(async () => {
  await egress?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  egress = undefined;
  server = undefined;
});

function open(allow: readonly string[], maxResponseBytes?: number): Egress {
  egress = createEgress({ allow, ...(maxResponseBytes !== undefined && { maxResponseBytes }) });
  return egress;
}

async function serve(answer: RequestListener): Promise<number> {
  server = createServer(answer);
  await new Promise<void>((listening) => server!.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

const refused = { cause: { code: 'ERR_EGRESS_REFUSED' } };

describe('destinations', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://017700000001/',
    'http://0.0.0.0/',
    'http://localhost/',
    'http://LOCALHOST/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
    'http://[fe80::1]/',
    'http://[fec0::1]/',
    'http://[fd00::1]/',
    'http://[ff02::1]/',
    'http://[2001:db8::1]/',
  ])('%s is refused', async (url) => {
    await expect(open([]).fetch(url)).rejects.toMatchObject(refused);
  });

  it.each(['file:///etc/passwd', 'ftp://example.com/', 'data:text/plain,hello', 'blob:nodedata:1'])(
    '%s is not a way out',
    async (url) => {
      await expect(open([]).fetch(url)).rejects.toThrow();
    },
  );

  it.each(['1.1.1.1', '8.8.8.8', '2606:4700:4700::1111'])('%s is public', (address) => {
    expect(isPublic(address)).toBe(true);
  });

  it('are open when the operator named the host, with its port or without', () => {
    const guard = guardOf(['localhost:11434', 'llm.internal']);
    expect(guard.allowsHost('localhost', 11434)).toBe(true);
    expect(guard.allowsHost('localhost', 80)).toBe(false);
    expect(guard.allowsHost('LLM.internal.', 8000)).toBe(true);
  });

  it.each([['127.0.0.1'], ['127.0.0.0/8'], ['localhost']])(
    'are reached when the operator allowed %s',
    async (allowed) => {
      const port = await serve((_request, response) => response.end('hello'));
      const host = allowed === 'localhost' ? 'localhost' : '127.0.0.1';
      const response = await open([allowed]).fetch(`http://${host}:${port}/`);
      expect(await response.text()).toBe('hello');
    },
  );

  it('are refused without telling what the name resolves to', async () => {
    const error = (await open([])
      .fetch('http://localhost/')
      .catch((thrown: unknown) => thrown)) as Error;
    expect(String((error.cause as Error).message)).not.toMatch(/127|::1/);
  });
});

/** Against a real name server and real servers inside: this machine has more than one address. */
describe('names that change their address', () => {
  let names: NameServer | undefined;
  afterEach(() => names?.close());

  const inside = () => {
    const seen: string[] = [];
    const servers = ['127.0.0.1', '127.0.0.2'].map((address) => {
      const one = createServer((_request, response) => response.end(address));
      one.on('connection', () => seen.push(address));
      return { address, one };
    });
    return {
      seen,
      async open(): Promise<number> {
        let port = 0;
        for (const { address, one } of servers) {
          await new Promise<void>((listening) => one.listen(port, address, listening));
          port = (one.address() as AddressInfo).port;
        }
        return port;
      },
      async close(): Promise<void> {
        for (const { one } of servers) {
          one.closeAllConnections();
          await new Promise((closed) => one.close(closed));
        }
      },
    };
  };

  it('are connected to at the address that was looked at, though the next answer leads elsewhere', async () => {
    names = await openNameServer((nth) => [nth === 1 ? '127.0.0.2' : '127.0.0.1']);
    const { seen, open: listen, close } = inside();
    const port = await listen();
    egress = createEgress({ allow: ['127.0.0.2'], resolve: names.resolve });
    const response = await egress.fetch(`http://rebinding.example:${port}/`, { headers: { connection: 'close' } });
    expect(await response.text()).toBe('127.0.0.2');
    await expect(egress.fetch(`http://rebinding.example:${port}/`)).rejects.toMatchObject(refused);
    expect(seen).toEqual(['127.0.0.2']);
    // One question for each connection: between looking and connecting nobody is asked again.
    expect(names.asked).toEqual(['rebinding.example', 'rebinding.example']);
    await close();
  });

  it('are refused when one of several addresses leads inside', async () => {
    names = await openNameServer(() => ['1.1.1.1', '127.0.0.1']);
    const { seen, open: listen, close } = inside();
    const port = await listen();
    egress = createEgress({ allow: [], resolve: names.resolve });
    await expect(egress.fetch(`http://two-faced.example:${port}/`)).rejects.toMatchObject(refused);
    expect(seen).toEqual([]);
    await close();
  });
});

describe('answers', () => {
  it('that redirect are handed over, not followed', async () => {
    let asked = 0;
    const port = await serve((_request, response) => {
      asked++;
      response.writeHead(307, { location: 'http://127.0.0.1:1/elsewhere' }).end();
    });
    const response = await open(['127.0.0.1']).fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'secret' });
    expect(response.status).toBe(307);
    expect(asked).toBe(1);
  });

  it('are cut off when they are larger than allowed', async () => {
    const port = await serve((_request, response) => response.end('x'.repeat(5000)));
    const response = await open(['127.0.0.1'], 1000).fetch(`http://127.0.0.1:${port}/`);
    await expect(response.text()).rejects.toMatchObject({ code: 'ERR_RESPONSE_TOO_LARGE' });
  });

  it('are cut off when they unpack to far more than was sent', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    const port = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bomb.length }).end(bomb),
    );
    const response = await open(['127.0.0.1']).fetch(`http://127.0.0.1:${port}/`);
    await expect(response.text()).rejects.toMatchObject({ code: 'ERR_RESPONSE_TOO_LARGE' });
  });

  it('may be packed as usual', async () => {
    const packed = gzipSync(JSON.stringify({ text: 'hello '.repeat(100) }));
    const port = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed),
    );
    const response = await open(['127.0.0.1']).fetch(`http://127.0.0.1:${port}/`);
    expect(await response.json()).toEqual({ text: 'hello '.repeat(100) });
  });

  it('come over a new connection after a server has closed those it had open', async () => {
    let restarting = false;
    const port = await serve((request, response) => {
      if (!restarting) return void setTimeout(() => response.end('before'), 20);
      if (request.socket.bytesWritten > 0) return void request.socket.destroy();
      response.end('after');
    });
    const { fetch } = open(['127.0.0.1']);
    const ask = async () => (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '?' })).text();
    await Promise.all([ask(), ask(), ask()]);
    restarting = true;
    const breaks = () =>
      ask().then(
        () => false,
        () => true,
      );
    while (!(await breaks()));
    expect(await ask()).toBe('after');
    // For a while none serves twice: this server would break every second request of each.
    expect([await ask(), await ask(), await ask()]).toEqual(['after', 'after', 'after']);
  });

  it('end at the other side too when the caller lets go', async () => {
    const gone = Promise.withResolvers<void>();
    const port = await serve((_request, response) => {
      response.on('close', () => gone.resolve());
      response.write('begun');
    });
    const controller = new AbortController();
    const response = await open(['127.0.0.1']).fetch(`http://127.0.0.1:${port}/`, { signal: controller.signal });
    controller.abort();
    await gone.promise;
    await expect(response.text()).rejects.toThrow();
  });
});

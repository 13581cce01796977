import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/runtime.ts';
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

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['br, gzip', (text: string) => gzipSync(brotliCompressSync(text))],
    ['a way that nobody knows', (text: string) => Buffer.from(text)],
  ] as const)('may be packed by %s', async (coding, pack) => {
    const port = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(pack('hello '.repeat(100))),
    );
    const { body } = await open(['127.0.0.1']).send(`http://127.0.0.1:${port}/`);
    const pieces: Buffer[] = [];
    await body.tell((piece) => void pieces.push(piece));
    expect(Buffer.concat(pieces).toString()).toBe('hello '.repeat(100));
  });

  it.each(['identity', 'gzip'])('end at the other side too when nobody reads on (%s)', async (coding) => {
    const gone = Promise.withResolvers<void>();
    const port = await serve((_request, response) => {
      response.on('close', () => gone.resolve());
      response.writeHead(200, { 'content-encoding': coding }).write('begun');
    });
    const { body } = await open(['127.0.0.1']).send(`http://127.0.0.1:${port}/`);
    body.stop();
    await gone.promise;
  });

  it.each(['identity', 'gzip'])('end at the other side too when a reader breaks off (%s)', async (coding) => {
    const gone = Promise.withResolvers<void>();
    const port = await serve((_request, response) => {
      response.on('close', () => gone.resolve());
      response.writeHead(200, { 'content-encoding': coding });
      response.write(coding === 'gzip' ? gzipSync('begun') : 'begun');
    });
    const { body } = await open(['127.0.0.1']).send(`http://127.0.0.1:${port}/`);
    const told = body.tell((piece) => {
      throw new Error(`${piece} and no further`);
    });
    await expect(told).rejects.toThrow('begun and no further');
    await gone.promise;
  });

  it('are told no faster than a reader takes them, and no faster than it the network is read', async () => {
    const all = 16 * 1024 * 1024;
    let written = 0;
    const port = await serve((_request, response) => {
      const write = () => {
        while (written < all) {
          written += 64 * 1024;
          if (!response.write(Buffer.alloc(64 * 1024))) return void response.once('drain', write);
        }
        response.end();
      };
      write();
    });
    const { body } = await open(['127.0.0.1']).send(`http://127.0.0.1:${port}/`);
    const taken = Promise.withResolvers<void>();
    const first = Promise.withResolvers<void>();
    let [pieces, bytes] = [0, 0];
    const told = body.tell((piece) => {
      pieces += 1;
      bytes += piece.length;
      first.resolve();
      return pieces === 1 ? taken.promise : undefined;
    });
    await first.promise;
    await systemClock.sleep(50);
    expect(pieces).toBe(1);
    expect(written).toBeLessThan(all);
    taken.resolve();
    await told;
    expect(bytes).toBe(all);
  });

  it('are told as far as they came when the network breaks off, and then fail', async () => {
    const port = await serve((_request, response) => {
      response.write('begun', () => setTimeout(() => response.destroy(), 20));
    });
    const { body } = await open(['127.0.0.1']).send(`http://127.0.0.1:${port}/`);
    await systemClock.sleep(50);
    const pieces: string[] = [];
    await expect(body.tell((piece) => void pieces.push(String(piece)))).rejects.toMatchObject({
      code: 'UND_ERR_SOCKET',
    });
    expect(pieces).toEqual(['begun']);
  });

  it('fail at once when their caller lets go, whatever their reader is at', async () => {
    const port = await serve((_request, response) => void response.write('begun'));
    const controller = new AbortController();
    const { body } = await open(['127.0.0.1']).send(`http://127.0.0.1:${port}/`, { signal: controller.signal });
    const told = body.tell(() => {
      setImmediate(() => controller.abort('enough'));
      return new Promise(() => {});
    });
    await expect(told).rejects.toBe('enough');
  });

  it('leave their connection to others when the end follows what was wanted of them, and close it when not', async () => {
    const connections = new Set<unknown>();
    const closed = Promise.withResolvers<void>();
    const port = await serve((request, response) => {
      connections.add(request.socket);
      response.write('wanted');
      if (request.url === '/lingers') response.on('close', () => closed.resolve());
      else setImmediate(() => response.end('and a little more'));
    });
    const { send } = open(['127.0.0.1']);
    const ask = async (path: string) => {
      const controller = new AbortController();
      const { body } = await send(`http://127.0.0.1:${port}${path}`, { signal: controller.signal });
      const pieces: string[] = [];
      await body.tell((piece) => {
        pieces.push(String(piece));
        body.leave(systemClock);
      });
      expect(pieces).toEqual(['wanted']);
      // It is the reader's own, and he has gone.
      controller.abort();
      await systemClock.sleep(50);
    };
    for (let turn = 0; turn < 3; turn++) await ask('/ends');
    expect(connections.size).toBe(1);
    await ask('/lingers');
    await closed.promise;
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

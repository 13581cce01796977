import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { selfSigned, signed } from './certificate.ts';
import { faults } from './table.ts';
import {
  type Asked,
  chunk,
  DONE,
  FALLBACK,
  role,
  type Script,
  says,
  stop,
  streams,
  usageChunk,
  whole,
  wireOf,
} from './wire.ts';

/**
 * A provider that fails in every known way, over raw TCP: no HTTP library between a fault and the wire. Which fault it
 * serves is said by the model's name (`S4`), or by the path (`/fault/S18/…`) where names are not free. The model
 * `healthy` answers well.
 */
export interface FaultProvider {
  readonly port: number;
  /** The same over TLS: with a certificate that nobody has signed, and with those of an authority. */
  readonly tlsPorts: Readonly<Record<'selfSigned' | keyof typeof signed, number>>;
  /** Where nobody listens. */
  readonly closedPort: number;
  /** Counts requests by fault. */
  asked(id: string): number;
  /** Of the last request for a fault. */
  lastAsked(id: string): Asked | undefined;
  /** How many came to where only a followed redirect leads. */
  readonly trapped: number;
  /** Called whenever a connection on which a fault was being served is closed. */
  onGone(listener: (id: string, at: number) => void): void;
  /** What a model says from now on instead: null to serve its fault again. */
  override(id: string, script: Script | null): void;
  close(): Promise<void>;
}

export async function startFaultProvider(port = 0): Promise<FaultProvider> {
  const sockets = new Set<Socket>();
  const counts = new Map<string, number>();
  const last = new Map<string, Asked>();
  const overrides = new Map<string, Script>();
  const goneListeners: ((id: string, at: number) => void)[] = [];
  let trapped = 0;

  const serve = (socket: Socket) => {
    sockets.add(socket);
    let turn = 0;
    let serving = '';
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => {
      sockets.delete(socket);
      if (serving !== '') for (const listener of goneListeners) listener(serving, performance.now());
    });
    onRequests(socket, (asked) => {
      if (asked.path.startsWith('/trap')) trapped++;
      const id = /^\/fault\/([^/]+)/.exec(asked.path)?.[1] ?? asked.body.model?.split('.')[0] ?? '';
      serving = id;
      counts.set(id, (counts.get(id) ?? 0) + 1);
      last.set(id, asked);
      const script = overrides.get(id) ?? scriptOf(id, asked);
      void Promise.resolve(script(wireOf(socket, asked, ++turn))).catch(() => socket.destroy());
    });
  };

  const plain = createServer(serve);
  const tls = {
    selfSigned: createTlsServer(selfSigned, serve),
    trusted: createTlsServer(signed.trusted, serve),
    named: createTlsServer(signed.named, serve),
    expired: createTlsServer(signed.expired, serve),
  };
  const closed = createServer();
  await Promise.all([listen(plain, port), listen(closed, 0), ...Object.values(tls).map((server) => listen(server, 0))]);
  const closedPort = portOf(closed);
  await new Promise((resolve) => closed.close(resolve));

  return {
    port: portOf(plain),
    tlsPorts: {
      selfSigned: portOf(tls.selfSigned),
      trusted: portOf(tls.trusted),
      named: portOf(tls.named),
      expired: portOf(tls.expired),
    },
    closedPort,
    asked: (id) => counts.get(id) ?? 0,
    lastAsked: (id) => last.get(id),
    get trapped() {
      return trapped;
    },
    onGone: (listener) => void goneListeners.push(listener),
    override(id, script) {
      if (script) overrides.set(id, script);
      else overrides.delete(id);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(
        [plain, ...Object.values(tls)].map((server) => new Promise((resolve) => server.close(resolve))),
      );
    },
  };
}

const healthy: Record<'streamed' | 'whole', Script> = {
  streamed: streams([role, chunk({ content: FALLBACK }), stop, usageChunk(), DONE]),
  whole: says(200, whole({ content: FALLBACK })),
};

function scriptOf(id: string, { path, body }: Asked): Script {
  const mode = body.stream === true || path.includes('streamGenerateContent') ? 'streamed' : 'whole';
  if (id === 'healthy') return healthy[mode];
  return faults.find((fault) => fault.id === id)?.[mode] ?? says(404, { error: { message: `no fault '${id}'` } });
}

/** Just enough HTTP to read requests: a head, and as many bytes as it announces. */
function onRequests(socket: Socket, listener: (asked: Asked) => void): void {
  let buffer = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    buffer = Buffer.concat([buffer, bytes]);
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const headers = buffer.subarray(0, end).toString('latin1');
      const length = Number(/content-length: *(\d+)/i.exec(headers)?.[1] ?? 0);
      if (buffer.length < end + 4 + length) return;
      const text = buffer.subarray(end + 4, end + 4 + length).toString('utf8');
      buffer = buffer.subarray(end + 4 + length);
      const [, path = '/'] = headers.split(' ');
      listener({ path, headers, body: text.startsWith('{') ? JSON.parse(text) : {} });
    }
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

import { createServer, connect as dial, type Socket } from 'node:net';

/** A wire that can go bad: stands between a client and a server on this machine. */
export interface TcpProxy {
  readonly port: number;
  /** Bytes stop in both directions; connections stay open, new ones are accepted and get no answer. */
  freeze(): void;
  /** What was held back goes through. */
  thaw(): void;
  /** Bytes take this much longer in each direction, in order. */
  delay(ms: number): void;
  /** All connections break, new ones are broken off at once. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function tcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let frozen = false;
  let broken = false;
  let delayMs = 0;
  /** What is late stays in order, whatever the delay becomes meanwhile. */
  const lateLine = () => {
    const waiting: (() => void)[] = [];
    return (work: () => void) => {
      if (delayMs === 0 && waiting.length === 0) return work();
      waiting.push(work);
      setTimeout(() => waiting.shift()!(), delayMs);
    };
  };

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {}); // a broken wire is what we are here for; 'close' follows
    if (frozen) socket.pause();
  };

  const server = createServer((client) => {
    keep(client);
    if (broken) return void client.destroy();
    const upstream = dial(target.port, target.host);
    keep(upstream);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      const late = lateLine();
      from.on('data', (bytes) => late(() => to.write(bytes)));
      from.on('end', () => late(() => to.end()));
      from.on('close', () => to.destroySoon());
    }
    if (frozen) for (const socket of [client, upstream]) socket.pause();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: (server.address() as { port: number }).port,
    freeze() {
      frozen = true;
      for (const socket of sockets) socket.pause();
    },
    thaw() {
      frozen = false;
      for (const socket of sockets) socket.resume();
    },
    delay(ms) {
      delayMs = ms;
    },
    cut() {
      broken = true;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      broken = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

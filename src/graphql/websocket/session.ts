import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { GraphQLError } from 'graphql';
import type { Server as Protocol } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { BriefMap } from '../../core/brief.ts';
import type { Caller } from '../../core/caller.ts';
import type { Clock, Runtime } from '../../core/runtime.ts';
import { createJsonScan } from '../body.ts';

/** One socket, and what is going on over it. */
export interface Session {
  readonly request: IncomingMessage;
  /** Null until a key was shown. */
  readonly caller: Caller | null;
  /** Size of the message that is being looked at. */
  readonly messageBytes: number;
  /** True when it takes no more operations. */
  readonly leaving: boolean;
  /** @param stopWatching takes back whatever was to tell that the key is no longer valid */
  identified(caller: Caller, stopWatching: () => void): void;
  /** @returns aborts when the socket has gone */
  operationStarted(id: string): AbortSignal;
  operationEnded(id: string): void;
  close(code: number, reason: string): void;
  /** Closes when the last operation has ended. */
  leave(code: number, reason: string): void;
  terminate(): void;
}

/** Until a key was shown. */
const STRANGER_BYTES = 64 * 1024;
const PING_MS = 12_000;

export function openSession(
  socket: WebSocket,
  request: IncomingMessage,
  protocol: Protocol<Session>,
  runtime: Runtime,
): Session {
  const { clock, log } = runtime;
  const operations = new BriefMap<string, AbortController>();
  let caller: Caller | null = null;
  let messageBytes = 0;
  let farewell: { readonly code: number; readonly reason: string } | null = null;
  let stopWatchingKey = () => {};

  const session: Session = {
    request,
    get caller() {
      return caller;
    },
    get messageBytes() {
      return messageBytes;
    },
    get leaving() {
      return farewell !== null;
    },
    identified(known, stopWatching) {
      caller = known;
      stopWatchingKey = stopWatching;
      request.socket.off('data', countStrangersBytes);
      // The socket may have closed while the key was looked up.
      if (socket.readyState !== socket.OPEN) stopWatchingKey();
    },
    operationStarted(id) {
      const controller = new AbortController();
      operations.set(id, controller);
      return controller.signal;
    },
    operationEnded(id) {
      operations.delete(id);
      if (farewell && operations.size === 0) socket.close(farewell.code, farewell.reason);
    },
    close: (code, reason) => socket.close(code, reason),
    leave(code, reason) {
      farewell ??= { code, reason };
      if (operations.size === 0) socket.close(code, reason);
    },
    terminate: () => socket.terminate(),
  };

  // `ws` reads whole messages, up to its limit, before it shows any: a stranger's are counted as they arrive.
  let strangersBytes = 0;
  function countStrangersBytes(chunk: Uint8Array): void {
    strangersBytes += chunk.byteLength;
    if (strangersBytes > STRANGER_BYTES) socket.close(1009, 'Show a key first');
    if (strangersBytes > 2 * STRANGER_BYTES) socket.terminate();
  }
  request.socket.on('data', countStrangersBytes);

  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) =>
        new Promise((resolve, reject) => {
          if (socket.readyState !== socket.OPEN) return resolve();
          gather(request.socket);
          socket.send(text, (error) => (error ? reject(error) : resolve()));
          // Where there is no room for more, the next is made when this has gone.
          if (!request.socket.writableNeedDrain) resolve();
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage(listener) {
        socket.on('message', async (data: Buffer) => {
          try {
            createJsonScan()(data);
            messageBytes = data.byteLength;
            await listener(data.toString('utf8'));
          } catch (error) {
            if (!isPeers(error)) log.warn({ err: error }, 'a WebSocket message could not be handled');
            socket.close(4400, 'Invalid message received');
          }
        });
      },
    },
    session,
  );

  const stopPinging = keepAlive(socket, request.socket, clock);
  socket.on('error', (error) => log.debug({ err: error }, 'a WebSocket broke'));
  socket.once('close', async (code, reason) => {
    stopPinging();
    stopWatchingKey();
    for (const controller of operations.values()) controller.abort();
    await closed(code, reason.toString());
    operations.clear();
  });
  return session;
}

/** What a peer got wrong, which anybody may send without end: JSON that is too intricate, and types that only servers say. */
function isPeers(error: unknown): boolean {
  return error instanceof GraphQLError || /^Unexpected message of type /.test((error as Error).message);
}

/** What is said in one turn of the event loop goes out in one piece. */
function gather(connection: Socket): void {
  if (connection.writableCorked > 0) return;
  connection.cork();
  process.nextTick(() => connection.uncork());
}

/**
 * Terminates a socket that has not answered the last ping when the next is due: its peer is gone without a word. Behind what
 * waits for its listener a ping would be late, on a slow line: then only who takes nothing of it is cut off.
 */
function keepAlive(socket: WebSocket, connection: Socket, clock: Clock): () => void {
  let answered = true;
  let cancel = clock.after(PING_MS, look);
  function look(): void {
    if (connection.writableLength === 0) {
      if (!answered) {
        socket.terminate();
        return;
      }
      answered = false;
      socket.ping();
    }
    cancel = clock.after(PING_MS, look);
  }
  socket.on('pong', () => {
    answered = true;
  });
  return () => cancel();
}

import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { BriefSet } from '../../core/brief.ts';
import { limitStalls } from '../../core/stalled.ts';
import { bodyLimits } from '../body.ts';
import type { Home } from '../browser/session.ts';
import type { Gateway } from '../context.ts';
import { ENDPOINT_PATH, type Endpoint } from '../endpoint.ts';
import { createProtocol } from './protocol.ts';
import { openSession, type Session } from './session.ts';

export interface Sockets {
  /** Takes no more operations; a socket without any is closed at once (1001), the others after their last. */
  drain(): void;
  /** Ends what is still open, without asking. */
  terminate(): void;
}

/**
 * GraphQL over WebSocket (protocol graphql-transport-ws) on the same port and path as everything else.
 * @param allowedOrigins besides the server's own, as browsers write them: `https://console.example.com`. A browser
 *   always says which page it speaks for; what sends no origin is not a browser and cannot be tricked by a page.
 */
export function serveSockets(
  server: Server,
  endpoint: Endpoint,
  gateway: Gateway,
  home: () => Home,
  allowedOrigins: readonly string[],
): Sockets {
  const acceptor = new WebSocketServer({ noServer: true, maxPayload: bodyLimits.dataPlane, handleProtocols });
  const protocol = createProtocol(endpoint, gateway, home);
  const sessions = new BriefSet<Session>();
  let draining = false;

  server.on('upgrade', (request, socket, head) => {
    const status = draining ? 503 : refusedStatus(request, allowedOrigins);
    if (status !== null) return refuse(socket, status);
    acceptor.handleUpgrade(request, socket, head, (webSocket) => {
      limitStalls(request.socket, server.timeout);
      const session = openSession(webSocket, request, protocol, gateway.runtime);
      sessions.add(session);
      webSocket.once('close', () => sessions.delete(session));
    });
  });

  return {
    drain() {
      draining = true;
      for (const session of sessions) session.leave(1001, 'Going away');
    },
    terminate() {
      for (const session of sessions) session.terminate();
    },
  };
}

function refusedStatus({ url, headers }: IncomingMessage, allowedOrigins: readonly string[]): number | null {
  if (url?.split('?', 1)[0] !== ENDPOINT_PATH) return 404;
  const { origin, host } = headers;
  if (origin === undefined || allowedOrigins.includes(origin)) return null;
  return URL.canParse(origin) && new URL(origin).host === host ? null : 403;
}

function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => {}); // it may be gone already, which is just as well
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { GraphQLSchema } from 'graphql';
import { BriefSet } from './core/brief.ts';
import { cutOffStalled } from './core/stalled.ts';
import { createCors } from './cors.ts';
import { createDoors, type OnDisconnect, type RunHeader } from './doors/index.ts';
import { type Home, sessionOf } from './graphql/browser/session.ts';
import { createSignInPages } from './graphql/browser/sign-in.ts';
import type { Gateway } from './graphql/context.ts';
import { createEndpoint, ENDPOINT_PATH } from './graphql/endpoint.ts';
import { graphiqlPage, graphiqlPolicy } from './graphql/graphiql.ts';
import { serveSockets } from './graphql/websocket/index.ts';
import { listening } from './listening.ts';
import { SecuredResponse } from './secured-response.ts';

export interface ServeOptions {
  readonly schema: GraphQLSchema;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Web pages other than our own that may ask, and open a WebSocket, e.g. `https://console.example.com`. */
  readonly allowedOrigins?: readonly string[];
  /** Where browsers find the house, e.g. `https://ai.example.com`; left out: where it listens. */
  readonly publicUrl?: string | null;
  /** What becomes of runs whose callers hang up at a door and did not say: cancelled, where left out. */
  readonly onDisconnect?: OnDisconnect;
  /** Headers that name the run of a call at a door which does not itself; none, where left out. */
  readonly runHeaders?: readonly RunHeader[];
  /** A listener that takes nothing of what waits for it for so long, or twice as long at most, is cut off; a minute where left out. */
  readonly stalledMs?: number;
}

export interface Server {
  /** e.g. http://127.0.0.1:4000 */
  readonly url: string;
  readonly port: number;
  /**
   * Drains: says on /ready that it leaves, takes no new connections, lets what is running finish, and resolves when all
   * of it has ended. What is left after `deadlineMs` is ended: subscriptions with UNAVAILABLE, everything else with its
   * connection.
   * @param noticeMs how long new calls are still taken first, so that whoever sends them can notice; 0 when left out
   */
  close(deadlineMs: number, noticeMs?: number): Promise<void>;
}

/** A name or an address, and perhaps a port. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
/** How long a subscription that was ended may take to say so. */
const LAST_WORDS_MS = 250;
const STALLED_MS = 60_000;

/**
 * The house on one port: /graphql over HTTP, server-sent events and WebSocket; /graphiql, /login, /live and
 * /ready beside it.
 * @throws Error when it cannot listen there
 */
export async function serve(gateway: Gateway, options: ServeOptions): Promise<Server> {
  const { clock } = gateway.runtime;
  const closing = new AbortController();
  let listensAt = '';
  const { publicUrl } = options;
  const home = (): Home => ({ origin: publicUrl ? new URL(publicUrl).origin : listensAt, stated: publicUrl != null });
  const endpoint = createEndpoint(options.schema, gateway, home, closing.signal);
  const signInPages = createSignInPages(gateway, home);
  const { rooms, runtime } = gateway;
  const doors = createDoors({
    rooms,
    runtime,
    closing: closing.signal,
    execute: ({ request, response, signal, caller }, document, variables, bytes) =>
      endpoint.run({ request, response, signal, caller, document, variables, bytes }),
    sessionOf: (headers) => sessionOf(headers, home()),
    onDisconnect: options.onDisconnect ?? 'CANCEL',
    runHeaders: options.runHeaders ?? [],
  });
  const cors = createCors(options.allowedOrigins ?? []);
  /** Leaving: /ready says no and answers end their connections, but every call is taken. Draining: no new connections. */
  let stage: 'open' | 'leaving' | 'draining' = 'open';

  /** An answer begun before the drain did not say so; its connection would stay open for the next question. */
  const leave = () => {
    if (stage === 'draining') http.closeIdleConnections();
  };

  const http = createServer(
    {
      ServerResponse: SecuredResponse,
      // A peer that sends its headers or its body drop by drop is cut off; answers may take as long as they take.
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5000,
      // Java's client would rather speak HTTP/2, and says so with each first question: it is answered as it asked.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
    (request, response) => {
      receive(request, response).catch((error: unknown) => {
        runtime.log.error({ err: error }, 'a request could not be answered');
        response.destroy();
      });
    },
  );

  /** Async, so that whatever goes wrong is heard, and ends this request and nothing else. */
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (cors(request, response)) return;
    if (stage !== 'open') response.setHeader('connection', 'close');
    response.on('close', leave).on('timeout', cutOffStalled);
    // Whoever puts an address together would take a path in it for ours. Balancers that ask by HTTP/1.0 name none.
    const { host } = request.headers;
    if (host !== undefined && !HOST.test(host)) {
      return answer(response, 400, { error: 'The Host header names no host.' });
    }
    switch (request.url?.split('?', 1)[0]) {
      case ENDPOINT_PATH:
        return await endpoint.answer(request, response);
      case '/live':
        return answer(response, 200, { live: true });
      case '/ready': {
        const ready = stage === 'open' && gateway.ready();
        return answer(response, ready ? 200 : 503, { ready });
      }
      case '/graphiql':
        return await answerGraphiql(request, response);
      default: {
        const answering = doors(request, response);
        if (answering) return await answering;
        if (signInPages(request, response)) return;
        return answer(response, 404, { error: `Nothing here. GraphQL is at ${ENDPOINT_PATH}.` });
      }
    }
  }
  http.timeout = options.stalledMs ?? STALLED_MS;
  const unused = unusedConnections(http);
  const sockets = serveSockets(http, endpoint, gateway, home, options.allowedOrigins ?? []);
  await listening(http, options, 'PORT');

  const { address, family, port } = http.address() as AddressInfo;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  listensAt = url.replace('//0.0.0.0:', '//127.0.0.1:');
  return {
    url,
    port,
    async close(deadlineMs, noticeMs = 0) {
      stage = 'leaving';
      if (noticeMs > 0) await clock.sleep(noticeMs);
      stage = 'draining';
      const patience = new AbortController();
      const closed = new Promise<void>((resolve) => http.close(() => resolve())).finally(() => patience.abort());
      sockets.drain();
      for (const socket of unused()) socket.destroy();
      await Promise.race([closed, clock.sleep(deadlineMs, patience.signal).catch(() => {})]);
      closing.abort();
      await Promise.race([closed, clock.sleep(LAST_WORDS_MS, patience.signal).catch(() => {})]);
      sockets.terminate();
      http.closeAllConnections();
      await closed;
      await endpoint.dispose();
    },
  };
}

/**
 * Connections on which not a byte has come yet, as browsers open them in advance. Node does not call them idle: a stop
 * would wait for them as for a running call.
 */
function unusedConnections(http: HttpServer): () => Socket[] {
  const open = new BriefSet<Socket>();
  http.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return () => [...open].filter(({ bytesRead }) => bytesRead === 0);
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

async function answerGraphiql({ headers }: IncomingMessage, response: ServerResponse): Promise<void> {
  const { html, gzipped, etag } = await graphiqlPage();
  response.setHeader('content-security-policy', graphiqlPolicy);
  response.setHeader('cache-control', 'no-cache');
  response.setHeader('vary', 'accept-encoding');
  response.setHeader('etag', etag);
  if (headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  const compressed = headers['accept-encoding']?.includes('gzip') ?? false;
  if (compressed) response.setHeader('content-encoding', 'gzip');
  const body = compressed ? gzipped : html;
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': body.length }).end(body);
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { GraphQLSchema } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { admission } from './admission.ts';
import { readJson } from './body.ts';
import { type Home, sessionOf } from './browser/session.ts';
import { type Arrival, type Context, contextOf, type Gateway } from './context.ts';
import { documentOf } from './persisted.ts';
import { presentable, refusal } from './refusals.ts';
import { heldSubscriptions } from './subscriptions.ts';

/** What Node hands to yoga; filled with what is known of the caller as soon as it is known. */
type ServerContext = { req: IncomingMessage; res: ServerResponse } & Arrival;

export type Endpoint = YogaServerInstance<ServerContext, Context>;

export const ENDPOINT_PATH = '/graphql';

/** The way of an operation that came by another path: the same one, for the key that its request has. */
export async function runDocument(
  endpoint: Endpoint,
  { req, res, signal }: { readonly req: IncomingMessage; readonly res: ServerResponse; readonly signal: AbortSignal },
  query: string,
  variables: unknown,
): Promise<void> {
  const key = req.headers['x-api-key'];
  const response = await endpoint.fetch(
    `http://door${ENDPOINT_PATH}`,
    {
      method: 'POST',
      headers: {
        authorization: req.headers.authorization ?? `Bearer ${typeof key === 'string' ? key : ''}`,
        accept: req.headers.accept ?? 'application/json',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ query, variables }),
      signal,
    },
    { req, res } as ServerContext,
  );
  res.writeHead(response.status, Object.fromEntries(response.headers));
  const pieces = response.body as AsyncIterable<Uint8Array> | null;
  // A listener that goes has heard enough, and the run it listened to goes on.
  if (pieces) await pipeline(pieces, res, { signal }).catch(() => res.destroy());
  else res.end();
}

/**
 * GraphQL over HTTP: POST, GET for queries, server-sent events for subscriptions. The WebSocket borrows its pipeline.
 *
 * Nothing here answers to a web page of somebody else. A caller is known by the key in the `authorization` header, which
 * a foreign form or script cannot set without a preflight, and none is granted but to the origins that the operator has
 * named (cors.ts); or by the session of a person, which counts for pages of our own only (browser/session.ts). Bodies
 * other than JSON are refused besides.
 *
 * @param home where the house is for browsers, known when it listens
 * @param closing aborts when open subscriptions are to end because the process shuts down
 */
export function createEndpoint(
  schema: GraphQLSchema,
  gateway: Gateway,
  home: () => Home,
  closing: AbortSignal,
): Endpoint {
  const { log } = gateway.runtime;
  return createYoga<ServerContext, Context>({
    schema,
    graphqlEndpoint: ENDPOINT_PATH,
    context: (arrival) => contextOf(gateway, arrival),
    plugins: [
      httpArrival(gateway, home),
      persistedDocuments(gateway),
      admission(schema),
      heldSubscriptions(gateway, closing),
    ],
    maskedErrors: { maskError: (error) => presentable(error, gateway.runtime) },
    // What it calls errors went through `presentable`, which has logged them once and with the incident's id.
    logging: {
      debug: () => {},
      info: () => {},
      warn: (...details) => log.warn({ details }, 'graphql-yoga'),
      error: () => {},
    },
    cors: false,
    batching: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    extraParamNames: ['documentId'],
    // Replaced by our own: bounded in characters (documents.ts), and in structure (body.ts).
    parserAndValidationCache: false,
    maxRequestBodySize: false,
    disposeOnProcessTerminate: false,
  }) as Endpoint;
}

/** Instead of a document its hash may come; and some keys may run nothing that is not registered. */
function persistedDocuments({ rooms }: Gateway): Plugin<object, ServerContext> {
  return {
    async onParams({ params, setParams, request, context }) {
      const documentId = documentIdOf(params, request);
      const query = await documentOf(rooms, (context as unknown as ServerContext).caller, { ...params, documentId });
      if (query !== null) setParams({ ...params, query });
    },
  };
}

/** Of a GET it stands in the address. */
function documentIdOf(params: object, request: Request): unknown {
  if ('documentId' in params) return params.documentId;
  return request.method === 'GET' ? new URL(request.url).searchParams.get('documentId') : null;
}

/** Who is asking comes first: a stranger's body is not even read. */
function httpArrival({ rooms }: Gateway, home: () => Home): Plugin<object, ServerContext> {
  return {
    async onRequestParse({ request, serverContext, setRequestParser }) {
      const { headers, signal } = request;
      const caller = await rooms.access.authenticate({
        authorization: headers.get('authorization'),
        session: sessionOf(Object.fromEntries(headers), home()),
        ip: serverContext.req?.socket.remoteAddress ?? null,
      });
      const arrival = { caller, bytes: 0, signal };
      Object.assign(serverContext, arrival);
      if (request.method !== 'POST') return;
      const mediaType = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
      if (mediaType !== 'application/json') {
        throw refusal('BAD_USER_INPUT', 'Send the operation as content-type: application/json.', 415);
      }
      setRequestParser(async (request) => {
        const { value, bytes } = await readJson(request);
        Object.assign(serverContext, { bytes });
        if (value === null || typeof value !== 'object' || Array.isArray(value)) {
          throw refusal('BAD_USER_INPUT', 'The body is one JSON object: {"query", "variables", "operationName"}.');
        }
        return value;
      });
    },
  };
}

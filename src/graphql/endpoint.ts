import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { GraphQLSchema } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Caller } from '../core/caller.ts';
import { UNBUFFERED } from '../core/gathered.ts';
import { traceParentOf } from '../core/trace.ts';
import { admission } from './admission.ts';
import { addressOf, arrive, type HttpArrival } from './arrival.ts';
import type { Home } from './browser/session.ts';
import { type Arrival, type Context, contextOf, type Gateway } from './context.ts';
import { createDocuments, type Documents } from './documents.ts';
import { createEventLane, MEDIA_TYPE } from './event-lane.ts';
import { createLane } from './lane.ts';
import { presentable } from './refusals.ts';
import { createSubscribe, type Subscribe } from './subscriptions.ts';

/** What yoga is handed beside a request: what is known of the caller and the operation, as soon as it is known. */
type ServerContext = { readonly arriving: Promise<HttpArrival> } & Arrival;

type Yoga = YogaServerInstance<ServerContext, Context>;

export interface Endpoint extends Pick<Yoga, 'dispose'> {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly subscribe: Subscribe;
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** The way of an operation that came by another path and was let in there. */
  run(operation: ForeignOperation): Promise<void>;
}

export interface ForeignOperation {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
  readonly caller: Caller;
  /** One that the caller may run. */
  readonly document: string;
  readonly variables: object;
  /** What the variables came in. */
  readonly bytes: number;
}

export const ENDPOINT_PATH = '/graphql';

/**
 * GraphQL over HTTP: POST, GET for queries, server-sent events for subscriptions. The WebSocket borrows its documents.
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
  const documents = createDocuments(schema);
  const subscribe = createSubscribe(schema, gateway, closing);
  const lane = createLane(schema, documents, gateway);
  const eventLane = createEventLane(schema, documents, gateway, subscribe);
  const yoga = createYoga<ServerContext, Context>({
    schema,
    graphqlEndpoint: ENDPOINT_PATH,
    context: (arrival) => contextOf(gateway, arrival),
    plugins: [arrived, admission(documents, subscribe)],
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
  }) as Yoga;

  return {
    ...{ schema, documents, subscribe },
    dispose: () => yoga.dispose(),

    async answer(request, response) {
      const arriving = arrive(gateway, home, request, response);
      // A refusal is worded where all of them are: yoga asks for the arrival as well.
      const arrival = await arriving.catch(() => null);
      if (!arrival && response.destroyed) return; // hung up before it had said what it wants
      const { method, url, headers } = request;
      // By a GET nobody may change anything: yoga sees to that.
      if (arrival && method === 'POST') {
        if (await lane(arrival, headers.accept, response)) return;
        if (await eventLane(arrival, headers.accept, response)) return;
      }
      const question = { method: method!, headers: headers as Record<string, string> };
      await tell(await yoga.fetch(addressOf(url), question, { arriving } as ServerContext), response);
    },

    async run({ request, response, signal, caller, document: query, variables, bytes }) {
      const { accept, traceparent } = request.headers;
      const trace = traceParentOf(traceparent);
      const arrival: HttpArrival = { caller, bytes, trace, signal, params: { query, variables } };
      if (await lane(arrival, accept ?? 'application/json', response)) return;
      const question = { method: 'POST', headers: { accept: accept ?? 'application/json' }, signal };
      const told = await yoga.fetch(addressOf(ENDPOINT_PATH), question, {
        arriving: Promise.resolve(arrival),
      } as ServerContext);
      await tell(told, response, signal);
    },
  };
}

/**
 * Writes yoga's answer. Where yoga does so itself, it takes the limit off a connection that somebody has stopped reading
 * (`core/stalled.ts`). A listener that goes has heard enough, and the run it listened to goes on.
 * @param signal breaks the answer off
 */
async function tell(
  { status, headers, body }: Response,
  response: ServerResponse,
  signal?: AbortSignal,
): Promise<void> {
  const events = headers.get('content-type') === MEDIA_TYPE;
  response.writeHead(status, { ...Object.fromEntries(headers), ...(events && UNBUFFERED) });
  const options = signal ? { signal } : {};
  if (body) await pipeline(body as AsyncIterable<Uint8Array>, response, options).catch(() => response.destroy());
  else response.end();
}

/** What came before yoga: its refusal, or the caller and what the body or the address said. */
const arrived: Plugin<object, ServerContext> = {
  async onRequestParse({ serverContext, setRequestParser }) {
    const { params, ...arrival } = await serverContext.arriving;
    Object.assign(serverContext, arrival);
    setRequestParser(() => ({ ...params }) as never);
  },
};

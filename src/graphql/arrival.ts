import type { IncomingMessage, ServerResponse } from 'node:http';
import { mediaTypeOf } from '../core/message.ts';
import { traceParentOf } from '../core/trace.ts';
import { readJson } from './body.ts';
import { type Home, sessionOf } from './browser/session.ts';
import type { Arrival, Gateway } from './context.ts';
import { type DocumentParams, documentOf } from './persisted.ts';
import { refusal } from './refusals.ts';

/** What a body says, or an address; not looked at yet, but for `query`, which is the text that was meant. */
export interface Params extends DocumentParams {
  readonly variables?: unknown;
  readonly operationName?: unknown;
}

/** An operation that came over HTTP. */
export interface HttpArrival extends Arrival {
  readonly params: Params;
}

/**
 * Everything that comes before GraphQL. Who is asking comes first: a stranger's body is not even read.
 * @throws Unauthenticated
 * @throws GraphQLError BAD_USER_INPUT for a body that is none; what `documentOf` throws
 */
export async function arrive(
  { rooms }: Gateway,
  home: () => Home,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<HttpArrival> {
  const signal = untilGone(response);
  const { headers } = request;
  const caller = await rooms.access.authenticate({
    authorization: headers.authorization ?? null,
    session: sessionOf(headers, home()),
    ip: request.socket.remoteAddress ?? null,
  });
  const { params, bytes } =
    request.method === 'POST' ? await inBody(request) : { params: inAddress(request), bytes: 0 };
  const query = await documentOf(rooms, caller, params);
  const asMeant = query === null || query === params.query;
  const trace = traceParentOf(headers.traceparent);
  return { caller, bytes, trace, signal, params: asMeant ? params : { ...params, query } };
}

async function inBody(request: IncomingMessage): Promise<Pick<HttpArrival, 'params' | 'bytes'>> {
  if (mediaTypeOf(request) !== 'application/json') {
    throw refusal('BAD_USER_INPUT', 'Send the operation as content-type: application/json.', 415);
  }
  const { value, bytes } = await readJson(request);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw refusal('BAD_USER_INPUT', 'The body is one JSON object: {"query", "variables", "operationName"}.');
  }
  return { params: value, bytes };
}

function inAddress({ url }: IncomingMessage): Params {
  const { searchParams } = addressOf(url);
  const text = (name: keyof Params) => searchParams.get(name) || undefined;
  const json = (name: keyof Params): unknown => {
    const said = text(name);
    try {
      return said && JSON.parse(said);
    } catch {
      throw refusal('BAD_USER_INPUT', `In an address, ${name} is JSON, with its characters escaped.`);
    }
  };
  return {
    query: text('query'),
    operationName: text('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
    documentId: text('documentId'),
  };
}

/** Of a request to the endpoint: whichever host it names. */
export const addressOf = (url: string | undefined) => new URL(url!, 'http://door');

/** Aborts when the listener goes before the answer is whole; an answer that is costs no abort. */
function untilGone(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => response.writableEnded || controller.abort());
  return controller.signal;
}

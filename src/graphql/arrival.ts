import type { IncomingMessage, ServerResponse } from 'node:http';
import { mediaTypeOf } from '../core/message.ts';
import { readJson } from './body.ts';
import { type Home, sessionOf } from './browser/session.ts';
import type { Arrival, Gateway } from './context.ts';
import { type DocumentParams, documentOf } from './persisted.ts';
import { refusal } from './refusals.ts';

/** What the body of a POST says; not looked at yet, but for `query`, which is the text that was meant. */
export interface Params extends DocumentParams {
  readonly variables?: unknown;
  readonly operationName?: unknown;
}

/** An operation that came over HTTP. */
export interface HttpArrival extends Arrival {
  /** Null where the address holds them. */
  readonly params: Params | null;
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
  if (request.method !== 'POST') return { caller, bytes: 0, signal, params: null };
  if (mediaTypeOf(request) !== 'application/json') {
    throw refusal('BAD_USER_INPUT', 'Send the operation as content-type: application/json.', 415);
  }
  const { value, bytes } = await readJson(request);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw refusal('BAD_USER_INPUT', 'The body is one JSON object: {"query", "variables", "operationName"}.');
  }
  const params: Params = value;
  const query = await documentOf(rooms, caller, params);
  const asMeant = query === null || query === params.query;
  return { caller, bytes, signal, params: asMeant ? params : { ...params, query } };
}

/** Aborts when the listener goes before the answer is whole; an answer that is costs no abort. */
function untilGone(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => response.writableEnded || controller.abort());
  return controller.signal;
}

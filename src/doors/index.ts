import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { BriefSet } from '../core/brief.ts';
import type { Caller } from '../core/caller.ts';
import { denial } from '../core/happening.ts';
import { ForbiddenProblem, InternalProblem, Problem, Unauthenticated, UnavailableProblem } from '../core/problem.ts';
import { demand } from '../core/rights.ts';
import type { Runtime } from '../core/runtime.ts';
import { traceParentOf } from '../core/trace.ts';
import type { Rooms } from '../rooms.ts';
import { anthropic } from './anthropic/index.ts';
import { exports } from './exports/index.ts';
import { type Expected, Refusal } from './http/refusal.ts';
import { type OnDisconnect, type RunHeader, readWords } from './http/words.ts';
import { openai } from './openai/index.ts';
import { type Execute, operations } from './operations/index.ts';
import type { Vendor, Visit } from './visit.ts';

export type { OnDisconnect, RunHeader } from './http/words.ts';

export interface DoorsNeeds {
  readonly rooms: Rooms;
  readonly runtime: Runtime;
  /** What becomes of runs whose callers hang up, where these do not say. */
  readonly onDisconnect: OnDisconnect;
  /** The first of them that a call has names its run, where it does not say. */
  readonly runHeaders: readonly RunHeader[];
  /** Runs a registered operation at the GraphQL endpoint. */
  readonly execute: Execute;
  /** The token of a session that a page of our own brings; null: none that counts. */
  readonly sessionOf: (headers: IncomingHttpHeaders) => string | null;
  /** Aborts when open answers are to end because the process shuts down. */
  readonly closing: AbortSignal;
}

interface Hall extends DoorsNeeds {
  /** Sends away who is being answered, one for each. */
  readonly open: BriefSet<AbortController>;
}

/**
 * Doors for code that was written for somebody else's API, and for what is no GraphQL. A door translates in, starts a run, follows it, and
 * translates out; who may, what it costs and what becomes of it is decided where it is for GraphQL.
 * @returns answers a request, or null when the path is none of a door's
 */
export function createDoors(
  needs: DoorsNeeds,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> | null {
  const byName = operations(needs.execute);
  const hall: Hall = { ...needs, open: new BriefSet() };
  const shutAllDown = () => {
    for (const leaving of hall.open) shutDown(leaving);
  };
  needs.closing.addEventListener('abort', shutAllDown, { once: true });
  const vendorOf = (request: IncomingMessage, pathname: string): Vendor | null => {
    if (pathname.startsWith('/operations/')) return byName;
    if (pathname.startsWith('/exports/')) return exports;
    return pathname.startsWith('/v1/') ? clientsVendor(request, pathname) : null;
  };
  return (request, response) => {
    const address = addressOf(request.url ?? '/');
    const vendor = address && vendorOf(request, address.pathname);
    return vendor ? receive(hall, vendor, request, response, address.pathname, address.searchParams) : null;
  };
}

const PLAIN_PATH = /^(?:\/[\w-]+)+$/;
const noQuery = new URLSearchParams();

/** What is nothing but a path, as most are, need not be taken apart. Null for what is none, as `//`. */
function addressOf(url: string): Pick<URL, 'pathname' | 'searchParams'> | null {
  return PLAIN_PATH.test(url) ? { pathname: url, searchParams: noQuery } : URL.parse(url, 'http://door');
}

/** Both vendors have some paths; only Anthropic's clients say which version they speak. */
function clientsVendor({ headers }: IncomingMessage, pathname: string): Vendor {
  const messages = pathname === '/v1/messages' || pathname.startsWith('/v1/messages/');
  return messages || headers['anthropic-version'] !== undefined ? anthropic : openai;
}

async function receive(
  hall: Hall,
  vendor: Vendor,
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  query: URLSearchParams,
): Promise<void> {
  const { rooms, runtime, onDisconnect, runHeaders, sessionOf, closing, open } = hall;
  const leaving = new AbortController();
  open.add(leaving);
  if (closing.aborted) shutDown(leaving);
  // Who has all of the answer has not hung up.
  response.on('close', () => response.writableEnded || leaving.abort());
  let stopWatching = () => {};
  let caller: Caller | null = null;
  try {
    caller = await rooms.access.authenticate({
      authorization: authorizationOf(request),
      session: vendor.people ? sessionOf(request.headers) : null,
      ip: request.socket.remoteAddress ?? null,
    });
    const { endpoint, params } = endpointOf(vendor, request, pathname);
    if (endpoint.scope !== null) demand(caller, [endpoint.scope]);
    if (caller.documents === 'TRUSTED_ONLY' && !endpoint.trusted) throw onlyRegistered();
    stopWatching = rooms.access.onRevoked(caller, () => leaving.abort(new Unauthenticated()));
    const words = readWords(request, runHeaders);
    const visit: Visit = {
      caller,
      request,
      response,
      params,
      query,
      words,
      trace: traceParentOf(request.headers.traceparent),
      rooms,
      runtime,
      onDisconnect,
      signal: leaving.signal,
    };
    await endpoint.answer(visit);
  } catch (error) {
    if (caller && isDenial(error)) rooms.audit.noteOnce(denial(caller, 'Endpoint', pathname, (error as Error).message));
    if (response.destroyed) return;
    if (response.headersSent) response.destroy();
    else refuse(vendor, presentable(error, runtime), request, response, runtime);
  } finally {
    stopWatching();
    open.delete(leaving);
  }
}

/** Not a key that is none: whose should that be? */
function isDenial(error: unknown): boolean {
  return error instanceof ForbiddenProblem || (error instanceof Refusal && error.code === 'FORBIDDEN');
}

function shutDown(leaving: AbortController): void {
  leaving.abort(new UnavailableProblem('instance', 'This instance is shutting down. Ask again.'));
}

function onlyRegistered(): Refusal {
  return new Refusal(403, 'This API key may run registered operations only: /operations/NAME.', null, 'FORBIDDEN');
}

/** OpenAI's clients send a bearer, Anthropic's their own header; to us they are the same key. */
function authorizationOf({ headers }: IncomingMessage): string | null {
  const key = headers['x-api-key'];
  return headers.authorization ?? (typeof key === 'string' ? `Bearer ${key}` : null);
}

/** @throws Refusal 404 for a path that is not there, 405 for a verb it does not know */
function endpointOf({ endpoints }: Vendor, { method }: IncomingMessage, pathname: string) {
  for (const endpoint of endpoints) {
    const found = endpoint.method === method ? endpoint.path.exec(pathname) : null;
    if (found) return { endpoint, params: found.groups ?? {} };
  }
  const here = endpoints.filter(({ path }) => path.test(pathname));
  if (here.length === 0) throw new Refusal(404, `There is no ${pathname} here.`, null, 'unknown_url');
  const verbs = here.map((one) => one.method).join(', ');
  throw new Refusal(405, `${pathname} is asked with ${verbs}.`, null, 'method_not_allowed');
}

/** Anything unexpected is told to the log once, and to the caller as an incident. */
function presentable(error: unknown, { ids, log }: Runtime): Expected {
  if (error instanceof Problem || error instanceof Refusal || error instanceof Unauthenticated) return error;
  const incidentId = ids.next('inc');
  log.error({ err: error, incidentId }, 'a door broke');
  return new InternalProblem(incidentId);
}

function refuse(
  vendor: Vendor,
  error: Expected,
  request: IncomingMessage,
  response: ServerResponse,
  { ids }: Runtime,
): void {
  const requestId = (error instanceof Problem && error.requestId) || ids.next('req');
  const { status, headers, body } = vendor.failure(error, requestId);
  // What has not been read of a body would be taken for the next request.
  if (!request.complete) response.setHeader('connection', 'close');
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-glidepath-request-id': requestId, ...headers })
    .end(JSON.stringify(body));
}

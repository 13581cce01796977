import { readJson } from '../http/body.ts';
import { Refusal } from '../http/refusal.ts';
import type { Endpoint, Vendor, Visit } from '../visit.ts';
import { failure } from './failure.ts';

const PATH = /^\/operations\/(?<name>[_A-Za-z][_0-9A-Za-z]*)$/;
/** As the data plane of GraphQL: variables may hold a conversation. */
const BODY_LIMIT = 8 * 1024 * 1024;

/**
 * Registered operations, called by their names with plain JSON: `POST /operations/NAME` with the variables as the body,
 * `GET /operations/NAME?variable=value` for queries. What comes back is GraphQL's own answer, and a subscription's are
 * server-sent events: the operation goes through the endpoint like any other.
 */
export function operations(execute: Execute): Vendor {
  const endpoint = (method: 'GET' | 'POST'): Endpoint => ({
    method,
    path: PATH,
    scope: null,
    trusted: true,
    answer: (visit) => run(visit, execute),
  });
  return { endpoints: [endpoint('GET'), endpoint('POST')], failure };
}

/** Runs one operation at the endpoint, for the caller of the visit. @param bytes what its variables came in */
export type Execute = (visit: Visit, document: string, variables: object, bytes: number) => Promise<void>;

async function run(visit: Visit, execute: Execute): Promise<void> {
  const { request, rooms, caller, params, query } = visit;
  const operation = (await rooms.operations.book(caller.organizationId)).named(params.name!);
  if (!operation) throw new Refusal(404, `There is no operation '${params.name}'.`, null, 'NOT_FOUND');
  if (request.method === 'GET' && operation.kind !== 'QUERY') {
    throw new Refusal(405, `${operation.name} is no query: POST its variables as JSON.`, null, 'METHOD_NOT_ALLOWED');
  }
  const { value: variables, bytes } =
    request.method === 'GET' ? { value: fromQuery(query), bytes: 0 } : await readJson(request, BODY_LIMIT);
  if (variables === null || typeof variables !== 'object' || Array.isArray(variables)) {
    throw new Refusal(400, 'The body is one JSON object: the variables of the operation.', null, 'BAD_USER_INPUT');
  }
  await execute(visit, operation.document, variables, bytes);
}

/** `?first=10&name=x`: each value as JSON where it is some, otherwise as text. */
function fromQuery(query: URLSearchParams): Record<string, unknown> {
  return Object.fromEntries([...query].map(([name, value]) => [name, jsonOr(value)]));
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import { type ExecutionResult, GraphQLError } from 'graphql';
import { unkeepable } from '../core/plain-text.ts';
import { Problem, Unauthenticated } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';

/** `extensions.code` of errors outside the result unions. A Problem thrown by a query brings its own code. */
export type RefusalCode =
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'QUERY_TOO_COMPLEX'
  | 'UNAVAILABLE'
  | 'INTERNAL';

/**
 * An operation that is not carried out.
 * @param status for HTTP when nothing was executed. 400 and `application/json` answers 200, as GraphQL over HTTP has
 *   it for documents that do not parse, validate or coerce; every other status holds for all media types.
 */
export function refusal(code: RefusalCode, message: string, status = 400): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status } } });
}

/** A refusal by the words of the GraphQL specification: `application/json` answers it with 200. */
export function bySpecification(error: GraphQLError, code: RefusalCode): GraphQLError {
  return rewritten(error.message, error, { ...error.extensions, code, http: { status: 400, spec: true } });
}

export const unauthenticated = (): GraphQLError =>
  new GraphQLError(new Unauthenticated().message, {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401, headers: { 'www-authenticate': 'Bearer' } } },
  });

/**
 * What may leave the house of an error that was thrown: problems with code and fields, complaints about the input as
 * they are; of anything else only the id of the incident, under which the log has the rest.
 */
export function presentable(error: unknown, runtime: Runtime): GraphQLError {
  const located = error instanceof GraphQLError ? error : null;
  const cause = originOf(error);
  if (cause instanceof Unauthenticated) return unauthenticated();
  if (cause instanceof Problem) {
    const status = cause.code === 'UNAVAILABLE' ? 503 : 200;
    return rewritten(cause.message, located, { ...fieldsOf(cause), http: unlessExecuted(located, status) });
  }
  if (cause instanceof GraphQLError) {
    if (!otherWords.has(cause.extensions.code)) return located!;
    return rewritten(cause.message, located, { ...cause.extensions, code: 'BAD_USER_INPUT' });
  }
  if (isUnkeepable(cause)) return rewritten(unkeepable('A text'), located, { code: 'BAD_USER_INPUT' });
  const incidentId = runtime.ids.next('inc');
  runtime.log.error({ incidentId, err: cause, path: located?.path?.join('.') }, 'unexpected error');
  const message = `Something broke inside the gateway. Quote incident ${incidentId}.`;
  return rewritten(message, located, { code: 'INTERNAL', incidentId, http: unlessExecuted(located, 500) });
}

/** The same of all errors of an operation that was carried out. */
export function presentableResult(result: ExecutionResult, runtime: Runtime): ExecutionResult {
  if (!result.errors) return result;
  return { ...result, errors: result.errors.map((error) => presentable(error, runtime)) };
}

/**
 * PostgreSQL keeps no such text, so nothing here is called by one: SQLSTATE 22021 and within JSON 22P05 of U+0000, 22P02
 * of half a pair in JSON; Prisma does not read that either. (Other texts have U+FFFD in its place before they are sent.)
 */
function isUnkeepable(cause: unknown): boolean {
  const { code, message } = (cause ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  const said = String(message);
  const state = /Code: `(\w+)`/.exec(said)?.[1] ?? code;
  if (state === '22P02') return said.includes('type json');
  return state === '22021' || state === '22P05' || /JSON Error: .*(?:hex escape|surrogate)/.test(said);
}

/** Codes of graphql-yoga that say no more than ours; other errors of graphql-js come without any. */
const otherWords: ReadonlySet<unknown> = new Set([
  undefined,
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'REQUEST_ENTITY_TOO_LARGE',
]);

/** An answer with data is a 200, whatever became of some of its fields. */
function unlessExecuted(located: GraphQLError | null, status: number): { status: number } | undefined {
  return located?.path ? undefined : { status };
}

function originOf(error: unknown): unknown {
  let origin = error;
  while (origin instanceof GraphQLError && origin.originalError) origin = origin.originalError;
  return origin;
}

function fieldsOf(problem: Problem): Record<string, unknown> {
  const { type: _type, message: _message, ...fields } = problem.toJSON() as Record<string, unknown>;
  return fields;
}

/** At the same place of document and answer, without the cause: nothing of it may be found by whatever serialiser. */
function rewritten(message: string, located: GraphQLError | null, fields: Record<string, unknown>): GraphQLError {
  return new GraphQLError(message, {
    nodes: located?.nodes ?? null,
    source: located?.source ?? null,
    positions: located?.positions ?? null,
    path: located?.path ?? null,
    extensions: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  });
}

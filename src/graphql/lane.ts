import type { ServerResponse } from 'node:http';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  OperationTypeNode,
} from 'graphql';
import { type FetchAPI, processRegularResult } from 'graphql-yoga';
import { checkSize } from './admission.ts';
import type { HttpArrival, Params } from './arrival.ts';
import { contextOf, type Gateway } from './context.ts';
import { checkCost } from './cost.ts';
import type { Documents } from './documents.ts';
import { execute } from './execute.ts';
import { presentable, presentableResult } from './refusals.ts';

/**
 * The short way for what is asked again and again: a query or a mutation whose document is known, answered on
 * node:http. It takes the steps that yoga's way takes, by the same functions, without the Request, Response and hooks
 * around them, which cost more than most of what is asked.
 * @returns answers and tells true; false for everything else, which is yoga's
 */
export function createLane(
  schema: GraphQLSchema,
  documents: Documents,
  gateway: Gateway,
): (arrival: HttpArrival, accept: string | undefined, response: ServerResponse) => Promise<boolean> {
  return async (arrival, accept, response) => {
    const mediaType = mediaTypeFor(accept);
    const asked = mediaType === null ? null : knownOperation(arrival.params, documents);
    if (mediaType === null || asked === null || asked.operation.operation === OperationTypeNode.SUBSCRIPTION)
      return false;
    const { status, headers, body } = await outcome(asked, arrival, mediaType);
    if (!response.destroyed) {
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
    }
    return true;
  };

  async function outcome(asked: Known, arrival: HttpArrival, mediaType: MediaType): Promise<Encoded> {
    try {
      const result = await execute(letIn(asked, arrival, schema, gateway));
      return encoded(presentableResult(result, gateway.runtime), mediaType);
    } catch (error) {
      return encoded({ errors: [presentable(error, gateway.runtime)] }, mediaType);
    }
  }
}

export interface Known {
  readonly document: DocumentNode;
  readonly operation: NonNullable<ReturnType<typeof getOperationAST>>;
  readonly operationName: string | null | undefined;
  readonly variableValues: Record<string, unknown> | null | undefined;
}

/** Whatever is unusual about it is left to yoga, which has the words for it. */
export function knownOperation(params: Params, documents: Documents): Known | null {
  for (const name in params) if (!knownParams.has(name)) return null;
  const { query, variables, operationName, extensions } = params;
  if (typeof query !== 'string' || !isName(operationName) || !isMap(variables) || !isMap(extensions)) return null;
  const document = documents.known(query);
  const operation = document && getOperationAST(document, operationName);
  if (!document || !operation) return null;
  return { document, operation, operationName, variableValues: variables };
}

const knownParams: ReadonlySet<string> = new Set<keyof Params>([
  'query',
  'variables',
  'operationName',
  'extensions',
  'documentId',
]);

/**
 * What is left of its admission, and all that the executor needs.
 * @throws GraphQLError 413 when its message is too large for it, and what `checkCost` throws
 */
export function letIn(
  { operation, document, operationName, variableValues }: Known,
  arrival: HttpArrival,
  schema: GraphQLSchema,
  gateway: Gateway,
): ExecutionArgs {
  checkSize(operation, arrival.bytes);
  const args = { schema, document, operationName, variableValues, contextValue: contextOf(gateway, arrival) };
  checkCost(args);
  return args;
}

function isName(value: unknown): value is string | null | undefined {
  return value == null || typeof value === 'string';
}

function isMap(value: unknown): value is Record<string, unknown> | null | undefined {
  return value == null || (typeof value === 'object' && !Array.isArray(value));
}

type MediaType = 'application/json' | 'application/graphql-response+json';

/** What yoga would answer in: the first of the two that is asked for, in UTF-8. Null when neither is. */
function mediaTypeFor(accept: string | undefined): MediaType | null {
  // What almost everybody says, or leaves out.
  if (!accept || accept === '*/*' || accept === 'application/json') return 'application/json';
  for (const range of accept.replace(/\s/g, '').toLowerCase().split(',')) {
    const [asked, ...parameters] = range.split(';');
    const charset = parameters.find((parameter) => parameter.includes('charset='));
    if (charset !== undefined && charset !== 'charset=utf-8') continue;
    if (asked === 'application/json' || asked === '*/*' || asked === 'application/*') return 'application/json';
    if (asked === 'application/graphql-response+json') return asked;
  }
  return null;
}

export interface Encoded {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Yoga's own encoding, into a plain object. */
export function encoded(result: ExecutionResult, mediaType: MediaType): Encoded {
  return processRegularResult(result, plain, mediaType) as unknown as Encoded;
}

const plain = {
  Response: class {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body: string;

    constructor(body: string, { status, headers }: Omit<Encoded, 'body'>) {
      this.status = status;
      this.headers = headers;
      this.body = body;
    }
  },
} as unknown as FetchAPI;

import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import { type IntricateJson, scanJson } from '../core/json-scan.ts';
import { readMessage, textOf, whyUnread } from '../core/message.ts';
import { refusal } from './refusals.ts';

/**
 * How large a message may be, in bytes. What data-plane operations carry (prompts, later files) is larger than any
 * change of settings; which of the two it is can only be known when it has been read.
 */
export const bodyLimits = { dataPlane: 8 * 1024 * 1024, controlPlane: 1024 * 1024 } as const;

/**
 * A JSON message of the network, read without ever holding up the event loop.
 * @throws GraphQLError BAD_USER_INPUT, status 413 when too large, 415 when compressed, else 400
 */
export async function readJson(request: IncomingMessage): Promise<{ value: unknown; bytes: number }> {
  const why = whyUnread(request);
  if (why !== null) throw refusal('BAD_USER_INPUT', why, 415);
  // What the client declares is refused before it is sent; what it does not declare is counted.
  if (Number(request.headers['content-length'] ?? 0) > bodyLimits.dataPlane) throw tooLarge(bodyLimits.dataPlane);
  const scan = createJsonScan();
  let bytes = 0;
  const body = await readMessage(request, (piece) => {
    bytes += piece.byteLength;
    try {
      if (bytes > bodyLimits.dataPlane) throw tooLarge(bodyLimits.dataPlane);
      scan(piece);
    } catch (error) {
      throw hangingUp(error as GraphQLError);
    }
  });
  return { value: parse(textOf(body)), bytes };
}

/** The scan of core/json-scan.ts; throws BAD_USER_INPUT. */
export function createJsonScan(): (chunk: Uint8Array) => void {
  const scan = scanJson();
  return (chunk) => {
    try {
      scan(chunk);
    } catch (error) {
      throw refusal('BAD_USER_INPUT', (error as IntricateJson).message);
    }
  };
}

export function tooLarge(limit: number) {
  return refusal('BAD_USER_INPUT', `The message is larger than the ${limit} bytes allowed for it.`, 413);
}

/** The rest of the body will not be read, so the connection cannot carry another request. */
function hangingUp({ message, extensions }: GraphQLError): GraphQLError {
  const http = { ...extensions.http, headers: { connection: 'close' } };
  return new GraphQLError(message, { extensions: { ...extensions, http } });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal('BAD_USER_INPUT', 'The body is not valid JSON.');
  }
}

import { GraphQLError } from 'graphql';
import { type IntricateJson, scanJson } from '../core/json-scan.ts';
import { refusal } from './refusals.ts';

/**
 * How large a message may be, in bytes. What data-plane operations carry (prompts, later files) is larger than any
 * change of settings; which of the two it is can only be known when it has been read.
 */
export const bodyLimits = { dataPlane: 8 * 1024 * 1024, controlPlane: 1024 * 1024 } as const;

/**
 * A JSON message of the network, read without ever holding up the event loop.
 * @throws GraphQLError BAD_USER_INPUT, status 413 when too large, else 400
 */
export async function readJson(request: Request): Promise<{ value: unknown; bytes: number }> {
  // What the client declares is refused before it is sent; what it does not declare is counted.
  if (Number(request.headers.get('content-length') ?? 0) > bodyLimits.dataPlane) throw tooLarge(bodyLimits.dataPlane);
  const scan = createJsonScan();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = request.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    bytes += part.value.byteLength;
    try {
      if (bytes > bodyLimits.dataPlane) throw tooLarge(bodyLimits.dataPlane);
      scan(part.value);
    } catch (error) {
      throw hangingUp(error as GraphQLError);
    }
    chunks.push(part.value);
  }
  return { value: parse(Buffer.concat(chunks).toString('utf8')), bytes };
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

import { GraphQLError } from 'graphql';
import { refusal } from './refusals.ts';

/**
 * How large a message may be, in bytes. What data-plane operations carry (prompts, later files) is larger than any
 * change of settings; which of the two it is can only be known when it has been read.
 */
export const bodyLimits = { dataPlane: 8 * 1024 * 1024, controlPlane: 1024 * 1024 } as const;

/**
 * Eight megabytes of `[` keep JSON.parse busy for four seconds, of short keys for one; the same in texts for 30 ms. So
 * what costs time is bounded: how many values, and how deep. A conversation of 3,000 messages has some 20,000 values.
 */
const structureLimits = { values: 25_000, depth: 64 } as const;

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

/**
 * Reads JSON text as it comes in, byte by byte outside strings, and does not care whether it is valid.
 * @returns the scan; throws BAD_USER_INPUT as soon as there are too many values or too deep ones
 */
export function createJsonScan(): (chunk: Uint8Array) => void {
  let values = 0;
  let depth = 0;
  let inString = false;
  let escaped = false;
  return (chunk) => {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (escaped) escaped = false;
      else if (inString) {
        if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
        values++;
        if (++depth > structureLimits.depth) throw tooIntricate(`nested more than ${structureLimits.depth} deep`);
      } else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) depth--;
      else if (byte === COMMA && ++values > structureLimits.values) {
        throw tooIntricate(`of more than ${structureLimits.values} values`);
      }
    }
  };
}

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE, COMMA] = Buffer.from('"\\[]{},');

export function tooLarge(limit: number) {
  return refusal('BAD_USER_INPUT', `The message is larger than the ${limit} bytes allowed for it.`, 413);
}

/** The rest of the body will not be read, so the connection cannot carry another request. */
function hangingUp({ message, extensions }: GraphQLError): GraphQLError {
  const http = { ...extensions.http, headers: { connection: 'close' } };
  return new GraphQLError(message, { extensions: { ...extensions, http } });
}

function tooIntricate(how: string) {
  return refusal('BAD_USER_INPUT', `The message is JSON ${how}.`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal('BAD_USER_INPUT', 'The body is not valid JSON.');
  }
}

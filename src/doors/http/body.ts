import type { IncomingMessage } from 'node:http';
import { scanJson } from '../../core/json-scan.ts';
import { mediaTypeOf, readMessage, textOf, whyUnread } from '../../core/message.ts';
import { Refusal, unreadable } from './refusal.ts';

/**
 * A JSON message, read without ever holding up the event loop.
 * @param limit bytes
 * @throws Refusal 413 when it is larger, 415 when it is something else, 400 when it is no JSON or too intricate
 */
export async function readJson(request: IncomingMessage, limit: number): Promise<{ value: unknown; bytes: number }> {
  const type = mediaTypeOf(request);
  if (type !== '' && type !== 'application/json')
    throw new Refusal(415, 'Send the body as content-type: application/json.');
  let body: Buffer;
  try {
    body = await readBytes(request, limit, scanJson());
  } catch (error) {
    throw unreadable(error);
  }
  try {
    return { value: JSON.parse(textOf(body)), bytes: body.byteLength };
  } catch {
    throw new Refusal(400, 'We could not parse the JSON body of your request. Send one valid JSON object.');
  }
}

/** @throws Refusal at once; rejects with one, or with what `see` throws about a piece */
export function readBytes(
  request: IncomingMessage,
  limit: number,
  see: (piece: Uint8Array) => void = () => {},
): Promise<Buffer> {
  const why = whyUnread(request);
  if (why !== null) throw new Refusal(415, why);
  // What the client declares is refused before it is sent; what it does not declare is counted.
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  let bytes = 0;
  return readMessage(request, (piece) => {
    bytes += piece.byteLength;
    if (bytes > limit) throw tooLarge(limit);
    see(piece);
  });
}

function tooLarge(limit: number): Refusal {
  return new Refusal(413, `The message is larger than the ${limit} bytes allowed for it.`);
}

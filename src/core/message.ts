import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** What the message says it is, without parameters; '' when it does not say. */
export function mediaTypeOf({ headers }: IncomingMessage): string {
  return headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Why a body is not read at all, for whoever sent it; null when it is. */
export function whyUnread({ headers }: IncomingMessage): string | null {
  if (headers['content-encoding'] === undefined) return null;
  return 'Compressed bodies are not read here. Send it without content-encoding.';
}

/** In UTF-8, without the mark that Windows' tools begin a file with. */
export function textOf(body: Buffer): string {
  return body.toString('utf8', body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0);
}

/**
 * All of a message from the network, in listeners and not by iterating: that costs more than a short message does.
 * @param see is shown each piece as it comes; what it throws ends the reading. What is left stays unread, on a connection
 *   that has still to carry the refusal.
 */
export function readMessage(stream: Readable, see: (piece: Uint8Array) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    const settle = () => {
      stream.off('data', take).off('end', end).off('error', fail).off('close', gone);
    };
    const fail = (error: unknown) => {
      settle();
      reject(error);
    };
    const gone = () => fail(new Error('The connection ended within the message.'));
    const end = () => {
      settle();
      resolve(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));
    };
    const take = (piece: Buffer) => {
      try {
        see(piece);
        pieces.push(piece);
      } catch (error) {
        stream.pause();
        fail(error);
      }
    };
    if (stream.destroyed) gone();
    else stream.on('data', take).on('end', end).on('error', fail).on('close', gone);
  });
}

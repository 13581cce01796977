import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long a browser may remember that it was let in. */
const REMEMBERED_S = 600;

/**
 * Lets web pages of origins that the operator has named ask what every client may, at every path: they bring a key in
 * a header like everybody, and no cookie. Pages of others are told nothing, so their browsers keep answers from them.
 * @returns tells true when the request was only a browser's question beforehand, and is answered
 */
export function createCors(
  allowedOrigins: readonly string[],
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const allowed = new Set(allowedOrigins);
  return ({ method, headers }, response) => {
    const { origin } = headers;
    if (allowed.size > 0) response.setHeader('vary', 'origin');
    if (origin === undefined || !allowed.has(origin)) return false;
    response.setHeader('access-control-allow-origin', origin);
    // What the gateway has to say of an answer is in headers; of clients that send no cookies, `*` is all of them.
    response.setHeader('access-control-expose-headers', '*');
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return false;
    response
      .writeHead(204, {
        'access-control-allow-methods': 'GET, POST, DELETE',
        // The vendors' clients send a dozen of their own, and others with each version.
        'access-control-allow-headers': headers['access-control-request-headers'] ?? '',
        'access-control-max-age': String(REMEMBERED_S),
      })
      .end();
    return true;
  };
}

import type { ServerResponse } from 'node:http';

/** The whole answer, as JSON. Its length is told, so that it goes out in one piece with its headers. */
export function say(response: ServerResponse, body: object, headers: Readonly<Record<string, string>> = {}): void {
  const text = JSON.stringify(body);
  response
    .writeHead(200, { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

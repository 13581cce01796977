import type { ServerResponse } from 'node:http';

/** The whole answer, as JSON. */
export function say(response: ServerResponse, body: object, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body));
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A provider's server in this process: what it is asked, and how it answers, is the test's. */
export interface Loopback {
  readonly url: string;
  /** Bodies of the requests so far. */
  readonly asked: readonly unknown[];
  /** Resolves when the next connection is closed by the other side before its answer was complete. */
  hungUp(): Promise<void>;
  close(): Promise<void>;
}

export type Answering = (response: ServerResponse, request: IncomingMessage, turn: number) => void;

export async function loopback(answer: Answering): Promise<Loopback> {
  const asked: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    response.on('close', () => response.writableFinished || resolve());
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    asked.push(read(Buffer.concat(chunks).toString('utf8')));
    answer(response, request, asked.length);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    hungUp: () => promise,
    close: () => closed(server),
  };
}

/** An event stream: what is given, and the end unless it is to stay open. */
export function streams(events: readonly string[], ends = true): Answering {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'up_1' });
    // One byte per character: all of them are ASCII, or bytes to begin with.
    for (const event of events) response.write(event, 'latin1');
    if (ends) response.end();
  };
}

export function answers(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Answering {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** JSON as what it says; a form as its text. */
function read(body: string): unknown {
  return body.startsWith('--') || body.startsWith('grant_type=') ? body : JSON.parse(body || 'null');
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

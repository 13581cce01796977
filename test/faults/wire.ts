import type { Socket } from 'node:net';

/** One connection to the fault provider after its request has come: the script says what goes back, byte by byte. */
export interface Wire {
  /** 1 for the first request on this connection, 2 for the next … */
  readonly turn: number;
  readonly asked: Asked;
  write(bytes: string | Uint8Array): void;
  /** FIN: everything written is delivered, then the connection ends. */
  fin(): void;
  /** RST, after what was written has had time to arrive. */
  rst(): Promise<void>;
  /** Resolves after `ms`, or at once when the other side has gone. */
  wait(ms: number): Promise<void>;
  readonly gone: boolean;
  /** Stops reading, and keeps the connection: a peer that vanished without a word. */
  vanish(): void;
}

export interface Asked {
  readonly path: string;
  readonly headers: string;
  readonly body: { readonly model?: string; readonly stream?: boolean; readonly [name: string]: unknown };
}

export type Script = (wire: Wire) => void | Promise<void>;

export function wireOf(socket: Socket, asked: Asked, turn: number): Wire {
  return {
    turn,
    asked,
    write: (bytes) => void (socket.writable && socket.write(bytes)),
    fin: () => void socket.end(),
    async rst() {
      await pause(socket, 15);
      socket.resetAndDestroy();
    },
    wait: (ms) => pause(socket, ms),
    get gone() {
      return socket.destroyed;
    },
    vanish: () => void socket.pause(),
  };
}

function pause(socket: Socket, ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    const done = () => {
      clearTimeout(timer);
      socket.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    socket.once('close', done);
  });
}

// ---------------------------------------------------------------- HTTP

export function head(status: number, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Said\r\n${lines.join('')}\r\n`;
}

/** A whole answer with its length, on a connection that ends with it. */
export function says(
  status: number,
  body: string | Uint8Array | object,
  headers: Readonly<Record<string, string>> = {},
): Script {
  const bytes =
    typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
  const all = {
    'content-type': 'application/json',
    'content-length': String(bytes.length),
    connection: 'close',
    ...headers,
  };
  return (wire) => {
    wire.write(head(status, all));
    wire.write(bytes);
    wire.fin();
  };
}

export const SSE = { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked', connection: 'close' };

export function httpChunk(bytes: string | Uint8Array): Uint8Array {
  const body = Buffer.from(bytes);
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);
}

/** How a stream ends: as it should, without its last chunk, with a reset, or not at all. */
export type StreamEnd = 'clean' | 'fin' | 'rst' | 'hang';

/** An event stream in chunked encoding, each piece in a chunk and a packet of its own. */
export function streams(pieces: readonly (string | Uint8Array)[], end: StreamEnd = 'clean', headers = SSE): Script {
  return async (wire) => {
    wire.write(head(200, headers));
    for (const piece of pieces) {
      wire.write(httpChunk(piece));
      await wire.wait(1);
    }
    if (end === 'clean') wire.write('0\r\n\r\n');
    if (end === 'clean' || end === 'fin') wire.fin();
    if (end === 'rst') await wire.rst();
  };
}

// ---------------------------------------------------------------- OpenAI chat

/** What every good answer of the fault provider says, and what the healthy one says in its place. */
export const GOOD = 'The capital is London.';
export const FALLBACK = 'The healthy one answered.';

export const sse = (data: unknown, event?: string) =>
  `${event ? `event: ${event}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

const base = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_790_000_000, model: 'm' };
export const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

export function chunkOf(delta: object, finishReason: string | null = null, rest: object = {}): object {
  return { ...base, choices: [{ index: 0, delta, finish_reason: finishReason }], ...rest };
}

export const chunk = (delta: object, finishReason: string | null = null, rest: object = {}) =>
  sse(chunkOf(delta, finishReason, rest));

export const role = chunk({ role: 'assistant', content: '' });
export const words = [chunk({ content: 'The capital' }), chunk({ content: ' is London.' })];
export const stop = chunk({}, 'stop');
export const usageChunk = (counted: object | null = usage) => sse({ ...base, choices: [], usage: counted });
export const DONE = sse('[DONE]');
/** Begun, with half of its text said. */
export const begun = [role, words[0]!];
export const goodStream = [role, ...words, stop, usageChunk(), DONE];

export function whole(message: object = {}, finishReason: string | null = 'stop', rest: object = {}): object {
  return {
    ...base,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: GOOD, ...message }, finish_reason: finishReason }],
    usage,
    ...rest,
  };
}

export const error = (message: string, type: string, code: string | null = null) => ({
  error: { message, type, param: null, code },
});

import { createMending } from './chunks.ts';

/** Events of 4 MB hold any answer in one piece; a line without an end does not fill the memory before it is noticed. */
const MAX_EVENT_CHARACTERS = 4 * 1024 * 1024;

/** One event of a stream is larger than any a model sends. */
export class EventTooLarge extends Error {
  readonly code = 'ERR_EVENT_TOO_LARGE';
}

/**
 * A fetch whose event streams are as OpenAI's chat format means them, whatever the server makes of it: they end with
 * `[DONE]`, even if the server goes on talking or keeps the connection; events of other kinds (`event: ping`) and
 * comments are left out; lines end in LF; chunks are mended (chunks.ts); no event is larger than 4 MB. Answers to calls without `stream: true` pass as
 * they are.
 */
export function tidyEventStreams(ask: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await ask(input, init);
    const streaming = typeof init?.body === 'string' && init.body.includes('"stream":true');
    if (!streaming || !response.ok || !response.body) return response;
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(tidied()), { status, statusText, headers });
  };
}

function tidied(): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const mended = createMending();
  let held = '';
  let rest = '';
  let event: string[] = [];
  let size = 0;

  const close = (controller: TransformStreamDefaultController<Uint8Array>): void => {
    const lines = event.filter((line) => !line.startsWith(':'));
    const data = lines.find((line) => line.startsWith('data:')) ?? '';
    event = [];
    size = 0;
    if (lines.length === 0) return;
    if (DONE.test(data)) {
      controller.enqueue(encoder.encode(`${data}\n\n`));
      controller.terminate();
      return;
    }
    if (lines.some(isForeignName)) return;
    const said = lines.map((line) => (line.startsWith('data:') ? `data: ${mended(line.slice(5).trimStart())}` : line));
    controller.enqueue(encoder.encode(`${said.join('\n')}\n\n`));
  };

  const take = (piece: string, controller: TransformStreamDefaultController<Uint8Array>): void => {
    const text = held + piece;
    // A CR at the very end may be half of a CRLF: it waits for what comes next.
    held = text.endsWith('\r') ? '\r' : '';
    const lines = text.slice(0, text.length - held.length).split(/\r\n|\n|\r/);
    // Only what is new is searched: a line may come in thousands of pieces.
    lines[0] = rest + lines[0];
    rest = lines.pop()!;
    for (const line of lines) {
      size += line.length;
      if (line !== '') event.push(line);
      else if (event.length > 0) close(controller);
    }
    if (size + rest.length > MAX_EVENT_CHARACTERS) throw new EventTooLarge('An event of the stream has no end.');
  };

  return new TransformStream({
    transform: (bytes, controller) => take(decoder.decode(bytes, { stream: true }), controller),
    flush(controller) {
      take(`${decoder.decode()}\n\n`, controller);
    },
  });
}

const DONE = /^data: ?\[DONE\]\s*$/;

/** In this format events have no names; servers that name them anyway say `message`, or `error`. */
function isForeignName(line: string): boolean {
  return /^event: ?(?!message\s*$|error\s*$)/.test(line);
}

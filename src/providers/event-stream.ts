/** What the events of a wire format are, for whoever makes them readable to its package. */
export interface EventFormat {
  /** Whether they have names; of a format without, events of a name (`event: ping`) are no part of the answer. */
  readonly named: boolean;
  /** The largest that is no line without an end, which would fill the memory before it is noticed. */
  readonly maxCharacters: number;
  /** For one stream. @returns what makes of an event's data what its package can read; null to leave the event out */
  mending(): (data: string) => string | null;
}

/** Formats whose events have names. Some say the whole answer again in the last one, with pictures in it. */
export const namedEvents = (mending: EventFormat['mending']): EventFormat => ({
  named: true,
  maxCharacters: 32 * 1024 * 1024,
  mending,
});

/** One event of a stream is larger than any a model sends. */
export class EventTooLarge extends Error {
  readonly code = 'ERR_EVENT_TOO_LARGE';
}

/**
 * A fetch whose event streams are as the format means them, whatever the server makes of it: they end with `[DONE]`, even
 * if the server goes on talking or keeps the connection; comments and foreign events are left out; lines end in LF; what
 * is said in events is mended; none is larger than it may be. Answers to calls without `stream: true` pass as they are.
 */
export function tidyEventStreams(format: EventFormat, ask: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await ask(input, init);
    const streaming = typeof init?.body === 'string' && init.body.includes('"stream":true');
    if (!streaming || !response.ok || !response.body) return response;
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(tidied(format)), { status, statusText, headers });
  };
}

function tidied({ named, maxCharacters, mending }: EventFormat): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const mended = mending();
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
    if (!named && lines.some(isForeignName)) return;
    const said = lines.map((line) => (line.startsWith('data:') ? mendedLine(line) : line));
    if (!said.includes(null)) controller.enqueue(encoder.encode(`${said.join('\n')}\n\n`));
  };

  const mendedLine = (line: string): string | null => {
    const told = mended(line.slice(5).trimStart());
    return told === null ? null : `data: ${told}`;
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
    if (size + rest.length > maxCharacters) throw new EventTooLarge('An event of the stream has no end.');
  };

  return new TransformStream({
    transform: (bytes, controller) => take(decoder.decode(bytes, { stream: true }), controller),
    flush(controller) {
      take(`${decoder.decode()}\n\n`, controller);
    },
  });
}

const DONE = /^data: ?\[DONE\]\s*$/;

/** In formats where events have no names, servers that name them anyway say `message`, or `error`. */
function isForeignName(line: string): boolean {
  return /^event: ?(?!message\s*$|error\s*$)/.test(line);
}

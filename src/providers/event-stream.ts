import { StringDecoder } from 'node:string_decoder';

/** What the events of a wire format are. */
export interface EventFormat {
  /** Whether they have names; of a format without, events of a name (`event: ping`) are no part of the answer. */
  readonly named: boolean;
  /** The largest that is no line without an end, which would fill the memory before it is noticed. */
  readonly maxCharacters: number;
}

/** Some of these formats say the whole answer again in the last event, with pictures in it. */
export const namedEvents: EventFormat = { named: true, maxCharacters: 32 * 1024 * 1024 };

/** OpenAI's chat format and its likes; so much holds any answer in one piece. */
export const namelessEvents: EventFormat = { named: false, maxCharacters: 4 * 1024 * 1024 };

/** For one stream. @returns what makes of an event's data what its package can read; null to leave the event out */
export type Mending = () => (data: string) => string | null;

/** One event of a stream is larger than any a model sends. */
export class EventTooLarge extends Error {
  readonly code = 'ERR_EVENT_TOO_LARGE';
}

export interface StreamEvent {
  /** Empty for none. */
  readonly name: string;
  readonly data: string;
}

/**
 * An event stream as its format means it, whatever the server makes of it and wherever the network cuts it: lines end in
 * LF, CRLF or CR; comments, events without data and foreign events are left out; none is larger than it may be.
 */
export class EventReader {
  readonly #named: boolean;
  readonly #maxCharacters: number;
  readonly #decoder = new StringDecoder('utf8');
  #begun = false;
  /** A CR came last: an LF that follows belongs to it. */
  #afterReturn = false;
  /** The line that has not ended. */
  #line = '';
  #data: string | null = null;
  #name = '';
  #size = 0;
  #done = false;

  constructor({ named, maxCharacters }: EventFormat) {
    this.#named = named;
    this.#maxCharacters = maxCharacters;
  }

  /** @returns the events that these bytes complete; none after `[DONE]` */
  read(bytes: Uint8Array): readonly StreamEvent[] {
    const text = this.#decoder.write(bytes);
    const marked = !this.#begun && text.startsWith('\uFEFF');
    this.#begun ||= text !== '';
    return this.#take(marked ? text.slice(1) : text);
  }

  /** What the last bytes left: an event may end with its stream. */
  rest(): readonly StreamEvent[] {
    return this.#take(`${this.#decoder.end()}\n\n`);
  }

  /** `[DONE]` has been said: whatever a server writes after it is not part of the answer. */
  done(): boolean {
    return this.#done;
  }

  #take(text: string): StreamEvent[] {
    if (text === '' || this.#done) return [];
    let piece = this.#afterReturn && text.startsWith('\n') ? text.slice(1) : text;
    this.#afterReturn = text.endsWith('\r');
    if (piece.includes('\r')) piece = piece.replace(/\r\n?/g, '\n');
    const said: StreamEvent[] = [];
    let from = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', from)) {
      // Only what is new is searched: a line may come in thousands of pieces.
      if (this.#line !== '') {
        const whole = this.#line + piece.slice(from, end);
        this.#line = '';
        this.#read(whole, 0, whole.length);
      } else if (end > from) this.#read(piece, from, end);
      else if (this.#close(said)) return said;
      from = end + 1;
    }
    this.#line += piece.slice(from);
    if (this.#size + this.#line.length > this.#maxCharacters) {
      throw new EventTooLarge('An event of the stream has no end.');
    }
    return said;
  }

  /** The line from there to there. */
  #read(text: string, from: number, end: number): void {
    this.#size += end - from;
    if (text.startsWith('data:', from)) {
      const value = text.slice(text.charCodeAt(from + 5) === SPACE ? from + 6 : from + 5, end);
      this.#data = this.#data === null ? value : `${this.#data}\n${value}`;
    } else if (text.startsWith('event:', from)) this.#name = text.slice(from + 6, end).trim();
  }

  /** @returns true when it was the last event */
  #close(said: StreamEvent[]): boolean {
    const data = this.#data;
    const name = this.#name;
    this.#data = null;
    this.#name = '';
    this.#size = 0;
    if (data === null) return false;
    if (!data.startsWith('{') && data.trim() === '[DONE]') this.#done = true;
    else if (this.#named || FAMILIAR.has(name)) said.push({ name, data });
    return this.#done;
  }
}

const SPACE = 0x20;
/** In formats where events have no names, servers that name them anyway call them so. */
const FAMILIAR = new Set(['', 'message', 'error']);

/**
 * A fetch whose event streams are as the format means them, and end with `[DONE]` even if the server goes on talking or
 * keeps the connection; what is said in events is mended. Answers to calls without `stream: true` pass as they are.
 */
export function tidyEventStreams(format: EventFormat, mending: Mending, ask: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await ask(input, init);
    const streaming = typeof init?.body === 'string' && init.body.includes('"stream":true');
    if (!streaming || !response.ok || !response.body) return response;
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(tidied(format, mending())), { status, statusText, headers });
  };
}

function tidied(format: EventFormat, mend: ReturnType<Mending>): TransformStream<Uint8Array, Uint8Array> {
  const reader = new EventReader(format);
  const encoder = new TextEncoder();
  const give = (events: readonly StreamEvent[], controller: TransformStreamDefaultController<Uint8Array>): void => {
    for (const { name, data } of events) {
      const told = mend(data);
      if (told === null) continue;
      const lines = `data: ${told.replaceAll('\n', '\ndata: ')}\n\n`;
      controller.enqueue(encoder.encode(name === '' ? lines : `event: ${name}\n${lines}`));
    }
    if (!reader.done()) return;
    controller.enqueue(encoder.encode('data: [DONE]\n\n'));
    controller.terminate();
  };
  return new TransformStream({
    transform: (bytes, controller) => give(reader.read(bytes), controller),
    flush: (controller) => give(reader.rest(), controller),
  });
}

export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * The events of a `text/event-stream`; comments are dropped. An event that the stream's end cut short is none. Leaving
 * the iteration lets the body go.
 */
export async function* serverSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent, void> {
  let event = 'message';
  let data: string[] = [];
  for await (const line of lines(body)) {
    if (line === '') {
      if (data.length > 0) yield { event, data: data.join('\n') };
      event = 'message';
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    if (field === 'data') data.push(value);
  }
}

/** Lines end with LF, CR or both, wherever the network cuts the bytes, also inside of a character. */
async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      // A CR at the end may be half of a CRLF.
      const complete = rest.endsWith('\r') ? rest.slice(0, -1) : rest;
      const found = complete.split(/\r\n|\n|\r/);
      rest = found.pop()! + rest.slice(complete.length);
      yield* found;
    }
  } finally {
    await reader.cancel().catch(() => {}); // a body that broke cannot be let go of, and need not
  }
}

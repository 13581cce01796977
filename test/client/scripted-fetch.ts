/** What a scripted network did, one after the other, and what it was asked. */
export interface ScriptedFetch {
  readonly fetch: typeof globalThis.fetch;
  /** The bodies of the calls that came, in order. */
  readonly calls: { readonly query: string; readonly variables: Record<string, unknown> }[];
}

export type Reply = Response | Error | ((signal: AbortSignal) => Promise<Response>);

/** A `fetch` that gives these replies in turn; a call beyond the last one is a mistake of the client. */
export function scriptedFetch(...replies: Reply[]): ScriptedFetch {
  const calls: ScriptedFetch['calls'] = [];
  return {
    calls,
    async fetch(_url, init) {
      calls.push(JSON.parse(String(init?.body)));
      const reply = replies[calls.length - 1];
      if (!reply) throw new Error(`call ${calls.length} was not expected`);
      if (reply instanceof Error) throw reply;
      return typeof reply === 'function' ? reply(init!.signal!) : reply;
    },
  };
}

export const networkDown = () => new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });

export function json(body: object, status = 200): Response {
  return Response.json(body, { status });
}

export const accepted = (completion: object, replayed = false) =>
  json({ data: { completionCreate: { __typename: 'CompletionAccepted', replayed, completion } } });

export const failed = (problem: object) =>
  json({ data: { completionCreate: { message: 'no', retryable: false, retryAfterMs: null, ...problem } } });

/** A completion as the wire has it, as far as the client looks at it. */
export const completion = {
  id: 'cmp_1',
  requestId: 'req_1',
  status: 'SUCCEEDED',
  text: 'hello',
  toolCalls: [],
  finishReason: 'STOP',
  model: { name: 'sim/small-1' },
  cost: { total: { nanos: '5' } },
};

/** A stream of these events; `ending` says what happens after the last of them. */
export function events(field: string, list: readonly object[], ending: 'complete' | 'broken' | 'silent'): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const event of list) {
        controller.enqueue(encoder.encode(`event: next\ndata: ${JSON.stringify({ data: { [field]: event } })}\n\n`));
      }
      if (ending === 'complete') controller.enqueue(encoder.encode('event: complete\ndata:\n\n'));
      if (ending !== 'silent') controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

/** The same response, but the caller's signal ends it, as it does with one from a real network. */
export const abortable = (response: Response) => async (signal: AbortSignal) => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  response.body!.pipeTo(writable, { signal }).catch(() => {});
  return new Response(readable, { headers: response.headers });
};

export const event = (seq: number, typename: string, fields: object = {}) => ({
  __typename: typename,
  seq,
  at: '2026-11-23T00:00:00.000Z',
  completionId: 'cmp_1',
  ...fields,
});

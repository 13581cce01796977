import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Door } from './house.ts';
import { askVendor, isVendorDoor, type VendorDoor } from './vendor-doors.ts';

/** What a caller has seen of one completion, whichever door it came through. */
export interface Seen {
  /** What stands at the end: after an `OutputReset` only what came later. */
  readonly text: string;
  /** True when text had been shown that was taken back. */
  readonly reset: boolean;
  readonly finishReason: string | null;
  readonly usageSource: string | null;
  /** Each with its arguments; null when the door does not tell. */
  readonly toolCalls: readonly string[] | null;
  /** Of the typed failure; null for a success. */
  readonly code: string | null;
  readonly message: string;
  /** Set when nothing typed came: the connection broke, or GraphQL itself complained. */
  readonly crash: string | null;
  readonly attempts: readonly {
    readonly model: string;
    readonly outcome: string;
    readonly startedAt: string;
    readonly durationMs: number | null;
  }[];
  readonly tookMs: number;
}

export const doors = ['POST', 'SSE', 'WebSocket'] as const;
export type DoorName = (typeof doors)[number] | VendorDoor;

/** The input of a completion, as far as a door of another format needs it. */
interface Asked {
  readonly idempotencyKey: string;
  readonly target: { readonly route: string };
}

/** Asks through one of the doors, and hangs up when `signal` aborts: null means that nothing had ended by then. */
export async function askThrough(name: DoorName, door: Door, input: object, signal: AbortSignal): Promise<Seen | null> {
  const startedAt = performance.now();
  try {
    if (isVendorDoor(name)) {
      const { target, idempotencyKey } = input as Asked;
      const told = await askVendor(name, door, target.route, idempotencyKey, signal);
      return { ...nothing, ...told, tookMs: performance.now() - startedAt };
    }
    const seen = name === 'POST' ? await posted(door, input, signal) : await followed(name, door, input, signal);
    return { ...seen, tookMs: performance.now() - startedAt };
  } catch (error) {
    if (signal.aborted) return null;
    return { ...nothing, crash: String(error), tookMs: performance.now() - startedAt };
  }
}

type Told = Omit<Seen, 'tookMs'>;

const nothing: Told = {
  text: '',
  reset: false,
  finishReason: null,
  usageSource: null,
  toolCalls: null,
  code: null,
  message: '',
  crash: null,
  attempts: [],
};

const COMPLETION =
  'text parts { ... on RefusalPart { refusal: text } } finishReason usage { source } toolCalls { name arguments } attempts { model outcome startedAt durationMs }';

interface Completion {
  readonly text: string | null;
  readonly parts: readonly { readonly refusal?: string }[] | null;
  readonly finishReason: string | null;
  readonly usage: { readonly source: string };
  readonly toolCalls: readonly { readonly name: string; readonly arguments: unknown }[];
  readonly attempts: Seen['attempts'];
}

function ofCompletion(completion: Completion): Partial<Told> {
  const { parts, finishReason, usage, toolCalls, attempts } = completion;
  // A refusal is an answer too: the model's words, in a part of their own.
  const text = `${completion.text ?? ''}${(parts ?? []).map(({ refusal }) => refusal ?? '').join('')}`;
  const calls = toolCalls.map((call) => `${call.name} ${JSON.stringify(call.arguments)}`);
  return { text, finishReason, usageSource: usage.source, toolCalls: calls, attempts };
}

const headersOf = ({ key }: Door) => ({ 'content-type': 'application/json', authorization: `Bearer ${key}` });

interface Result {
  readonly completion?: Completion;
  readonly code?: string;
  readonly message?: string;
}

async function posted(door: Door, input: object, signal: AbortSignal): Promise<Told> {
  const query = `mutation ($input: CompletionInput!) { completionCreate(input: $input, waitMs: 30000) {
    ... on CompletionAccepted { completion { ${COMPLETION} } } ... on Error { code message } } }`;
  const body = JSON.stringify({ query, variables: { input } });
  const response = await fetch(`${door.url}/graphql`, { method: 'POST', headers: headersOf(door), body, signal });
  const { data, errors } = (await response.json()) as { data?: { completionCreate: Result }; errors?: object };
  if (errors || !data) return { ...nothing, crash: JSON.stringify(errors) };
  const { completion, code = null, message = '' } = data.completionCreate;
  return { ...nothing, ...(completion && ofCompletion(completion)), code, message };
}

const SUBSCRIPTION = `subscription ($input: CompletionInput!) { completionStream(input: $input) {
  __typename ... on TextDelta { text }
  ... on CompletionFinished { completion { ${COMPLETION} } }
  ... on CompletionFailed { error { code message } completion { ${COMPLETION} } } } }`;

interface Event {
  readonly __typename: string;
  readonly text?: string;
  readonly completion?: Completion;
  readonly error?: { readonly code: string; readonly message: string };
}

async function followed(name: 'SSE' | 'WebSocket', door: Door, input: object, signal: AbortSignal): Promise<Told> {
  let told = nothing;
  let text = '';
  for await (const event of name === 'SSE' ? overSse(door, input, signal) : overSocket(door, input, signal)) {
    if (event.__typename === 'TextDelta') text += event.text;
    if (event.__typename === 'OutputReset') {
      told = { ...told, reset: true };
      text = '';
    }
    if (event.completion) told = { ...told, ...ofCompletion(event.completion) };
    if (event.error) return { ...told, text, code: event.error.code, message: event.error.message };
    if (event.__typename === 'CompletionFinished') {
      const differs = told.text !== text && text !== '';
      return differs ? { ...told, crash: `streamed '${text}', but completed '${told.text}'` } : told;
    }
  }
  return { ...told, text, crash: 'the stream ended without finished or failed' };
}

async function* overSse(door: Door, input: object, signal: AbortSignal): AsyncGenerator<Event> {
  const response = await fetch(`${door.url}/graphql`, {
    method: 'POST',
    headers: { ...headersOf(door), accept: 'text/event-stream' },
    body: JSON.stringify({ query: SUBSCRIPTION, variables: { input } }),
    signal,
  });
  let buffer = '';
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    buffer += piece;
    for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
      const data = /^data: ?(\{.*)$/m.exec(buffer.slice(0, end))?.[1];
      buffer = buffer.slice(end + 2);
      if (data) yield eventOf(JSON.parse(data));
    }
  }
}

async function* overSocket(door: Door, input: object, signal: AbortSignal): AsyncGenerator<Event> {
  const client = createClient({
    url: `${door.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${door.key}` },
    retryAttempts: 0,
  });
  const stop = () => client.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const result of client.iterate({ query: SUBSCRIPTION, variables: { input } })) yield eventOf(result);
  } finally {
    signal.removeEventListener('abort', stop);
    await client.dispose();
  }
}

function eventOf({ data, errors }: { data?: unknown; errors?: unknown }): Event {
  if (errors) throw new Error(JSON.stringify(errors));
  return (data as { completionStream: Event }).completionStream;
}

import { eventsOf, type Fields, fields, list, text } from '../recordings/fields.ts';
import type { Seen } from './doors.ts';
import type { Door } from './house.ts';

/** The doors for the vendors' clients, whole and streamed. */
export const vendorDoors = [
  'OpenAI',
  'OpenAI-stream',
  'Responses',
  'Responses-stream',
  'Anthropic',
  'Anthropic-stream',
] as const;
export type VendorDoor = (typeof vendorDoors)[number];

type Told = Omit<Seen, 'tookMs'>;

export function isVendorDoor(name: string): name is VendorDoor {
  return vendorDoors.some((door) => door === name);
}

/** Asks a route through one of them, and reads the answer as its clients would: an end without the vendor's own is none. */
export async function askVendor(
  name: VendorDoor,
  { url, key }: Door,
  route: string,
  idempotencyKey: string,
  signal: AbortSignal,
): Promise<Partial<Told>> {
  const stream = name.endsWith('-stream');
  const { path, asking, whole, streamed } = ways[name.replace('-stream', '') as Way];
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': idempotencyKey,
    },
    body: JSON.stringify({ ...asking, model: `route/${route}`, stream }),
    signal,
  });
  const said = await response.text();
  if (!response.ok) return failed(fields(JSON.parse(said)));
  return stream ? streamed(said) : whole(fields(JSON.parse(said)));
}

type Way = Exclude<VendorDoor, `${string}-stream`>;

const messages = [{ role: 'user', content: 'What is the capital?' }];
const ways: Readonly<
  Record<
    Way,
    {
      readonly path: string;
      readonly asking: object;
      readonly whole: (body: Fields) => Partial<Told>;
      readonly streamed: (events: string) => Partial<Told>;
    }
  >
> = {
  OpenAI: { path: '/v1/chat/completions', asking: { messages }, whole: ofChat, streamed: streamedChat },
  Responses: { path: '/v1/responses', asking: { input: messages }, whole: ofResponse, streamed: streamedResponse },
  Anthropic: {
    path: '/v1/messages',
    asking: { messages, max_tokens: 1000 },
    whole: ofMessage,
    streamed: streamedMessage,
  },
};

function failed(body: Fields): Partial<Told> {
  const error = fields(body.error);
  const message = text(error.message);
  const code = text(error.code) || text(error.type);
  return { code: /inside the gateway/.test(message) ? 'INTERNAL' : code.toUpperCase(), message };
}

function ofChat({ choices }: Fields): Partial<Told> {
  const [choice = {}] = list(choices);
  const message = fields(choice.message);
  return { text: text(message.refusal) || text(message.content), finishReason: text(choice.finish_reason) };
}

function ofResponse({ output, incomplete_details }: Fields): Partial<Told> {
  const said = list(output).flatMap((item) => list(item.content).map((part) => text(part.text) || text(part.refusal)));
  return { text: said.join(''), finishReason: text(fields(incomplete_details).reason) };
}

function ofMessage({ content, stop_reason }: Fields): Partial<Told> {
  const said = list(content).map((block) => text(block.text));
  return { text: said.join(''), finishReason: text(stop_reason) };
}

function streamedChat(stream: string): Partial<Told> {
  const chunks = eventsOf(stream);
  const deltas = chunks.map((chunk) => fields(list(chunk.choices)[0]?.delta));
  const [content, refusal] = ['content', 'refusal'].map((name) => deltas.map((delta) => text(delta[name])).join(''));
  const seen = { text: refusal || content || '' };
  const broken = chunks.find(({ error }) => error !== undefined);
  const done = stream.trimEnd().endsWith('data: [DONE]');
  if (broken) return { ...seen, ...failed(broken), ...(done && { crash: 'an error, and then a clean end' }) };
  return done ? seen : { ...seen, crash: 'the stream ended without [DONE] or an error' };
}

function streamedResponse(stream: string): Partial<Told> {
  const events = eventsOf(stream);
  const said = (type: string) =>
    events
      .filter((event) => event.type === type)
      .map(({ delta }) => text(delta))
      .join('');
  const seen = { text: said('response.refusal.delta') || said('response.output_text.delta') };
  const last = events.at(-1);
  const response = fields(last?.response);
  if (last?.type === 'response.failed') return { ...seen, ...failed(response) };
  const done = last?.type === 'response.completed' || last?.type === 'response.incomplete';
  return done ? seen : { ...seen, crash: 'the stream ended without response.completed or response.failed' };
}

function streamedMessage(stream: string): Partial<Told> {
  const events = eventsOf(stream);
  const seen = { text: events.map(({ delta }) => text(fields(delta).text)).join('') };
  const broken = events.find(({ type }) => type === 'error');
  if (broken) return { ...seen, ...failed(broken) };
  const done = events.at(-1)?.type === 'message_stop';
  return done ? seen : { ...seen, crash: 'the stream ended without message_stop or an error' };
}

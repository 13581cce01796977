import { eventsOf, type Fields, fields, list, text } from '../recordings/fields.ts';
import type { Seen } from './doors.ts';
import type { Door } from './house.ts';

/** The doors for the vendors' clients, whole and streamed. */
export const vendorDoors = ['OpenAI', 'OpenAI-stream', 'Anthropic', 'Anthropic-stream'] as const;
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
  const [openai, stream] = [name.startsWith('OpenAI'), name.endsWith('-stream')];
  const messages = [{ role: 'user', content: 'What is the capital?' }];
  const response = await fetch(`${url}${openai ? '/v1/chat/completions' : '/v1/messages'}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': idempotencyKey,
    },
    body: JSON.stringify({ model: `route/${route}`, messages, stream, ...(!openai && { max_tokens: 1000 }) }),
    signal,
  });
  const said = await response.text();
  if (!response.ok) return failed(fields(JSON.parse(said)));
  if (!stream) return openai ? ofChat(fields(JSON.parse(said))) : ofMessage(fields(JSON.parse(said)));
  return openai ? streamedChat(said) : streamedMessage(said);
}

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

function streamedMessage(stream: string): Partial<Told> {
  const events = eventsOf(stream);
  const seen = { text: events.map(({ delta }) => text(fields(delta).text)).join('') };
  const broken = events.find(({ type }) => type === 'error');
  if (broken) return { ...seen, ...failed(broken) };
  const done = events.at(-1)?.type === 'message_stop';
  return done ? seen : { ...seen, crash: 'the stream ended without message_stop or an error' };
}

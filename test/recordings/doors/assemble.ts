import type { Json } from '../../../src/core/json.ts';
import { eventsOf, type Fields, fields, list, text } from '../fields.ts';

/** A recorded stream, or one of ours, as the whole answer it comes to. */
export const assemble: Readonly<Record<'chat' | 'responses' | 'messages', (stream: string) => Json>> = {
  chat: (stream) => chatOf(eventsOf(stream)),
  responses: (stream) =>
    (eventsOf(stream).findLast(({ type }) =>
      ['response.completed', 'response.incomplete', 'response.failed'].includes(text(type)),
    )?.response ?? null) as Json,
  messages: (stream) => messageOf(eventsOf(stream)),
};

function chatOf(chunks: readonly Fields[]): Json {
  const message: Record<string, unknown> = { content: '', refusal: '', reasoning_content: '' };
  const calls: Record<number, Record<string, unknown> & { function: { name: string; arguments: string } }> = {};
  let rest: Fields = {};
  let finish_reason: unknown = null;
  for (const { choices, usage, ...about } of chunks) {
    rest = { ...about, object: 'chat.completion', usage: usage ?? rest.usage };
    const [choice = {}] = list(choices);
    finish_reason = choice.finish_reason ?? finish_reason;
    const { tool_calls, role, ...said } = fields(choice.delta);
    if (role) message.role = role;
    for (const [name, value] of Object.entries(said)) {
      message[name] = typeof value === 'string' ? `${message[name] ?? ''}${value}` : (value ?? message[name]);
    }
    for (const { index, id, type, function: called } of list(tool_calls)) {
      const at = Number(index);
      calls[at] ??= { id, type, function: { name: '', arguments: '' } };
      calls[at].function.name ||= text(fields(called).name);
      calls[at].function.arguments += text(fields(called).arguments);
    }
  }
  const whole = { ...message, tool_calls: Object.values(calls) };
  return { ...rest, choices: [{ index: 0, message: whole, finish_reason }] } as Json;
}

function messageOf(events: readonly Fields[]): Json {
  let message: Fields = {};
  const blocks: Record<string, unknown>[] = [];
  for (const event of events) {
    const at = Number(event.index);
    const delta = fields(event.delta);
    if (event.type === 'message_start') message = fields(event.message);
    if (event.type === 'content_block_start') blocks[at] = { ...fields(event.content_block), json: '' };
    if (event.type === 'content_block_delta') {
      const block = blocks[at]!;
      for (const name of ['text', 'thinking', 'signature']) block[name] = `${block[name] ?? ''}${text(delta[name])}`;
      block.json = `${block.json}${text(delta.partial_json)}`;
    }
    if (event.type === 'message_delta') {
      message = { ...message, ...delta, usage: { ...fields(message.usage), ...fields(event.usage) } };
    }
  }
  const content = blocks.map(({ json, ...block }) => (json ? { ...block, input: JSON.parse(String(json)) } : block));
  return { ...message, content } as Json;
}

import type { CompletionRequest, FinishReason, InputPart, Message, ToolChoice } from '../../../src/core/chat.ts';
import type { Json } from '../../../src/core/json.ts';
import { count, eventsOf, type Fields, fields, list, NotExpressible, onlyKnown, said, text } from '../fields.ts';
import { emptyRequest, mediaOf, parsedArguments, type Reading, type Wire } from '../reading.ts';

/** docs.cohere.com/v2/reference/chat */
export const cohere: Wire = {
  name: 'cohere chat',
  kinds: ['cohere'],
  address({ origin, pathname }) {
    const found = /^(.*\/v2)\/chat$/.exec(pathname);
    return found && { baseUrl: `${origin}${found[1]}`, modelId: null, stream: false };
  },
  modelId: (body) => text(fields(body).model),
  streams: (body) => fields(body).stream === true,
  request: (body) => requestOf(fields(body)),
  answer: (body) => (typeof body === 'string' ? streamed(eventsOf(body)) : whole(fields(body))),
};

function requestOf(body: Fields): CompletionRequest {
  onlyKnown(body, [
    ...['model', 'messages', 'stream', 'tools', 'tool_choice', 'response_format', 'temperature', 'p', 'k', 'seed'],
    ...['max_tokens', 'stop_sequences', 'frequency_penalty', 'presence_penalty'],
  ]);
  const sampled = {
    temperature: body.temperature,
    topP: body.p,
    topK: body.k,
    seed: body.seed,
    maxOutputTokens: body.max_tokens,
    frequencyPenalty: body.frequency_penalty,
    presencePenalty: body.presence_penalty,
  };
  return {
    ...emptyRequest,
    messages: list(body.messages).map(messageOf),
    sampling: {
      ...Object.fromEntries(Object.entries(sampled).filter(([, value]) => said(value))),
      ...(said(body.stop_sequences) && { stop: [body.stop_sequences].flat().map(text) }),
    },
    tools: list(body.tools).map((tool) => {
      const { name, description, parameters } = fields(tool.function);
      const inputSchema = (parameters ?? {}) as Json;
      return { name: text(name), description: text(description), inputSchema, strict: false };
    }),
    toolChoice: choiceOf(body.tool_choice),
    output: outputOf(fields(body.response_format)),
  };
}

function choiceOf(choice: unknown): ToolChoice {
  return { mode: choice === 'REQUIRED' ? 'REQUIRED' : choice === 'NONE' ? 'NONE' : 'AUTO' };
}

function outputOf({ type, json_schema, schema }: Fields): CompletionRequest['output'] {
  const wanted = json_schema ?? schema;
  if (type !== 'json_object') return { kind: 'text' };
  return said(wanted) ? { kind: 'schema', name: 'response', schema: wanted as Json } : { kind: 'json' };
}

function messageOf(message: Fields): Message {
  onlyKnown(message, ['role', 'content', 'tool_calls', 'tool_call_id', 'tool_plan'], 'message');
  switch (message.role) {
    case 'system':
      return { role: 'SYSTEM', parts: contentOf(message.content) };
    case 'tool': {
      const joined = contentOf(message.content).map((part) => (part.kind === 'text' ? part.text : ''));
      const result = { text: joined.join('') };
      return {
        role: 'TOOL',
        parts: [{ kind: 'toolResult', toolCallId: text(message.tool_call_id), result, isError: false }],
      };
    }
    case 'assistant':
      if (said(message.tool_plan)) throw new NotExpressible('a plan for tools');
      return {
        role: 'ASSISTANT',
        parts: [
          ...contentOf(message.content),
          ...list(message.tool_calls).map(({ id, function: called }) => {
            const { name, arguments: raw } = fields(called);
            const args = parsedArguments(raw);
            return { kind: 'toolCall' as const, toolCallId: text(id), name: text(name), arguments: args };
          }),
        ],
      };
    default:
      return { role: 'USER', parts: contentOf(message.content) };
  }
}

function contentOf(content: unknown): InputPart[] {
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  return list(content).map((part) => {
    if (part.type === 'text') return { kind: 'text', text: text(part.text) };
    if (part.type === 'image_url') return mediaOf(text(fields(part.image_url).url), 'image/*');
    throw new NotExpressible(`content of type '${text(part.type)}'`);
  });
}

// ---------------------------------------------------------------- the answer

function whole({ message, finish_reason, usage }: Fields): Reading {
  const { content, tool_calls } = fields(message);
  return {
    text: list(content)
      .filter(({ type }) => type === 'text')
      .map((part) => text(part.text))
      .join(''),
    toolCalls: list(tool_calls).map(({ function: called }) => ({
      name: text(fields(called).name),
      arguments: parsedArguments(fields(called).arguments),
    })),
    finishReason: finishReasonOf(text(finish_reason)),
    usage: usageOf(usage),
  };
}

function streamed(events: readonly Fields[]): Reading {
  const calls = new Map<unknown, { name: string; arguments: string }>();
  let spoken = '';
  let end: Fields = {};
  for (const { type, index, delta } of events) {
    const message = fields(fields(delta).message);
    const called = fields(fields(message.tool_calls).function);
    if (type === 'content-start' || type === 'content-delta') spoken += text(fields(message.content).text);
    if (type === 'tool-call-start') calls.set(index, { name: text(called.name), arguments: text(called.arguments) });
    const call = calls.get(index);
    if (type === 'tool-call-delta' && call) call.arguments += text(called.arguments);
    if (type === 'message-end') end = fields(delta);
  }
  return {
    text: spoken,
    toolCalls: Array.from(calls.values(), ({ name, arguments: raw }) => ({ name, arguments: parsedArguments(raw) })),
    finishReason: finishReasonOf(text(end.finish_reason)),
    usage: usageOf(end.usage),
  };
}

function finishReasonOf(reason: string): FinishReason {
  const known: Readonly<Record<string, FinishReason>> = {
    COMPLETE: 'STOP',
    STOP_SEQUENCE: 'STOP',
    MAX_TOKENS: 'LENGTH',
    TOOL_CALL: 'TOOL_CALLS',
    ERROR: 'ERROR',
  };
  return known[reason] ?? 'UNKNOWN';
}

/** `tokens` is what went through the model; `billed_units`, what is charged, leaves Cohere's own preamble out. */
function usageOf(usage: unknown) {
  if (!said(usage)) return null;
  const { billed_units, tokens, cached_tokens } = fields(usage);
  const counted = fields(tokens ?? billed_units);
  return {
    inputTokens: count(counted.input_tokens),
    outputTokens: count(counted.output_tokens),
    reasoningTokens: 0,
    cacheReadTokens: count(cached_tokens),
    cacheWriteTokens: 0,
  };
}

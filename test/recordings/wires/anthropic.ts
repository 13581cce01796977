import type {
  CompletionRequest,
  FinishReason,
  InputPart,
  Message,
  ReasoningEffort,
  ToolChoice,
} from '../../../src/core/chat.ts';
import type { Json } from '../../../src/core/json.ts';
import { count, eventsOf, type Fields, fields, list, NotExpressible, onlyKnown, said, text } from '../fields.ts';
import { effortOf, emptyRequest, parsedArguments, type Reading, toolResultOf, type Wire } from '../reading.ts';

/** docs.claude.com/en/api/messages */
export const anthropic: Wire = {
  name: 'anthropic messages',
  kinds: ['anthropic'],
  address({ origin, pathname }) {
    const found = /^(.*)\/messages$/.exec(pathname);
    return found && { baseUrl: `${origin}${found[1]}`, modelId: null, stream: false };
  },
  modelId: (body) => text(fields(body).model),
  streams: (body) => fields(body).stream === true,
  request: (body) => requestOf(fields(body)),
  answer: (body) => answerOf(typeof body === 'string' ? assembled(eventsOf(body)) : fields(body)),
};

/** Hints and bookkeeping: they change nothing about what is asked. */
const IGNORED = ['stream', 'metadata', 'cache_control', 'service_tier'];

function requestOf(body: Fields): CompletionRequest {
  onlyKnown(body, [
    ...IGNORED,
    ...['model', 'messages', 'system', 'max_tokens', 'temperature', 'top_p', 'top_k', 'stop_sequences'],
    ...['tools', 'tool_choice', 'thinking', 'output_config', 'output_format'],
  ]);
  const system =
    typeof body.system === 'string'
      ? body.system
      : list(body.system)
          .map((block) => text(block.text))
          .join('\n');
  const output = fields(body.output_config);
  onlyKnown(output, ['effort', 'format'], 'output_config');
  const format = fields(output.format ?? body.output_format);
  return {
    ...emptyRequest,
    messages: [
      ...(system === '' ? [] : [{ role: 'SYSTEM' as const, parts: [{ kind: 'text' as const, text: system }] }]),
      ...list(body.messages).flatMap(messagesOf),
    ],
    sampling: {
      maxOutputTokens: count(body.max_tokens),
      ...(said(body.temperature) && { temperature: count(body.temperature) }),
      ...(said(body.top_p) && { topP: count(body.top_p) }),
      ...(said(body.top_k) && { topK: count(body.top_k) }),
      ...(said(body.stop_sequences) && { stop: [body.stop_sequences].flat().map(text) }),
    },
    tools: list(body.tools).map((tool) => {
      if (said(tool.type) && tool.type !== 'custom') throw new NotExpressible(`tool of type '${text(tool.type)}'`);
      if (tool.defer_loading) throw new NotExpressible('a tool that is found by search');
      const { name, description, input_schema, strict } = tool;
      return {
        name: text(name),
        description: text(description),
        inputSchema: (input_schema ?? {}) as Json,
        strict: strict === true,
      };
    }),
    toolChoice: choiceOf(fields(body.tool_choice)),
    output:
      format.type === 'json_schema'
        ? { kind: 'schema', name: 'response', schema: (format.schema ?? {}) as Json }
        : { kind: 'text' },
    reasoningEffort: effort(fields(body.thinking), output.effort),
  };
}

/** Our contract asks for thought by effort, not by a budget: the nearest effort asks for the same kind of answer. */
function effort({ type, budget_tokens }: Fields, word: unknown): ReasoningEffort | null {
  const named = effortOf(word);
  if (said(word) && !named) throw new NotExpressible(`reasoning effort '${word}'`);
  if (named) return named;
  if (type === 'disabled') return 'NONE';
  if (type === 'adaptive') return 'HIGH';
  if (type !== 'enabled') return null;
  return count(budget_tokens) < 2000 ? 'LOW' : count(budget_tokens) < 8000 ? 'MEDIUM' : 'HIGH';
}

function choiceOf({ type, name }: Fields): ToolChoice {
  if (type === 'tool') return { tool: text(name) };
  return { mode: type === 'any' ? 'REQUIRED' : type === 'none' ? 'NONE' : 'AUTO' };
}

/** A user's message may hold results of tools, which are messages of their own with us; they come first. */
function messagesOf({ role, content }: Fields): Message[] {
  if (role !== 'user' && role !== 'assistant' && role !== 'system') {
    throw new NotExpressible(`message of role '${text(role)}'`);
  }
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : list(content);
  if (role === 'system') return [{ role: 'SYSTEM', parts: blocks.map(partOf) }];
  if (role === 'assistant') return [{ role: 'ASSISTANT', parts: blocks.map(partOf) }];
  const results = blocks.filter(({ type }) => type === 'tool_result').map(partOf);
  const rest = blocks.filter(({ type }) => type !== 'tool_result').map(partOf);
  return [
    ...(results.length > 0 ? [{ role: 'TOOL' as const, parts: results }] : []),
    ...(rest.length > 0 ? [{ role: 'USER' as const, parts: rest }] : []),
  ];
}

function partOf(block: Fields): InputPart {
  switch (block.type) {
    case 'text':
      return { kind: 'text', text: text(block.text) };
    case 'thinking':
      return {
        kind: 'reasoning',
        text: text(block.thinking),
        signature: JSON.stringify({ anthropic: { signature: block.signature } }),
      };
    case 'redacted_thinking':
      return { kind: 'reasoning', text: '', signature: JSON.stringify({ anthropic: { redactedData: block.data } }) };
    case 'tool_use':
      return {
        kind: 'toolCall',
        toolCallId: text(block.id),
        name: text(block.name),
        arguments: parsedArguments(block.input),
      };
    case 'tool_result': {
      const inner = typeof block.content === 'string' ? [{ type: 'text', text: block.content }] : list(block.content);
      const result = toolResultOf(inner.map(partOf));
      return { kind: 'toolResult', toolCallId: text(block.tool_use_id), result, isError: block.is_error === true };
    }
    case 'image':
    case 'document':
      return mediaBlock(fields(block.source), block.type === 'image' ? 'image/*' : 'application/pdf');
    default:
      throw new NotExpressible(`content of type '${text(block.type)}'`);
  }
}

function mediaBlock({ type, data, media_type, url }: Fields, guess: string): InputPart {
  if (type === 'url') return { kind: 'media', mimeType: guess, source: { url: text(url) } };
  if (type === 'base64') return { kind: 'media', mimeType: text(media_type), source: { base64: text(data) } };
  if (type === 'text') {
    return { kind: 'media', mimeType: 'text/plain', source: { base64: Buffer.from(text(data)).toString('base64') } };
  }
  throw new NotExpressible('a file kept at the provider');
}

// ---------------------------------------------------------------- the answer

/** Events put together to the message they describe. */
function assembled(events: readonly Fields[]): Fields {
  let message: Fields = {};
  let usage: Fields = {};
  const blocks = new Map<unknown, { block: Fields; text: string; json: string }>();
  for (const event of events) {
    if (event.type === 'message_start') {
      message = fields(event.message);
      usage = fields(message.usage);
    } else if (event.type === 'content_block_start') {
      const block = fields(event.content_block);
      blocks.set(event.index, { block, text: text(block.text), json: '' });
    } else if (event.type === 'content_block_delta') {
      const open = blocks.get(event.index)!;
      const delta = fields(event.delta);
      open.text += text(delta.text);
      open.json += text(delta.partial_json);
    } else if (event.type === 'message_delta') {
      message = { ...message, ...fields(event.delta) };
      // Cumulative: the last word counts.
      usage = { ...usage, ...fields(event.usage) };
    }
  }
  const content = [...blocks.values()].map(({ block, text: spoken, json }) => ({
    ...block,
    text: spoken,
    ...(json !== '' && { input: parsedArguments(json) }),
  }));
  return { ...message, content, usage };
}

function answerOf({ content, stop_reason, usage }: Fields): Reading {
  const blocks = list(content);
  return {
    text: blocks
      .filter(({ type }) => type === 'text')
      .map((block) => text(block.text))
      .join(''),
    toolCalls: blocks
      .filter(({ type }) => type === 'tool_use')
      .map(({ name, input }) => ({ name: text(name), arguments: parsedArguments(input) })),
    finishReason: finishReasons[text(stop_reason)] ?? 'UNKNOWN',
    usage: usageOf(usage),
  };
}

/** A paused turn is an end that the caller may go on from. */
const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'STOP',
  stop_sequence: 'STOP',
  pause_turn: 'STOP',
  max_tokens: 'LENGTH',
  model_context_window_exceeded: 'LENGTH',
  tool_use: 'TOOL_CALLS',
  refusal: 'CONTENT_FILTER',
};

/** `input_tokens` leaves out what was read from and written to the cache; ours includes both. */
function usageOf(usage: unknown) {
  if (!said(usage)) return null;
  const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens, output_tokens_details } =
    fields(usage);
  const read = count(cache_read_input_tokens);
  const written = count(cache_creation_input_tokens);
  return {
    inputTokens: count(input_tokens) + read + written,
    outputTokens: count(output_tokens),
    reasoningTokens: count(fields(output_tokens_details).thinking_tokens),
    cacheReadTokens: read,
    cacheWriteTokens: written,
  };
}

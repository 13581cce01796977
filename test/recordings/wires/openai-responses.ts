import type { CompletionRequest, FinishReason, InputPart, Message, ToolChoice } from '../../../src/core/chat.ts';
import type { Json } from '../../../src/core/json.ts';
import { count, eventsOf, type Fields, fields, list, NotExpressible, onlyKnown, said, text } from '../fields.ts';
import { effortOf, emptyRequest, mediaOf, parsedArguments, type Reading, toolResultOf, type Wire } from '../reading.ts';

/** platform.openai.com/docs/api-reference/responses */
export const openaiResponses: Wire = {
  name: 'openai responses',
  kinds: ['openai', 'azure', 'xai'],
  address({ origin, pathname }) {
    const found = /^(.*)\/responses$/.exec(pathname);
    return found && { baseUrl: `${origin}${found[1]}`, modelId: null, stream: false };
  },
  modelId: (body) => text(fields(body).model),
  streams: (body) => fields(body).stream === true,
  request: (body) => requestOf(fields(body)),
  answer: (body) => answerOf(typeof body === 'string' ? finalOf(eventsOf(body)) : fields(body)),
};

/** Hints, bookkeeping, and what else to send along: they change nothing about what is asked. */
const IGNORED = [
  'stream',
  'store',
  'user',
  'metadata',
  'service_tier',
  'include',
  'prompt_cache_key',
  'prompt_cache_retention',
  'parallel_tool_calls',
  'truncation',
];

function requestOf(body: Fields): CompletionRequest {
  onlyKnown({ ...body, background: body.background || undefined }, [
    ...IGNORED,
    ...[
      'model',
      'input',
      'instructions',
      'tools',
      'tool_choice',
      'text',
      'reasoning',
      'temperature',
      'top_p',
      'max_output_tokens',
    ],
  ]);
  const reasoning = fields(body.reasoning);
  onlyKnown(reasoning, ['effort', 'summary'], 'reasoning');
  const effort = effortOf(reasoning.effort);
  if (said(reasoning.effort) && !effort) throw new NotExpressible(`reasoning effort '${reasoning.effort}'`);
  const input = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : list(body.input);
  const format = fields(fields(body.text).format);
  onlyKnown(fields(body.text), ['format'], 'text');
  return {
    ...emptyRequest,
    messages: [
      ...(said(body.instructions)
        ? [{ role: 'SYSTEM' as const, parts: [{ kind: 'text' as const, text: text(body.instructions) }] }]
        : []),
      ...joined(input.map(itemOf)),
    ],
    sampling: {
      ...(said(body.temperature) && { temperature: count(body.temperature) }),
      ...(said(body.top_p) && { topP: count(body.top_p) }),
      ...(said(body.max_output_tokens) && { maxOutputTokens: count(body.max_output_tokens) }),
    },
    tools: list(body.tools).map((tool) => {
      if (tool.type !== 'function') throw new NotExpressible(`tool of type '${text(tool.type)}'`);
      if (tool.defer_loading) throw new NotExpressible('a tool that is found by search');
      const { name, description, parameters, strict } = tool;
      return {
        name: text(name),
        description: text(description),
        inputSchema: (parameters ?? {}) as Json,
        strict: strict === true,
      };
    }),
    toolChoice: choiceOf(body.tool_choice),
    output:
      format.type === 'json_schema'
        ? { kind: 'schema', name: text(format.name), schema: (format.schema ?? {}) as Json }
        : format.type === 'json_object'
          ? { kind: 'json' }
          : { kind: 'text' },
    reasoningEffort: effort ?? null,
  };
}

function choiceOf(choice: unknown): ToolChoice {
  if (choice === 'required') return { mode: 'REQUIRED' };
  if (choice === 'none') return { mode: 'NONE' };
  const { type, name, tools } = fields(choice);
  if (type === 'function') return { tool: text(name) };
  if (type !== 'allowed_tools') return { mode: 'AUTO' };
  const [only, ...others] = list(tools);
  if (!only || others.length > 0) throw new NotExpressible('a choice among some of the tools');
  return { tool: text(only.name) };
}

function itemOf(item: Fields): Message {
  switch (item.type ?? 'message') {
    case 'message':
      return messageOf(item);
    case 'reasoning': {
      const { id, encrypted_content, summary } = item;
      const signature = JSON.stringify({ openai: { itemId: id, reasoningEncryptedContent: encrypted_content } });
      const thought = list(summary)
        .map((part) => text(part.text))
        .join('\n');
      return { role: 'ASSISTANT', parts: [{ kind: 'reasoning', text: thought, signature }] };
    }
    case 'function_call': {
      const { call_id, name, arguments: raw } = item;
      const call = {
        kind: 'toolCall',
        toolCallId: text(call_id),
        name: text(name),
        arguments: parsedArguments(raw),
      } as const;
      return { role: 'ASSISTANT', parts: [call] };
    }
    case 'function_call_output': {
      const result = toolResultOf(contentOf(item.output));
      return { role: 'TOOL', parts: [{ kind: 'toolResult', toolCallId: text(item.call_id), result, isError: false }] };
    }
    default:
      throw new NotExpressible(`input item of type '${text(item.type)}'`);
  }
}

function messageOf({ role, content }: Fields): Message {
  const roles = { system: 'SYSTEM', developer: 'DEVELOPER', assistant: 'ASSISTANT', user: 'USER' } as const;
  const known = roles[text(role) as keyof typeof roles];
  if (!known) throw new NotExpressible(`message of role '${text(role)}'`);
  return { role: known, parts: contentOf(content) };
}

/** Neighbouring items of the assistant are one turn of it. */
function joined(messages: readonly Message[]): Message[] {
  const turns: Message[] = [];
  for (const message of messages) {
    const before = turns.at(-1);
    if (before?.role === message.role && message.role !== 'USER') {
      turns[turns.length - 1] = { ...before, parts: [...before.parts, ...message.parts] };
    } else turns.push(message);
  }
  return turns;
}

function contentOf(content: unknown): InputPart[] {
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  return list(content).map((part) => {
    switch (part.type) {
      case 'input_text':
      case 'output_text':
        return { kind: 'text', text: text(part.text) };
      case 'input_image':
        if (!said(part.image_url)) throw new NotExpressible('a file kept at the provider');
        return mediaOf(text(part.image_url), 'image/*');
      case 'input_file': {
        const { file_data, file_url, filename } = part;
        if (!said(file_data) && !said(file_url)) throw new NotExpressible('a file kept at the provider');
        return mediaOf(text(file_data ?? file_url), 'application/pdf', said(filename) ? text(filename) : undefined);
      }
      default:
        throw new NotExpressible(`content of type '${text(part.type)}'`);
    }
  });
}

// ---------------------------------------------------------------- the answer

/** The last event of a stream holds the whole response once more. */
function finalOf(events: readonly Fields[]): Fields {
  const ends = ['response.completed', 'response.incomplete', 'response.failed'];
  return fields(events.findLast(({ type }) => ends.includes(text(type)))?.response);
}

function answerOf({ output, incomplete_details, usage }: Fields): Reading {
  const items = list(output);
  const said_ = items
    .filter(({ type }) => type === 'message')
    .flatMap(({ content }) => list(content))
    .map((part) => text(part.text) + text(part.refusal));
  const toolCalls = items
    .filter(({ type }) => type === 'function_call')
    .map(({ name, arguments: raw }) => ({ name: text(name), arguments: parsedArguments(raw) }));
  return {
    text: said_.join(''),
    toolCalls,
    finishReason: finishReasonOf(fields(incomplete_details).reason, toolCalls.length > 0),
    usage: usageOf(usage),
  };
}

function finishReasonOf(incomplete: unknown, called: boolean): FinishReason {
  if (incomplete === 'max_output_tokens') return 'LENGTH';
  if (incomplete === 'content_filter') return 'CONTENT_FILTER';
  return called ? 'TOOL_CALLS' : 'STOP';
}

function usageOf(usage: unknown) {
  if (!said(usage)) return null;
  const { input_tokens, output_tokens, input_tokens_details, output_tokens_details } = fields(usage);
  return {
    inputTokens: count(input_tokens),
    outputTokens: count(output_tokens),
    reasoningTokens: count(fields(output_tokens_details).reasoning_tokens),
    cacheReadTokens: count(fields(input_tokens_details).cached_tokens),
    cacheWriteTokens: count(fields(input_tokens_details).cache_write_tokens),
  };
}

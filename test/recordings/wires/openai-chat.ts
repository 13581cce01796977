import type { CompletionRequest, FinishReason, InputPart, Message, ToolChoice } from '../../../src/core/chat.ts';
import type { Json } from '../../../src/core/json.ts';
import { count, eventsOf, type Fields, fields, list, NotExpressible, onlyKnown, said, text } from '../fields.ts';
import { effortOf, emptyRequest, mediaOf, parsedArguments, type Reading, toolResultOf, type Wire } from '../reading.ts';

/** platform.openai.com/docs/api-reference/chat, and the many servers that speak it with an accent. */
export const openaiChat: Wire = {
  name: 'openai chat',
  // The first for servers that no row has the address of.
  kinds: [
    'openai-compatible',
    ...['openai-chat', 'azure-chat', 'mistral', 'groq', 'deepseek', 'xai', 'together', 'fireworks', 'cerebras'],
    ...['perplexity', 'openrouter', 'huggingface', 'zai', 'ollama'],
  ],
  address({ origin, pathname }) {
    const found = /^(.*)\/chat\/completions$/.exec(pathname);
    return found && { baseUrl: `${origin}${found[1]}`, modelId: null, stream: false };
  },
  modelId: (body) => text(fields(body).model),
  streams: (body) => fields(body).stream === true,
  request: (body) => requestOf(fields(body)),
  answer: (body) => (typeof body === 'string' ? streamed(eventsOf(body)) : whole(fields(body))),
};

/** Hints and bookkeeping: they change nothing about what is asked. */
const IGNORED = [
  'stream',
  'stream_options',
  'user',
  'metadata',
  'store',
  'service_tier',
  'prompt_cache_key',
  'parallel_tool_calls',
  'safe_prompt',
];

function requestOf(body: Fields): CompletionRequest {
  onlyKnown(body, [
    ...IGNORED,
    ...[
      'model',
      'messages',
      'tools',
      'tool_choice',
      'response_format',
      'temperature',
      'top_p',
      'top_k',
      'seed',
      'stop',
    ],
    ...[
      'max_tokens',
      'max_completion_tokens',
      'frequency_penalty',
      'presence_penalty',
      'reasoning_effort',
      'reasoning',
      'n',
    ],
  ]);
  if (said(body.n) && body.n !== 1) throw new NotExpressible('several choices');
  const reasoning = fields(body.reasoning);
  onlyKnown(reasoning, ['effort', 'enabled'], 'reasoning');
  const word = body.reasoning_effort ?? reasoning.effort;
  const effort = effortOf(word);
  if (said(word) && !effort) throw new NotExpressible(`reasoning effort '${word}'`);
  const maxOutputTokens = body.max_completion_tokens ?? body.max_tokens;
  return {
    ...emptyRequest,
    messages: list(body.messages).map(messageOf),
    sampling: {
      ...(said(body.temperature) && { temperature: count(body.temperature) }),
      ...(said(body.top_p) && { topP: count(body.top_p) }),
      ...(said(body.top_k) && { topK: count(body.top_k) }),
      ...(said(body.seed) && { seed: count(body.seed) }),
      ...(said(body.frequency_penalty) && { frequencyPenalty: count(body.frequency_penalty) }),
      ...(said(body.presence_penalty) && { presencePenalty: count(body.presence_penalty) }),
      ...(said(maxOutputTokens) && { maxOutputTokens: count(maxOutputTokens) }),
      ...(said(body.stop) && { stop: [body.stop].flat().map(text) }),
    },
    tools: list(body.tools).map((tool) => {
      if (!tool.function) throw new NotExpressible(`tool of type '${text(tool.type)}'`);
      const { name, description, parameters, strict } = fields(tool.function);
      return {
        name: text(name),
        description: text(description),
        inputSchema: (parameters ?? {}) as Json,
        strict: strict === true,
      };
    }),
    toolChoice: choiceOf(body.tool_choice),
    output: outputOf(fields(body.response_format)),
    reasoningEffort: effort ?? null,
  };
}

function choiceOf(choice: unknown): ToolChoice {
  if (choice === 'required' || choice === 'any') return { mode: 'REQUIRED' };
  if (choice === 'none') return { mode: 'NONE' };
  const named = fields(fields(choice).function).name;
  return said(named) ? { tool: text(named) } : { mode: 'AUTO' };
}

function outputOf({ type, json_schema }: Fields): CompletionRequest['output'] {
  if (type === 'json_object') return { kind: 'json' };
  if (type !== 'json_schema') return { kind: 'text' };
  const { name, schema } = fields(json_schema);
  return { kind: 'schema', name: text(name), schema: (schema ?? {}) as Json };
}

function messageOf(message: Fields): Message {
  // `prefix: false` is Mistral's default, said aloud; a result may repeat the name of the tool.
  onlyKnown(
    { ...message, prefix: message.prefix || undefined, name: message.role === 'tool' ? undefined : message.name },
    ['role', 'content', 'tool_calls', 'tool_call_id', 'reasoning_content', 'refusal'],
    'message',
  );
  switch (message.role) {
    case 'system':
      return { role: 'SYSTEM', parts: contentOf(message.content) };
    case 'developer':
      return { role: 'DEVELOPER', parts: contentOf(message.content) };
    case 'tool':
      return { role: 'TOOL', parts: [resultOf(message)] };
    case 'assistant':
      return { role: 'ASSISTANT', parts: assistantParts(message) };
    default:
      return { role: 'USER', parts: contentOf(message.content) };
  }
}

function assistantParts({ reasoning_content, content, tool_calls }: Fields): InputPart[] {
  return [
    ...(text(reasoning_content) !== '' ? [{ kind: 'reasoning' as const, text: text(reasoning_content) }] : []),
    ...contentOf(content).filter((part) => part.kind !== 'text' || part.text !== ''),
    ...list(tool_calls).map(({ id, function: called }) => {
      const { name, arguments: raw } = fields(called);
      return { kind: 'toolCall' as const, toolCallId: text(id), name: text(name), arguments: parsedArguments(raw) };
    }),
  ];
}

function resultOf({ tool_call_id, content }: Fields): InputPart {
  const result = toolResultOf(contentOf(content));
  return { kind: 'toolResult', toolCallId: text(tool_call_id), result, isError: false };
}

function contentOf(content: unknown): InputPart[] {
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  return list(content).map((part) => {
    switch (part.type) {
      case 'text':
        return { kind: 'text', text: text(part.text) };
      case 'image_url':
        return mediaOf(text(fields(part.image_url).url) || text(part.image_url), 'image/*');
      case 'input_audio': {
        const { data, format } = fields(part.input_audio);
        return {
          kind: 'media',
          mimeType: format === 'mp3' ? 'audio/mpeg' : `audio/${text(format)}`,
          source: { base64: text(data) },
        };
      }
      case 'file': {
        const { file_data, filename } = fields(part.file);
        if (!said(file_data)) throw new NotExpressible('a file kept at the provider');
        return mediaOf(text(file_data), 'application/pdf', said(filename) ? text(filename) : undefined);
      }
      case 'document_url':
        return mediaOf(text(part.document_url), 'application/pdf');
      default:
        throw new NotExpressible(`content of type '${text(part.type)}'`);
    }
  });
}

// ---------------------------------------------------------------- the answer

function whole(body: Fields): Reading {
  const [choice = {}] = list(body.choices);
  const { content, refusal, tool_calls } = fields(choice.message);
  return {
    text: spoken(content) + text(refusal),
    toolCalls: list(tool_calls).map(({ function: called }) => callOf(fields(called))),
    finishReason: finishReasonOf(choice.finish_reason, text(refusal)),
    usage: usageOf(body.usage),
  };
}

function streamed(chunks: readonly Fields[]): Reading {
  const calls = new Map<unknown, { name: string; arguments: string }>();
  let said_ = '';
  let refused = '';
  let finish: unknown;
  let usage: unknown;
  for (const chunk of chunks) {
    usage = chunk.usage ?? fields(chunk.x_groq).usage ?? usage;
    const [choice = {}] = list(chunk.choices);
    const { content, refusal, tool_calls } = fields(choice.delta);
    said_ += spoken(content);
    refused += text(refusal);
    finish = choice.finish_reason ?? finish;
    for (const { index, function: called } of list(tool_calls)) {
      const call = calls.get(index) ?? { name: '', arguments: '' };
      call.name ||= text(fields(called).name);
      call.arguments += text(fields(called).arguments);
      calls.set(index, call);
    }
  }
  return {
    text: said_ + refused,
    toolCalls: [...calls.values()].map(callOf),
    finishReason: finishReasonOf(finish, refused),
    usage: usageOf(usage),
  };
}

/** Mistral may write a list: thoughts and references stand beside the text. */
function spoken(content: unknown): string {
  if (typeof content === 'string') return content;
  return list(content)
    .filter(({ type }) => type === 'text')
    .map((part) => text(part.text))
    .join('');
}

function callOf({ name, arguments: raw }: Fields) {
  return { name: text(name), arguments: parsedArguments(raw) };
}

/** A refusal is no normal end, whatever the server calls it. */
function finishReasonOf(reason: unknown, refusal: string): FinishReason {
  if (refusal !== '' && reason === 'stop') return 'CONTENT_FILTER';
  const known: Readonly<Record<string, FinishReason>> = {
    stop: 'STOP',
    length: 'LENGTH',
    model_length: 'LENGTH',
    content_filter: 'CONTENT_FILTER',
    tool_calls: 'TOOL_CALLS',
    function_call: 'TOOL_CALLS',
  };
  return known[text(reason)] ?? 'UNKNOWN';
}

function usageOf(usage: unknown) {
  if (!said(usage)) return null;
  const { prompt_tokens, completion_tokens, prompt_tokens_details, completion_tokens_details, ...others } =
    fields(usage);
  const input = fields(prompt_tokens_details);
  const unexplained = count(others.total_tokens) - count(prompt_tokens);
  return {
    inputTokens: count(prompt_tokens),
    // Google's server of this format leaves thoughts out of one and has them in the other; they are on its bill.
    outputTokens: Math.max(count(completion_tokens), unexplained),
    reasoningTokens: count(fields(completion_tokens_details).reasoning_tokens ?? others.reasoning_tokens),
    cacheReadTokens: count(
      input.cached_tokens ?? others.prompt_cache_hit_tokens ?? others.cached_tokens ?? others.num_cached_tokens,
    ),
    cacheWriteTokens: count(input.cache_write_tokens),
  };
}

import type { Usage } from '../../src/core/usage.ts';
import { frame } from './event-stream.ts';

/** What a provider's server says, in its own format, hand-trimmed from recordings named at each. */
export interface WireFixture {
  readonly baseUrl: string;
  /** The same answer: "The capital is London." Events in order; the last ones are the provider's own end. */
  readonly text: readonly string[];
  readonly usage: Omit<Usage, 'source'>;
  /** Null where the package does not pass the name on. */
  readonly responseModel: string | null;
  /** One call: get_capital({"country":"UK"}). */
  readonly toolCall: readonly string[];
  /** An error inside a 200, after the answer has begun. */
  readonly errorEvent: string;
  readonly rateLimited: object;
  readonly unpaid: { readonly status: number; readonly body: object };
}

const sse = (data: object, event?: string) => `${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`;

// openai, gpt-4o-mini-2024-07-18, 2026: test_openai/test_run_stream_sync_streams_real_model
const chunk = (delta: object, finish_reason: string | null = null) =>
  sse({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1782955818,
    model: 'gpt-4o-mini-2024-07-18',
    choices: [{ index: 0, delta, finish_reason }],
    usage: null,
  });
const chatEnd = (finishReason: string) => [
  chunk({}, finishReason),
  sse({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1782955818,
    model: 'gpt-4o-mini-2024-07-18',
    choices: [],
    usage: {
      prompt_tokens: 78,
      completion_tokens: 9,
      total_tokens: 87,
      prompt_tokens_details: { cached_tokens: 64 },
      completion_tokens_details: { reasoning_tokens: 4 },
    },
  }),
  'data: [DONE]\n\n',
];
const openaiCompatible: WireFixture = {
  responseModel: 'gpt-4o-mini-2024-07-18',
  baseUrl: '/v1',
  text: [
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: 'The capital' }),
    chunk({ content: ' is London.' }),
    ...chatEnd('stop'),
  ],
  usage: { inputTokens: 78, outputTokens: 9, reasoningTokens: 4, cacheReadTokens: 64, cacheWriteTokens: 0 },
  toolCall: [
    chunk({
      role: 'assistant',
      content: null,
      tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'get_capital', arguments: '' } }],
    }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '{"country"' } }] }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: ':"UK"}' } }] }),
    ...chatEnd('tool_calls'),
  ],
  errorEvent: sse({ error: { message: 'The server is overloaded.', type: 'overloaded_error', code: null } }),
  rateLimited: { error: { message: 'Rate limit reached.', type: 'requests', code: 'rate_limit_exceeded' } },
  unpaid: {
    status: 429,
    body: {
      error: { message: 'You exceeded your current quota.', type: 'insufficient_quota', code: 'insufficient_quota' },
    },
  },
};

// openai, gpt-4o-2024-08-06, 2026: test_openai_responses/test_openai_responses_streaming_usage
const responded = (type: string, rest: object) => sse({ type, ...rest }, type);
const response = (rest: object) => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1782955818,
  model: 'gpt-4o-2024-08-06',
  status: 'in_progress',
  output: [],
  usage: null,
  ...rest,
});
const responsesEnd = (output: object[]) =>
  responded('response.completed', {
    response: response({
      status: 'completed',
      output,
      usage: {
        input_tokens: 78,
        input_tokens_details: { cached_tokens: 64 },
        output_tokens: 9,
        output_tokens_details: { reasoning_tokens: 4 },
        total_tokens: 87,
      },
    }),
  });
const spoken = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'The capital is London.', annotations: [] }],
};
const called = {
  id: 'fc_1',
  type: 'function_call',
  call_id: 'call_1',
  name: 'get_capital',
  arguments: '{"country":"UK"}',
  status: 'completed',
};
const openai: WireFixture = {
  responseModel: 'gpt-4o-2024-08-06',
  baseUrl: '/v1',
  text: [
    responded('response.created', { response: response({}) }),
    responded('response.output_item.added', {
      output_index: 0,
      item: { ...spoken, status: 'in_progress', content: [] },
    }),
    responded('response.output_text.delta', {
      item_id: 'msg_1',
      output_index: 0,
      content_index: 0,
      delta: 'The capital',
    }),
    responded('response.output_text.delta', {
      item_id: 'msg_1',
      output_index: 0,
      content_index: 0,
      delta: ' is London.',
    }),
    responded('response.output_item.done', { output_index: 0, item: spoken }),
    responsesEnd([spoken]),
  ],
  usage: openaiCompatible.usage,
  toolCall: [
    responded('response.created', { response: response({}) }),
    responded('response.output_item.added', {
      output_index: 0,
      item: { ...called, arguments: '', status: 'in_progress' },
    }),
    responded('response.function_call_arguments.delta', { item_id: 'fc_1', output_index: 0, delta: '{"country"' }),
    responded('response.function_call_arguments.delta', { item_id: 'fc_1', output_index: 0, delta: ':"UK"}' }),
    responded('response.output_item.done', { output_index: 0, item: called }),
    responsesEnd([called]),
  ],
  errorEvent: responded('error', {
    sequence_number: 9,
    error: { type: 'server_error', code: 'server_is_overloaded', message: 'Overloaded.', param: null },
  }),
  rateLimited: openaiCompatible.rateLimited,
  unpaid: openaiCompatible.unpaid,
};

// anthropic, claude-sonnet-4-6, April 2026: test_anthropic/test_anthropic_text_editor_code_execution_tool_stream
const message = (event: { type: string }) => sse(event, event.type);
const started = message({
  type: 'message_start',
  ...{
    message: {
      model: 'claude-sonnet-4-6',
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 14, cache_creation_input_tokens: 10, cache_read_input_tokens: 54, output_tokens: 1 },
    },
  },
});
const block = (type: string, rest: object) => message({ type, ...{ index: 0 }, ...rest });
const anthropicEnd = (stop_reason: string) => [
  block('content_block_stop', {}),
  sse(
    { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 9 } },
    'message_delta',
  ),
  message({ type: 'message_stop' }),
];
const anthropic: WireFixture = {
  responseModel: 'claude-sonnet-4-6',
  baseUrl: '/v1',
  text: [
    started,
    block('content_block_start', { content_block: { type: 'text', text: '' } }),
    message({ type: 'ping' }),
    block('content_block_delta', { delta: { type: 'text_delta', text: 'The capital' } }),
    block('content_block_delta', { delta: { type: 'text_delta', text: ' is London.' } }),
    ...anthropicEnd('end_turn'),
  ],
  usage: { inputTokens: 78, outputTokens: 9, reasoningTokens: 0, cacheReadTokens: 54, cacheWriteTokens: 10 },
  toolCall: [
    started,
    block('content_block_start', { content_block: { type: 'tool_use', id: 'call_1', name: 'get_capital', input: {} } }),
    block('content_block_delta', { delta: { type: 'input_json_delta', partial_json: '' } }),
    block('content_block_delta', { delta: { type: 'input_json_delta', partial_json: '{"country"' } }),
    block('content_block_delta', { delta: { type: 'input_json_delta', partial_json: ':"UK"}' } }),
    ...anthropicEnd('tool_use'),
  ],
  errorEvent: message({ type: 'error', ...{ error: { type: 'overloaded_error', message: 'Overloaded' } } }),
  rateLimited: { type: 'error', error: { type: 'rate_limit_error', message: 'Rate limited.' } },
  unpaid: {
    status: 400,
    body: { type: 'error', error: { type: 'invalid_request_error', message: 'Your credit balance is too low.' } },
  },
};

// google, gemini-2.5-pro, 2025: test_google/test_google_model_web_search_tool_stream
const candidate = (parts: object[], rest: object = {}) =>
  sse({
    candidates: [{ content: { parts, role: 'model' }, index: 0, ...rest }],
    modelVersion: 'gemini-2.5-pro',
    responseId: 'resp1',
  });
const geminiEnd = (parts: object[]) =>
  sse({
    candidates: [{ content: { parts, role: 'model' }, finishReason: 'STOP', index: 0 }],
    usageMetadata: {
      promptTokenCount: 60,
      toolUsePromptTokenCount: 18,
      cachedContentTokenCount: 54,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 4,
      totalTokenCount: 87,
    },
    modelVersion: 'gemini-2.5-pro',
    responseId: 'resp1',
  });
const google: WireFixture = {
  responseModel: null,
  baseUrl: '/v1beta',
  text: [candidate([{ text: 'The capital' }]), candidate([{ text: ' is' }]), geminiEnd([{ text: ' London.' }])],
  usage: { inputTokens: 78, outputTokens: 9, reasoningTokens: 4, cacheReadTokens: 54, cacheWriteTokens: 0 },
  toolCall: [
    geminiEnd([{ functionCall: { name: 'get_capital', args: { country: 'UK' } }, thoughtSignature: 'c2lnbmVk' }]),
  ],
  errorEvent: sse({ error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }),
  rateLimited: { error: { code: 429, message: 'Resource has been exhausted.', status: 'RESOURCE_EXHAUSTED' } },
  unpaid: {
    status: 429,
    body: {
      error: {
        code: 429,
        message: 'You exceeded your current quota.',
        status: 'RESOURCE_EXHAUSTED',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
            violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }],
          },
        ],
      },
    },
  },
};

// aws-bedrock, openai.gpt-oss-120b-1:0, 2026: test_bedrock/test_bedrock_model_stream_empty_text_delta
const converseStart = frame('messageStart', { role: 'assistant' });
const converseDelta = (delta: object) => frame('contentBlockDelta', { contentBlockIndex: 0, delta });
const converseEnd = (stopReason: string) => [
  frame('contentBlockStop', { contentBlockIndex: 0 }),
  frame('messageStop', { stopReason }),
  frame('metadata', {
    metrics: { latencyMs: 300 },
    usage: { inputTokens: 14, outputTokens: 9, totalTokens: 87, cacheReadInputTokens: 54, cacheWriteInputTokens: 10 },
  }),
];
const bedrock: WireFixture = {
  // Converse does not name the model that answers: the package repeats what was asked for.
  responseModel: 'model-1',
  baseUrl: '',
  text: [
    converseStart,
    converseDelta({ text: 'The capital' }),
    converseDelta({ text: ' is London.' }),
    ...converseEnd('end_turn'),
  ],
  usage: anthropic.usage,
  toolCall: [
    converseStart,
    frame('contentBlockStart', {
      contentBlockIndex: 0,
      start: { toolUse: { toolUseId: 'call_1', name: 'get_capital' } },
    }),
    converseDelta({ toolUse: { input: '{"country"' } }),
    converseDelta({ toolUse: { input: ':"UK"}' } }),
    ...converseEnd('tool_use'),
  ],
  errorEvent: frame('serviceUnavailableException', { message: 'Too busy.' }, 'exception'),
  rateLimited: { message: 'Too many requests, please wait before trying again.' },
  unpaid: { status: 402, body: { message: 'Payment is required.' } },
};

// cohere, in the format of docs.cohere.com/v2/docs/streaming
const cohereEvent = (type: string, rest: object = {}) => sse({ type, ...rest }, type);
const cohereStart = cohereEvent('message-start', {
  id: 'up_1',
  delta: { message: { role: 'assistant', content: [] } },
});
const cohereEnd = (finish_reason: string) =>
  cohereEvent('message-end', {
    delta: {
      finish_reason,
      usage: {
        billed_units: { input_tokens: 20, output_tokens: 9 },
        tokens: { input_tokens: 78, output_tokens: 9 },
        cached_tokens: 64,
      },
    },
  });
const cohereCall = (rest: object) => ({ index: 0, delta: { message: { tool_calls: rest } } });
const cohere: WireFixture = {
  responseModel: null,
  baseUrl: '/v2',
  text: [
    cohereStart,
    cohereEvent('content-start', { index: 0, delta: { message: { content: { type: 'text', text: '' } } } }),
    cohereEvent('content-delta', { index: 0, delta: { message: { content: { text: 'The capital' } } } }),
    cohereEvent('content-delta', { index: 0, delta: { message: { content: { text: ' is London.' } } } }),
    cohereEvent('content-end', { index: 0 }),
    cohereEnd('COMPLETE'),
  ],
  usage: { ...openaiCompatible.usage, reasoningTokens: 0 },
  toolCall: [
    cohereStart,
    cohereEvent(
      'tool-call-start',
      cohereCall({ id: 'call_1', type: 'function', function: { name: 'get_capital', arguments: '' } }),
    ),
    cohereEvent('tool-call-delta', cohereCall({ function: { arguments: '{"country"' } })),
    cohereEvent('tool-call-delta', cohereCall({ function: { arguments: ':"UK"}' } })),
    cohereEvent('tool-call-end', { index: 0 }),
    cohereEnd('TOOL_CALL'),
  ],
  errorEvent: sse({ error: { message: 'The server is overloaded.', type: 'overloaded_error' } }),
  rateLimited: { id: 'up_1', message: 'You are using a Trial key, which is limited to 20 API calls / minute.' },
  unpaid: { status: 402, body: { id: 'up_1', message: 'Please add a payment method: billing is not set up.' } },
};

// mistral, magistral-medium, 2025: test_mistral/test_mistral_model_thinking_part_iter
const mistralChunk = (delta: object, finish_reason: string | null = null, rest: object = {}) =>
  sse({
    id: 'up_1',
    object: 'chat.completion.chunk',
    created: 1782955818,
    model: 'magistral-medium-2507',
    choices: [{ index: 0, delta, finish_reason }],
    ...rest,
  });
const mistralEnd = (finishReason: string, delta: object) => [
  mistralChunk(delta, finishReason, {
    usage: { prompt_tokens: 78, completion_tokens: 9, total_tokens: 87, num_cached_tokens: 64 },
  }),
  'data: [DONE]\n\n',
];
const mistral: WireFixture = {
  ...openaiCompatible,
  responseModel: 'magistral-medium-2507',
  text: [
    mistralChunk({ role: 'assistant', content: '' }),
    mistralChunk({ content: 'The capital' }),
    mistralChunk({ content: ' is' }),
    mistralChunk({ content: ' London.' }),
    ...mistralEnd('stop', { content: '' }),
  ],
  usage: { ...openaiCompatible.usage, reasoningTokens: 0 },
  toolCall: [
    mistralChunk({ role: 'assistant', content: '' }),
    ...mistralEnd('tool_calls', {
      content: '',
      tool_calls: [{ id: 'call_1', index: 0, function: { name: 'get_capital', arguments: '{"country":"UK"}' } }],
    }),
  ],
};

/** One for each row of the catalogue that has a wire; a new row needs one. */
export const wireFixtures: Readonly<Record<string, WireFixture>> = {
  openai,
  azure: openai,
  xai: openai,
  anthropic,
  google,
  'google-vertex': google,
  'amazon-bedrock': bedrock,
  cohere,
  mistral,
  ...Object.fromEntries(
    [
      ...['openai-compatible', 'openai-chat', 'azure-chat', 'groq', 'deepseek', 'together', 'fireworks'],
      ...['cerebras', 'perplexity', 'openrouter', 'huggingface', 'zai', 'ollama'],
    ].map((kind) => [kind, openaiCompatible]),
  ),
};

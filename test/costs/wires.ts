import { frame } from '../providers/event-stream.ts';

/** What a provider says of usage; a count that is left out is not said, null stands for no words at all. */
export type Words = {
  readonly input?: number;
  /** Part of the input. */
  readonly cached?: number;
  readonly output?: number;
  /** Larger than the two together where a provider contradicts itself. */
  readonly total?: number;
} | null;

/** Where in a stream usage is said. Undefined: nothing stands there. */
export interface Places {
  /** With the first words, or before them. */
  readonly first?: Words;
  /** With the last words. */
  readonly second?: Words;
  /** In a piece of its own at the end, or in the one that ends the answer. */
  readonly last?: Words;
  /** In one more after that. */
  readonly again?: Words;
}

/** One family of wire formats: the same answer, with usage said here or there. */
export interface Family {
  readonly kind: string;
  readonly places: readonly (keyof Places)[];
  /** Whether it has a word for cached input, and for a total. */
  readonly tells: { readonly cached: boolean; readonly total: boolean };
  /** Whether a stream opens with the input, whatever it says at its end. */
  readonly opens: boolean;
  stream(places: Places): readonly string[];
  /** The whole answer as JSON. */
  whole(words: Words | undefined): object;
}

const sse = (data: object, event?: string) => `${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`;
const field = (name: string, words: Words | undefined, spell: (words: NonNullable<Words>) => object) =>
  words === undefined ? {} : { [name]: words === null ? null : spell(words) };
const defined = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

// ---------------------------------------------------------------- OpenAI's chat format and its likes

const chatWords = ({ input, cached, output, total }: NonNullable<Words>) =>
  defined({
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: total ?? (input ?? 0) + (output ?? 0),
    ...(cached !== undefined && { prompt_tokens_details: { cached_tokens: cached } }),
  });
const chunk = (choices: object[], words?: Words) =>
  sse({
    ...{ id: 'up_1', object: 'chat.completion.chunk', created: 1782955818, model: 'model-1', choices },
    ...field('usage', words, chatWords),
  });
const said = (delta: object, finish_reason: string | null = null) => [{ index: 0, delta, finish_reason }];
const chat = (kind: string): Family => ({
  kind,
  places: ['first', 'second', 'last', 'again'],
  tells: { cached: true, total: true },
  opens: false,
  stream: ({ first, second, last, again }) => [
    chunk(said({ role: 'assistant', content: 'The capital' }), first),
    chunk(said({ content: ' is London.' }, 'stop'), second),
    // Mistral has no pieces without a choice.
    ...[last, again].flatMap((words) =>
      words === undefined ? [] : [chunk(kind === 'mistral' ? said({ content: '' }, 'stop') : [], words)],
    ),
    'data: [DONE]\n\n',
  ],
  whole: (words) => ({
    ...{ id: 'up_1', object: 'chat.completion', created: 1782955818, model: 'model-1' },
    choices: [{ index: 0, message: { role: 'assistant', content: 'The capital is London.' }, finish_reason: 'stop' }],
    ...field('usage', words, chatWords),
  }),
});

// ---------------------------------------------------------------- OpenAI's Responses API

const responsesWords = ({ input, cached, output, total }: NonNullable<Words>) =>
  defined({
    input_tokens: input,
    output_tokens: output,
    total_tokens: total ?? (input ?? 0) + (output ?? 0),
    ...(cached !== undefined && { input_tokens_details: { cached_tokens: cached } }),
    output_tokens_details: { reasoning_tokens: 0 },
  });
const message = (text: string) => ({
  ...{ id: 'msg_1', type: 'message', role: 'assistant', status: 'completed' },
  content: [{ type: 'output_text', text, annotations: [] }],
});
const response = (status: string, words: Words | undefined, output: object[] = []) => ({
  ...{ id: 'resp_1', object: 'response', created_at: 1782955818, model: 'model-1', status, output },
  ...field('usage', words, responsesWords),
});
const event = (type: string, rest: object) => sse({ type, ...rest }, type);
const textDelta = (delta: string) =>
  event('response.output_text.delta', { item_id: 'msg_1', output_index: 0, content_index: 0, delta });
const responses = (kind: string): Family => ({
  kind,
  places: ['first', 'second', 'last'],
  tells: { cached: true, total: true },
  opens: false,
  stream: ({ first = null, second, last }) => [
    event('response.created', { response: response('in_progress', first) }),
    event('response.output_item.added', {
      output_index: 0,
      item: { ...message(''), status: 'in_progress', content: [] },
    }),
    textDelta('The capital'),
    textDelta(' is London.'),
    ...(second === undefined ? [] : [event('response.in_progress', { response: response('in_progress', second) })]),
    event('response.output_item.done', { output_index: 0, item: message('The capital is London.') }),
    event('response.completed', { response: response('completed', last, [message('The capital is London.')]) }),
  ],
  whole: (words) => response('completed', words, [message('The capital is London.')]),
});

// ---------------------------------------------------------------- Anthropic

const anthropicWords = ({ input, cached, output }: NonNullable<Words>) =>
  defined({
    input_tokens: input === undefined ? undefined : input - (cached ?? 0),
    cache_read_input_tokens: cached,
    output_tokens: output,
  });
const block = (type: string, rest: object) => event(type, { index: 0, ...rest });
const opening = (words: Words | undefined): Words => (words ? { ...words, output: 0 } : { input: 100, output: 0 });
const anthropic: Family = {
  kind: 'anthropic',
  places: ['first', 'second', 'last', 'again'],
  tells: { cached: true, total: false },
  opens: true,
  // It always opens with the input.
  stream: ({ second, last, again, first = opening(last ?? second) }) => [
    event('message_start', {
      message: {
        ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'model-1', content: [] },
        ...{ stop_reason: null, stop_sequence: null },
        ...field('usage', first, anthropicWords),
      },
    }),
    block('content_block_start', { content_block: { type: 'text', text: '' } }),
    block('content_block_delta', { delta: { type: 'text_delta', text: 'The capital' } }),
    block('content_block_delta', { delta: { type: 'text_delta', text: ' is London.' } }),
    block('content_block_stop', {}),
    ...[second, last, again].flatMap((words) =>
      words === undefined
        ? []
        : [
            event('message_delta', {
              delta: { stop_reason: 'end_turn', stop_sequence: null },
              ...field('usage', words, anthropicWords),
            }),
          ],
    ),
    ...([second, last, again].every((words) => words === undefined)
      ? [event('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null } })]
      : []),
    event('message_stop', {}),
  ],
  whole: (words) => ({
    ...{
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'model-1',
      stop_reason: 'end_turn',
      stop_sequence: null,
    },
    content: [{ type: 'text', text: 'The capital is London.' }],
    ...field('usage', words, anthropicWords),
  }),
};

// ---------------------------------------------------------------- Gemini

const geminiWords = ({ input, cached, output, total }: NonNullable<Words>) =>
  defined({
    promptTokenCount: input,
    cachedContentTokenCount: cached,
    candidatesTokenCount: output,
    totalTokenCount: total ?? (input ?? 0) + (output ?? 0),
  });
const candidates = (text: string, words: Words | undefined, rest: object = {}) => ({
  candidates: [{ content: { parts: [{ text }], role: 'model' }, index: 0, ...rest }],
  modelVersion: 'model-1',
  responseId: 'resp_1',
  ...field('usageMetadata', words, geminiWords),
});
const google = (kind: string): Family => ({
  kind,
  places: ['first', 'second', 'last'],
  tells: { cached: true, total: true },
  opens: false,
  stream: ({ first, second, last }) => [
    sse(candidates('The capital', first)),
    sse(candidates(' is', second)),
    sse(candidates(' London.', last, { finishReason: 'STOP' })),
  ],
  whole: (words) => candidates('The capital is London.', words, { finishReason: 'STOP' }),
});

// ---------------------------------------------------------------- Bedrock's Converse API

const converseWords = ({ input, cached, output }: NonNullable<Words>) =>
  defined({
    inputTokens: input === undefined ? undefined : input - (cached ?? 0),
    cacheReadInputTokens: cached,
    outputTokens: output,
    totalTokens: (input ?? 0) + (output ?? 0),
  });
const metadata = (words: Words | undefined) =>
  words === undefined
    ? []
    : [frame('metadata', { metrics: { latencyMs: 300 }, ...field('usage', words, converseWords) })];
const delta = (text: string) => frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text } });
const bedrock: Family = {
  kind: 'amazon-bedrock',
  places: ['first', 'second', 'last', 'again'],
  tells: { cached: true, total: false },
  opens: false,
  stream: ({ first, second, last, again }) => [
    frame('messageStart', { role: 'assistant' }),
    ...metadata(first),
    delta('The capital'),
    delta(' is London.'),
    ...metadata(second),
    frame('contentBlockStop', { contentBlockIndex: 0 }),
    frame('messageStop', { stopReason: 'end_turn' }),
    ...metadata(last),
    ...metadata(again),
  ],
  whole: (words) => ({
    output: { message: { role: 'assistant', content: [{ text: 'The capital is London.' }] } },
    stopReason: 'end_turn',
    metrics: { latencyMs: 300 },
    ...field('usage', words, converseWords),
  }),
};

// ---------------------------------------------------------------- Cohere

const cohereWords = ({ input, output }: NonNullable<Words>) => ({
  tokens: defined({ input_tokens: input, output_tokens: output }),
  billed_units: defined({ input_tokens: input, output_tokens: output }),
});
const cohereText = (text: string) => event('content-delta', { index: 0, delta: { message: { content: { text } } } });
const cohere: Family = {
  kind: 'cohere',
  places: ['last'],
  // What Cohere read from its cache it does not charge, which is a case of its own.
  tells: { cached: false, total: false },
  opens: false,
  stream: ({ last }) => [
    event('message-start', { id: 'up_1', delta: { message: { role: 'assistant', content: [] } } }),
    event('content-start', { index: 0, delta: { message: { content: { type: 'text', text: '' } } } }),
    cohereText('The capital'),
    cohereText(' is London.'),
    event('content-end', { index: 0 }),
    event('message-end', { delta: { finish_reason: 'COMPLETE', ...field('usage', last, cohereWords) } }),
  ],
  whole: (words) => ({
    ...{ id: 'up_1', finish_reason: 'COMPLETE' },
    message: { role: 'assistant', content: [{ type: 'text', text: 'The capital is London.' }] },
    ...field('usage', words, cohereWords),
  }),
};

export const families: readonly Family[] = [
  ...['openai-compatible', 'openai-chat', 'azure-chat', 'groq', 'deepseek', 'openrouter', 'mistral'].map(chat),
  ...['together', 'fireworks', 'cerebras', 'perplexity', 'huggingface', 'zai', 'ollama'].map(chat),
  ...['openai', 'azure', 'xai'].map(responses),
  anthropic,
  ...['google', 'google-vertex'].map(google),
  bedrock,
  cohere,
];

import type { catalogue } from '../../src/providers/catalogue.ts';
import { frame } from '../providers/event-stream.ts';

/** What a model says, in nobody's format. */
export type Item =
  | { readonly text: string; readonly source?: { readonly title: string; readonly url: string } }
  | { readonly thought: string }
  | { readonly refusal: string }
  /** Arguments as the model writes them, in the pieces in which it writes them. */
  | { readonly call: string; readonly id: string; readonly args: readonly string[] }
  | { readonly image: string }
  /** A sound in base64, and what is said in it. */
  | { readonly sound: string; readonly says: string }
  /** A search that the provider has made itself. */
  | { readonly searched: string }
  /** Something that came out yesterday, under a name that nobody knows. */
  | { readonly novelty: string };

/** The same answer in a provider's own format: in one piece, and as a stream. */
export interface Said {
  readonly json: object;
  readonly stream: readonly string[];
}

export interface WireFormat {
  says(items: readonly Item[]): Said;
  /** What an answer in this format can hold. */
  readonly can: readonly Saying[];
}

export type Saying = 'thought' | 'refusal' | 'source' | 'image' | 'sound' | 'searched' | 'novelty' | 'brokenCall';

const sse = (data: object, event?: string) => `${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`;
const half = (text: string) => [text.slice(0, 3), text.slice(3)];
const argumentsOf = (item: Extract<Item, { call: string }>) => item.args.join('');

// ---------------------------------------------------------------- OpenAI's chat format, and its neighbours'

const chatDeltas = (item: Item, index: number): object[] => {
  if ('text' in item) {
    const { url, title } = item.source ?? {};
    const annotations = [{ type: 'url_citation', url_citation: { start_index: 0, end_index: 1, url, title } }];
    return [...half(item.text).map((content) => ({ content })), ...(item.source ? [{ annotations }] : [])];
  }
  if ('thought' in item) return half(item.thought).map((reasoning_content) => ({ reasoning_content }));
  if ('refusal' in item) return half(item.refusal).map((refusal) => ({ refusal }));
  if ('image' in item) {
    return [{ images: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${item.image}` } }] }];
  }
  if ('sound' in item) {
    const bytes = Buffer.from(item.sound, 'base64');
    // Each piece by itself, so that they cannot simply be put one after the other.
    const pieces = [bytes.subarray(0, 7), bytes.subarray(7)].map((piece) => piece.toString('base64'));
    return [
      { audio: { id: 'audio_1' } },
      ...half(item.says).map((transcript) => ({ audio: { transcript } })),
      ...pieces.map((data) => ({ audio: { data } })),
    ];
  }
  if ('novelty' in item) return [{ dream: { of: item.novelty } }];
  if ('searched' in item) throw new Error('this format has no searches');
  const { call: name, id, args } = item;
  return [
    { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] },
    ...args.map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ];
};

/** @param usageApart in a chunk of its own after the end; Mistral says it with the end */
const chatFormat = (items: readonly Item[], usageApart: boolean): Said => {
  const calls = items.flatMap((item) => ('call' in item ? [item] : []));
  const deltas = items.flatMap((item) => chatDeltas(item, 'call' in item ? calls.indexOf(item) : 0));
  const about = { id: 'c1', created: 1782955818, model: 'model-1' };
  const usage = { prompt_tokens: 14, completion_tokens: 9, total_tokens: 23 };
  const finish_reason = calls.length > 0 ? 'tool_calls' : 'stop';
  const joined = (name: string) => deltas.map((delta) => (delta as Record<string, string>)[name] ?? '').join('');
  const lists = deltas.filter((delta) => 'annotations' in delta || 'images' in delta || 'dream' in delta);
  const message = {
    role: 'assistant',
    content: joined('content') || null,
    refusal: joined('refusal') || null,
    ...(joined('reasoning_content') && { reasoning_content: joined('reasoning_content') }),
    ...Object.assign({}, ...lists),
    ...items.flatMap((item) =>
      'sound' in item
        ? [{ audio: { id: 'audio_1', data: item.sound, transcript: item.says, expires_at: 1_782_960_000 } }]
        : [],
    )[0],
    ...(calls.length > 0 && {
      tool_calls: calls.map((item) => ({
        ...{ id: item.id, type: 'function', function: { name: item.call, arguments: argumentsOf(item) } },
      })),
    }),
  };
  const chunk = (delta: object, end: string | null = null, rest: object = {}) =>
    sse({ ...about, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: end }], ...rest });
  return {
    json: { ...about, object: 'chat.completion', choices: [{ index: 0, message, finish_reason }], usage },
    stream: [
      chunk({ role: 'assistant', content: '' }),
      ...deltas.map((delta) => chunk(delta)),
      chunk({}, finish_reason, usageApart ? {} : { usage }),
      ...(usageApart ? [sse({ ...about, object: 'chat.completion.chunk', choices: [], usage })] : []),
      'data: [DONE]\n\n',
    ],
  };
};

const chat: WireFormat['says'] = (items) => chatFormat(items, true);

// ---------------------------------------------------------------- OpenAI's Responses API

const responseItem = (item: Item, at: number): { readonly done: object; readonly deltas: readonly object[] } => {
  if ('call' in item) {
    const call = { type: 'function_call', id: `fc_${at}`, call_id: item.id, name: item.call, status: 'completed' };
    const deltas = item.args.map((delta) => ({
      type: 'response.function_call_arguments.delta',
      item_id: call.id,
      delta,
    }));
    return { done: { ...call, arguments: argumentsOf(item) }, deltas };
  }
  if ('thought' in item) {
    const id = `rs_${at}`;
    return {
      done: {
        type: 'reasoning',
        status: 'completed',
        id,
        encrypted_content: 'gAAA',
        summary: [{ type: 'summary_text', text: item.thought }],
      },
      deltas: [
        {
          type: 'response.reasoning_summary_part.added',
          item_id: id,
          summary_index: 0,
          part: { type: 'summary_text', text: '' },
        },
        ...half(item.thought).map((delta) => ({
          ...{ type: 'response.reasoning_summary_text.delta', item_id: id, summary_index: 0, delta },
        })),
      ],
    };
  }
  if ('novelty' in item) return { done: { type: 'dream', id: `dr_${at}`, of: item.novelty }, deltas: [] };
  if ('image' in item) {
    const done = { type: 'image_generation_call', id: `ig_${at}`, status: 'completed', result: item.image };
    return { done, deltas: [] };
  }
  if ('searched' in item) {
    const action = { type: 'search', query: item.searched };
    return { done: { type: 'web_search_call', id: `ws_${at}`, status: 'completed', action }, deltas: [] };
  }
  if ('sound' in item) throw new Error('this format has no sounds');
  const place = { item_id: `msg_${at}`, content_index: 0 };
  const message = { id: `msg_${at}`, type: 'message', role: 'assistant', status: 'completed' };
  if ('refusal' in item) {
    return {
      done: { ...message, content: [{ type: 'refusal', refusal: item.refusal }] },
      deltas: [
        ...half(item.refusal).map((delta) => ({ type: 'response.refusal.delta', ...place, delta })),
        { type: 'response.refusal.done', ...place, refusal: item.refusal },
      ],
    };
  }
  const annotations = item.source ? [{ type: 'url_citation', start_index: 0, end_index: 1, ...item.source }] : [];
  return {
    done: { ...message, content: [{ type: 'output_text', text: item.text, annotations }] },
    deltas: [
      ...half(item.text).map((delta) => ({ type: 'response.output_text.delta', ...place, delta })),
      ...annotations.map((annotation) => ({
        ...{ type: 'response.output_text.annotation.added', ...place, annotation_index: 0, annotation },
      })),
    ],
  };
};

const responses: WireFormat['says'] = (items) => {
  const said = items.map(responseItem);
  const output = said.map(({ done }) => done);
  const usage = { input_tokens: 14, output_tokens: 9, input_tokens_details: {}, output_tokens_details: {} };
  const response = { id: 'resp_1', object: 'response', created_at: 1782955818, model: 'model-1' };
  const whole = { ...response, status: 'completed', output, usage };
  const event = (data: object) => sse(data, (data as { readonly type?: string }).type);
  return {
    json: whole,
    stream: [
      event({ type: 'response.created', ...{ response: { ...response, output: [], usage: null } } }),
      ...said.flatMap(({ done, deltas }, output_index) => [
        event({ type: 'response.output_item.added', ...{ output_index, item: begun(done) } }),
        ...deltas.map((delta) => event(Object.assign({ output_index }, delta))),
        event({ type: 'response.output_item.done', ...{ output_index, item: done } }),
      ]),
      event({ type: 'response.completed', ...{ response: whole } }),
    ],
  };
};

/** An item before it has said anything. */
function begun(item: object): object {
  const empty = { arguments: '', content: [], summary: [] };
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, name in empty ? empty[name as keyof typeof empty] : value]),
  );
}

// ---------------------------------------------------------------- Anthropic's Messages API

const block = (item: Item): { readonly whole: object; readonly start: object; readonly deltas: readonly object[] } => {
  if ('call' in item) {
    const start = { type: 'tool_use', id: item.id, name: item.call, input: {} };
    const deltas = item.args.map((partial_json) => ({ type: 'input_json_delta', partial_json }));
    return { whole: { ...start, input: parsed(argumentsOf(item)) }, start, deltas };
  }
  if ('thought' in item) {
    const deltas = [
      ...half(item.thought).map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'signature_delta', signature: 'Eq==' },
    ];
    const whole = { type: 'thinking', thinking: item.thought, signature: 'Eq==' };
    return { whole, start: { type: 'thinking', thinking: '', signature: '' }, deltas };
  }
  if ('novelty' in item) {
    const dream = { type: 'dream', of: item.novelty };
    const deltas = half(item.novelty).map((text) => ({ type: 'dream_delta', text }));
    return { whole: dream, start: dream, deltas };
  }
  const { text, source } = 'text' in item ? item : { text: (item as { refusal: string }).refusal, source: undefined };
  const place = { cited_text: 'x', encrypted_index: 'Eo==' };
  const citation = source && { type: 'web_search_result_location', ...source, ...place };
  return {
    whole: { type: 'text', text, ...(citation && { citations: [citation] }) },
    start: { type: 'text', text: '' },
    deltas: [
      ...half(text).map((piece) => ({ type: 'text_delta', text: piece })),
      ...(citation ? [{ type: 'citations_delta', citation }] : []),
    ],
  };
};

const anthropic: WireFormat['says'] = (items) => {
  const blocks = items.map(block);
  const calls = items.some((item) => 'call' in item);
  const stop_reason = calls ? 'tool_use' : items.some((item) => 'refusal' in item) ? 'refusal' : 'end_turn';
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', stop_sequence: null };
  const usage = { input_tokens: 14, output_tokens: 9 };
  const event = (data: { readonly type?: string }) => sse(data, data.type);
  return {
    json: { ...message, content: blocks.map(({ whole }) => whole), stop_reason, usage },
    stream: [
      event({ type: 'message_start', ...{ message: { ...message, content: [], stop_reason: null, usage } } }),
      ...blocks.flatMap(({ start, deltas }, index) => [
        event({ type: 'content_block_start', ...{ index, content_block: start } }),
        ...deltas.map((delta) => event({ type: 'content_block_delta', ...{ index, delta } })),
        event({ type: 'content_block_stop', ...{ index } }),
      ]),
      event({ type: 'message_delta', ...{ delta: { stop_reason }, usage: { output_tokens: 9 } } }),
      event({ type: 'message_stop' }),
    ],
  };
};

// ---------------------------------------------------------------- Gemini

const geminiParts = (item: Item, pieces: (text: string) => readonly string[]): object[] => {
  if ('text' in item) return pieces(item.text).map((text) => ({ text }));
  if ('thought' in item) return pieces(item.thought).map((text) => ({ text, thought: true }));
  if ('image' in item) return [{ inlineData: { mimeType: 'image/png', data: item.image } }];
  if ('sound' in item) {
    return [
      ...pieces(item.says).map((text) => ({ text })),
      { inlineData: { mimeType: 'audio/wav', data: item.sound } },
    ];
  }
  if ('novelty' in item) return [{ dream: { of: item.novelty } }];
  if ('call' in item) return [{ functionCall: { id: item.id, name: item.call, args: parsed(argumentsOf(item)) } }];
  return [];
};

const gemini: WireFormat['says'] = (items) => {
  const parts = items.flatMap((item) => geminiParts(item, half));
  const whole = items.flatMap((item) => geminiParts(item, (text) => [text]));
  const sources = items.flatMap((item) => ('text' in item && item.source ? [item.source] : []));
  const end = {
    finishReason: 'STOP',
    ...(sources.length > 0 && {
      groundingMetadata: { groundingChunks: sources.map(({ title, url }) => ({ web: { title, uri: url } })) },
    }),
  };
  const about = { modelVersion: 'm', responseId: 'r' };
  const usageMetadata = { promptTokenCount: 14, candidatesTokenCount: 9, totalTokenCount: 23 };
  const candidate = (said: readonly object[], rest: object = {}) => ({
    content: { parts: said, role: 'model' },
    index: 0,
    ...rest,
  });
  return {
    json: { candidates: [candidate(whole, end)], usageMetadata, ...about },
    stream: [
      ...parts.slice(0, -1).map((part) => sse({ candidates: [candidate([part])], ...about })),
      sse({ candidates: [candidate(parts.slice(-1), end)], usageMetadata, ...about }),
    ],
  };
};

// ---------------------------------------------------------------- Bedrock's Converse API

const converseBlock = (
  item: Item,
): { readonly whole: object; readonly start?: object; readonly deltas: readonly object[] } => {
  if ('call' in item) {
    const toolUse = { toolUseId: item.id, name: item.call };
    const deltas = item.args.map((input) => ({ toolUse: { input } }));
    return { whole: { toolUse: { ...toolUse, input: parsed(argumentsOf(item)) } }, start: { toolUse }, deltas };
  }
  if ('thought' in item) {
    const signature = 'Eq==';
    const deltas = [...half(item.thought).map((text) => ({ text })), { signature }];
    return {
      whole: { reasoningContent: { reasoningText: { text: item.thought, signature } } },
      deltas: deltas.map((reasoningContent) => ({ reasoningContent })),
    };
  }
  if ('novelty' in item) {
    const dream = { dream: { of: item.novelty } };
    return { whole: dream, deltas: [dream] };
  }
  const { text, source } = 'text' in item ? item : { text: (item as { refusal: string }).refusal, source: undefined };
  const citation = source && {
    title: source.title,
    location: { web: { url: source.url } },
    sourceContent: [{ text: 'x' }],
  };
  return {
    whole: citation ? { citationsContent: { content: [{ text }], citations: [citation] } } : { text },
    deltas: [...half(text).map((piece) => ({ text: piece })), ...(citation ? [{ citation }] : [])],
  };
};

const converse: WireFormat['says'] = (items) => {
  const blocks = items.map(converseBlock);
  const refused = items.some((item) => 'refusal' in item);
  const stopReason = items.some((item) => 'call' in item) ? 'tool_use' : refused ? 'refusal' : 'end_turn';
  const rest = { metrics: { latencyMs: 3 }, usage: { inputTokens: 14, outputTokens: 9, totalTokens: 23 } };
  return {
    json: {
      output: { message: { role: 'assistant', content: blocks.map(({ whole }) => whole) } },
      stopReason,
      ...rest,
    },
    stream: [
      frame('messageStart', { role: 'assistant' }),
      ...blocks.flatMap(({ start, deltas }, contentBlockIndex) => [
        ...(start ? [frame('contentBlockStart', { contentBlockIndex, start })] : []),
        ...deltas.map((delta) => frame('contentBlockDelta', { contentBlockIndex, delta })),
        frame('contentBlockStop', { contentBlockIndex }),
      ]),
      frame('messageStop', { stopReason }),
      frame('metadata', rest),
    ],
  };
};

// ---------------------------------------------------------------- Mistral

const mistral: WireFormat['says'] = (items) => {
  const thoughts = items.flatMap((item) => ('thought' in item ? [item.thought] : []));
  const listed = items.some((item) => 'novelty' in item || ('text' in item && item.source));
  if (thoughts.length === 0 && !listed) return chatFormat(items, false);
  const content = [
    ...thoughts.map((text) => ({ type: 'thinking', thinking: [{ type: 'text', text }] })),
    ...items.flatMap((item) => ('text' in item ? [{ type: 'text', text: item.text }, ...referenceOf(item)] : [])),
    ...items.flatMap((item) => ('novelty' in item ? [{ type: 'dream', text: item.novelty }] : [])),
  ];
  const others = items.filter((item) => !['thought', 'text', 'novelty'].some((kind) => kind in item));
  const { json, stream } = chatFormat(others, false);
  const { choices, ...rest } = json as { choices: { message: object }[] };
  const delta = {
    id: 'c1',
    created: 1782955818,
    model: 'model-1',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  };
  return {
    json: { ...rest, choices: [{ ...choices[0], message: { ...choices[0]!.message, content } }] },
    stream: [stream[0]!, sse({ object: 'chat.completion.chunk', ...delta }), ...stream.slice(1)],
  };
};

/** A name that the result of a tool has for it. */
function referenceOf({ source }: Extract<Item, { text: string }>): object[] {
  return source ? [{ type: 'reference', reference_ids: [source.title] }] : [];
}

// ---------------------------------------------------------------- Cohere

const cohere: WireFormat['says'] = (items) => {
  const calls = items.flatMap((item) => ('call' in item ? [item] : []));
  const toolCalls = calls.map((item) => ({
    ...{ id: item.id, type: 'function', function: { name: item.call, arguments: argumentsOf(item) } },
  }));
  const finish_reason = calls.length > 0 ? 'TOOL_CALL' : 'COMPLETE';
  const usage = {
    billed_units: { input_tokens: 14, output_tokens: 9 },
    tokens: { input_tokens: 14, output_tokens: 9 },
  };
  const content = items.flatMap((item): { readonly type: 'text' | 'thinking'; readonly said: string }[] => {
    if ('text' in item) return [{ type: 'text', said: item.text }];
    return 'thought' in item ? [{ type: 'thinking', said: item.thought }] : [];
  });
  const citations = items.flatMap((item) =>
    'text' in item && item.source
      ? [
          {
            start: 0,
            end: 1,
            text: 'x',
            sources: [{ type: 'document', id: 'd', document: { ...item.source, text: 'x' } }],
          },
        ]
      : [],
  );
  const novelties = items.flatMap((item) => ('novelty' in item ? [item.novelty] : []));
  const dream = novelties.length > 0 ? { dream: { of: novelties[0] } } : {};
  const event = (type: string, rest: object) => sse({ type, ...rest }, type);
  const at = (index: number, message: object) => ({ index, delta: { message } });
  return {
    json: {
      id: 'c1',
      message: {
        ...{ role: 'assistant', content: content.map(({ type, said }) => ({ type, [type]: said })), ...dream },
        ...(calls.length > 0 && { tool_calls: toolCalls }),
        ...(citations.length > 0 && { citations }),
      },
      finish_reason,
      usage,
    },
    stream: [
      event('message-start', {
        id: 'c1',
        delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } },
      }),
      ...content.flatMap(({ type, said }, index) => [
        event('content-start', at(index, { content: { type, [type]: '' } })),
        ...half(said).map((piece) => event('content-delta', at(index, { content: { [type]: piece } }))),
        event('content-end', { index }),
      ]),
      ...citations.flatMap((citation, index) => [
        event('citation-start', at(index, { citations: citation })),
        event('citation-end', { index }),
      ]),
      ...(novelties.length > 0 ? [event('dream-start', at(0, dream))] : []),
      ...calls.flatMap(({ call: name, id, args }, index) => [
        event(
          'tool-call-start',
          at(index, { tool_calls: { id, type: 'function', function: { name, arguments: '' } } }),
        ),
        ...args.map((piece) => event('tool-call-delta', at(index, { tool_calls: { function: { arguments: piece } } }))),
        event('tool-call-end', { index }),
      ]),
      event('message-end', { delta: { finish_reason, usage } }),
    ],
  };
};

/** Some formats hold arguments as an object: what is no JSON cannot stand there in one piece. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

const formats = {
  responses: { says: responses, can: ['thought', 'refusal', 'source', 'image', 'searched', 'novelty', 'brokenCall'] },
  xai: { says: responses, can: ['thought', 'refusal', 'source', 'image', 'searched', 'novelty', 'brokenCall'] },
  openaiChat: { says: chat, can: ['refusal', 'source', 'sound', 'novelty', 'brokenCall'] },
  compatible: { says: chat, can: ['thought', 'refusal', 'source', 'image', 'sound', 'novelty', 'brokenCall'] },
  anthropic: { says: anthropic, can: ['thought', 'refusal', 'source', 'novelty'] },
  gemini: { says: gemini, can: ['thought', 'source', 'image', 'sound', 'novelty'] },
  converse: { says: converse, can: ['thought', 'refusal', 'source', 'novelty'] },
  mistral: { says: mistral, can: ['thought', 'source', 'brokenCall', 'novelty'] },
  cohere: { says: cohere, can: ['thought', 'source', 'novelty', 'brokenCall'] },
} as const satisfies Record<string, WireFormat>;

const spoken: Readonly<Record<string, WireFormat>> = {
  openai: formats.responses,
  azure: formats.responses,
  xai: formats.xai,
  'openai-chat': formats.openaiChat,
  'azure-chat': formats.openaiChat,
  anthropic: formats.anthropic,
  google: formats.gemini,
  'google-vertex': formats.gemini,
  'amazon-bedrock': formats.converse,
  mistral: formats.mistral,
  cohere: formats.cohere,
};

/** The format a kind of provider speaks; OpenAI's chat format where nothing else is said. */
export function formatOf(kind: (typeof catalogue)[number]['kind']): WireFormat {
  return spoken[kind] ?? formats.compatible;
}

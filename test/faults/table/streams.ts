import type { Fault } from '../table.ts';
import {
  begun,
  chunk,
  chunkOf,
  DONE,
  error,
  GOOD,
  goodStream,
  head,
  httpChunk,
  role,
  type Script,
  SSE,
  says,
  sse,
  stop,
  streams,
  usage,
  usageChunk,
  whole,
  words,
} from '../wire.ts';

const onFire = error('The server is on fire.', 'server_error');
const text = goodStream.join('');
const half = JSON.stringify(whole()).slice(0, 60);

/** Half of a body that knows its length, and then the end of the connection. */
const cutWhole =
  (reset: boolean): Script =>
  (wire) => {
    wire.write(head(200, { 'content-type': 'application/json', 'content-length': '900', connection: 'close' }));
    wire.write(half);
    return reset ? wire.rst() : wire.fin();
  };
const stallWhole: Script = (wire) => {
  wire.write(head(200, { 'content-type': 'application/json', 'content-length': '900', connection: 'close' }));
  wire.write(half);
};

/** Says `before`, then `ping` again and again for as long as anybody listens. */
const pings =
  (before: readonly string[], ping: string): Script =>
  async (wire) => {
    wire.write(head(200, SSE));
    for (const piece of before) wire.write(httpChunk(piece));
    while (!wire.gone) {
      wire.write(httpChunk(ping));
      await wire.wait(20);
    }
  };

const packed = (pieces: readonly (string | Uint8Array)[]) => streams(pieces);
/** Each byte a packet; sixteen at a time would be no test. */
const byteByByte: Script = async (wire) => {
  wire.write(head(200, SSE));
  for (const byte of Buffer.from(text)) wire.write(httpChunk(Uint8Array.of(byte)));
  wire.write('0\r\n\r\n');
  wire.fin();
};

/** Splits after `at` bytes, wherever that is. */
const split = (piece: string, at: number) => {
  const bytes = Buffer.from(piece);
  return [bytes.subarray(0, at), bytes.subarray(at)];
};
const accented = chunk({ content: 'São Paulo 東京 🛫' });

const endless: Script = async (wire) => {
  wire.write(head(200, SSE));
  wire.write(httpChunk('data: {"choices":[{"index":0,"delta":{"content":"'));
  const line = 'a'.repeat(1 << 20);
  for (let sent = 0; sent < 64 && !wire.gone; sent++) {
    wire.write(httpChunk(line));
    await wire.wait(1);
  }
  wire.fin();
};

const slowTokens: Script = async (wire) => {
  wire.write(head(200, SSE));
  for (const piece of goodStream) {
    wire.write(httpChunk(piece));
    await wire.wait(60);
  }
  wire.write('0\r\n\r\n');
  wire.fin();
};

const fragment = (index: number, id: string | null, name: string | null, args: string | null) =>
  chunk({
    tool_calls: [
      {
        index,
        ...(id !== null && { id, type: 'function' }),
        function: { ...(name !== null && { name }), arguments: args },
      },
    ],
  });
const callEnd = [chunk({}, 'tool_calls'), usageChunk(), DONE];
const toolCalls = { ends: 'answers', text: '', finishReason: 'TOOL_CALLS' } as const;

// ---------------------------------------------------------------- Anthropic and Gemini

const anthropic = (type: string, rest: object) => sse({ type, ...rest }, type);
const claudeStart = anthropic('message_start', {
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-haiku-4-5',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 1 },
  },
});
const claudeWords = [
  anthropic('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  anthropic('content_block_delta', { index: 0, delta: { type: 'text_delta', text: GOOD } }),
  anthropic('content_block_stop', { index: 0 }),
];
const claudeDelta = (outputTokens: number, reason: string | null) =>
  anthropic('message_delta', {
    delta: { stop_reason: reason, stop_sequence: null },
    usage: { output_tokens: outputTokens },
  });
const claudeStop = anthropic('message_stop', {});
const gemini = (rest: object) =>
  `data: ${JSON.stringify({ candidates: [{ content: { role: 'model', parts: [{ text: 'The capital' }] }, index: 0, ...rest }], usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 2, totalTokenCount: 12 }, modelVersion: 'gemini-2.5-flash' })}\r\n\r\n`;

export const streamFaults: readonly Fault[] = [
  { id: 'S1', title: 'an error as the first event', ends: 'fails', streamed: streams([sse(onFire)]) },
  {
    id: 'S1-anthropic',
    title: 'Anthropic: an error as the first event',
    ends: 'fails',
    at: 'anthropic',
    streamed: streams([anthropic('error', { error: { type: 'overloaded_error', message: 'Overloaded' } })]),
  },
  { id: 'S2', title: 'an error in the middle', ends: 'breaks', streamed: streams([...begun, sse(onFire)]) },
  {
    id: 'S3',
    title: 'cut within an event',
    ends: 'breaks',
    streamed: streams([...begun, words[1]!.slice(0, 40)]),
    whole: cutWhole(false),
  },
  { id: 'S4', title: 'cut between events, clean end', ends: 'breaks', streamed: streams(begun) },
  { id: 'S5', title: 'FIN without the last chunk', ends: 'breaks', streamed: streams(begun, 'fin') },
  { id: 'S6', title: 'RST in the middle', ends: 'breaks', streamed: streams(begun, 'rst'), whole: cutWhole(true) },
  { id: 'S7', title: 'headers, then silence', ends: 'fails', hangs: true, streamed: streams([], 'hang'), maxAsked: 1 },
  {
    id: 'S8',
    title: 'silence in the middle',
    ends: 'breaks',
    hangs: true,
    streamed: streams(begun, 'hang'),
    whole: stallWhole,
  },
  { id: 'S9', title: 'pings for ever', ends: 'fails', hangs: true, streamed: pings([], ': ping\n\n'), maxAsked: 1 },
  {
    id: 'S9-mid',
    title: 'pings for ever, in the middle',
    ends: 'breaks',
    hangs: true,
    streamed: pings(begun, ': ping\n\n'),
  },
  {
    id: 'S9-empty',
    title: 'empty deltas for ever',
    ends: 'breaks',
    hangs: true,
    streamed: pings(begun, chunk({ content: '' })),
  },
  {
    id: 'S10',
    title: 'finish reason without [DONE]',
    ends: 'answers',
    streamed: streams([role, ...words, stop, usageChunk()]),
  },
  { id: 'S11', title: '[DONE] without a finish reason', ends: 'breaks', streamed: streams([...begun, DONE]) },
  { id: 'S12', title: '[DONE] twice', ends: 'answers', streamed: streams([...goodStream, DONE]) },
  { id: 'S12-open', title: '[DONE], but the connection stays', ends: 'answers', streamed: streams(goodStream, 'hang') },
  {
    id: 'S13',
    title: 'data after [DONE]',
    ends: 'answers',
    streamed: streams([...goodStream, chunk({ content: ' And more!' }), DONE]),
  },
  { id: 'S13-error', title: 'an error after [DONE]', ends: 'answers', streamed: streams([...goodStream, sse(onFire)]) },
  {
    id: 'S14',
    title: 'usage in a last chunk without choices',
    ends: 'answers',
    usage: 'PROVIDER',
    streamed: streams(goodStream),
  },
  {
    id: 'S15',
    title: 'usage with the finish reason',
    ends: 'answers',
    usage: 'PROVIDER',
    streamed: streams([role, ...words, chunk({}, 'stop', { usage }), DONE]),
  },
  {
    id: 'S16',
    title: 'usage in every chunk',
    ends: 'answers',
    usage: 'PROVIDER',
    streamed: streams([
      ...words.map((_, at) => sse({ ...chunkOf({ content: at === 0 ? 'The capital' : ' is London.' }), usage })),
      chunk({}, 'stop', { usage }),
      DONE,
    ]),
  },
  {
    id: 'S17',
    title: 'usage twice',
    ends: 'answers',
    usage: 'PROVIDER',
    streamed: streams([role, ...words, stop, usageChunk(), usageChunk(), DONE]),
  },
  {
    id: 'S18',
    title: 'Anthropic: usage that counts up',
    ends: 'answers',
    usage: 'PROVIDER',
    at: 'anthropic',
    streamed: streams([claudeStart, ...claudeWords, claudeDelta(3, null), claudeDelta(5, 'end_turn'), claudeStop]),
  },
  {
    id: 'S18-cut',
    title: 'Anthropic: no message_delta, no message_stop',
    ends: 'breaks',
    at: 'anthropic',
    streamed: streams([claudeStart, ...claudeWords]),
  },
  {
    id: 'S19',
    title: 'no usage in the stream',
    ends: 'answers',
    usage: 'ESTIMATED',
    streamed: streams([role, ...words, stop, DONE]),
  },
  {
    id: 'S20',
    title: 'Azure: an empty chunk first',
    ends: 'answers',
    streamed: streams([
      sse({ choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: [] }),
      ...goodStream,
    ]),
  },
  { id: 'S21-crlf', title: 'CRLF', ends: 'answers', streamed: streams([text.replaceAll('\n', '\r\n')]) },
  { id: 'S21-cr', title: 'CR', ends: 'answers', streamed: streams([text.replaceAll('\n', '\r')]) },
  {
    id: 'S21-split',
    title: 'CR and LF in two packets',
    ends: 'answers',
    streamed: packed(goodStream.flatMap((event) => [`${event.trimEnd()}\r`, '\n\r', '\n'])),
  },
  { id: 'S21-bom', title: 'byte order mark', ends: 'answers', streamed: streams([`\ufeff${text}`]) },
  {
    id: 'S21-space',
    title: 'no space after the colon',
    ends: 'answers',
    streamed: streams([text.replaceAll('data: ', 'data:')]),
  },
  {
    id: 'S21-lines',
    title: 'data on several lines',
    ends: 'answers',
    streamed: streams(goodStream.map((event) => event.replace(',"choices"', ',\ndata: "choices"'))),
  },
  {
    id: 'S21-fields',
    title: 'id: and retry:',
    ends: 'answers',
    streamed: streams(goodStream.map((event, at) => `id: ${at}\nretry: 10\n${event}`)),
  },
  { id: 'S21-blank', title: 'no blank line at the end', ends: 'answers', streamed: streams([text.trimEnd()]) },
  { id: 'S21-packet', title: 'all events in one packet', ends: 'answers', streamed: streams([text]) },
  { id: 'S21-bytes', title: 'every byte a packet', ends: 'answers', streamed: byteByByte },
  {
    id: 'S22',
    title: 'comments',
    ends: 'answers',
    streamed: streams([': ping\n\n', ...goodStream.flatMap((event) => [event, ': ping\n\n'])]),
  },
  {
    id: 'S22-event',
    title: 'ping events',
    ends: 'answers',
    streamed: streams([role, 'event: ping\ndata: {}\n\n', ...goodStream.slice(1)]),
  },
  {
    id: 'S23',
    title: 'UTF-8 split over packets',
    ends: 'answers',
    text: 'São Paulo 東京 🛫',
    streamed: streams([role, ...split(accented, Buffer.byteLength(accented) - 45), stop, usageChunk(), DONE]),
  },
  {
    id: 'S23-pair',
    title: 'a surrogate pair over two events',
    ends: 'answers',
    text: 'a🛫b',
    streamed: streams([
      role,
      sse('{"choices":[{"index":0,"delta":{"content":"a\\ud83d"},"finish_reason":null}]}'),
      sse('{"choices":[{"index":0,"delta":{"content":"\\udeebb"},"finish_reason":null}]}'),
      stop,
      usageChunk(),
      DONE,
    ]),
  },
  {
    id: 'S23-nul',
    title: 'NUL',
    ends: 'answers',
    text: 'a\u0000b',
    streamed: streams([role, chunk({ content: 'a\u0000b' }), stop, usageChunk(), DONE]),
  },
  {
    id: 'S24',
    title: 'one event of 2 MB',
    ends: 'answers',
    text: 'a'.repeat(2_000_000),
    streamed: streams([role, chunk({ content: 'a'.repeat(2_000_000) }), stop, usageChunk(), DONE]),
  },
  { id: 'S24-endless', title: 'a line without end', ends: 'fails', streamed: endless, maxAsked: 1 },
  {
    id: 'S24-tiny',
    title: '2,000 tiny events',
    ends: 'answers',
    text: 'a'.repeat(2000),
    streamed: streams([role, chunk({ content: 'a' }).repeat(2000), stop, usageChunk(), DONE]),
  },
  {
    id: 'S25',
    title: 'a line that is no JSON',
    ends: 'breaks',
    streamed: streams([...begun, 'data: {oops\n\n', words[1]!, stop, DONE]),
  },
  {
    id: 'S25-type',
    title: 'an unknown kind of event',
    ends: 'answers',
    streamed: streams([
      role,
      ': x\n\nevent: surprise\ndata: {"object":"surprise","choices":[]}\n\n',
      ...goodStream.slice(1),
    ]),
  },
  {
    id: 'S26',
    title: 'Gemini: a raw error after the events',
    ends: 'breaks',
    at: 'google',
    streamed: streams([
      gemini({}),
      JSON.stringify({ error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }),
    ]),
  },
  {
    id: 'S27-html',
    title: 'HTML as an event stream',
    ends: 'fails',
    streamed: says(200, '<html></html>', { 'content-type': 'text/event-stream' }),
  },
  { id: 'S27-empty', title: 'an empty stream', ends: 'fails', streamed: streams([]) },
  { id: 'S27-done', title: 'only [DONE]', ends: 'fails', streamed: streams([DONE]) },
  { id: 'S27-json', title: 'a whole answer when a stream was asked for', ends: 'fails', streamed: says(200, whole()) },
  { id: 'S27-sse', title: 'a stream when a whole answer was asked for', ends: 'fails', whole: streams(goodStream) },
  {
    id: 'S28',
    title: 'tool calls in turns',
    ...toolCalls,
    calls: ['a {"x":1}', 'b {"y":2}'],
    streamed: streams([
      role,
      fragment(0, 'call_1', 'a', ''),
      fragment(1, 'call_2', 'b', ''),
      fragment(0, null, null, '{"x"'),
      fragment(1, null, null, '{"y"'),
      fragment(0, null, null, ':1}'),
      fragment(1, null, null, ':2}'),
      ...callEnd,
    ]),
  },
  {
    id: 'S28-null',
    title: 'tool arguments of null first',
    ...toolCalls,
    calls: ['a {}'],
    streamed: streams([role, fragment(0, 'call_1', 'a', null), fragment(0, null, null, '{}'), ...callEnd]),
  },
  {
    id: 'S28-name',
    title: 'the name of a tool comes second',
    ...toolCalls,
    calls: ['a {}'],
    streamed: streams([role, fragment(0, 'call_1', null, ''), fragment(0, null, 'a', '{}'), ...callEnd]),
  },
  {
    id: 'S28-zero',
    title: 'every tool call is number 0',
    ...toolCalls,
    calls: ['a {"x":1}', 'b {"y":2}'],
    streamed: streams([
      role,
      fragment(0, 'call_1', 'a', ''),
      fragment(0, null, null, '{"x":1}'),
      fragment(0, 'call_2', 'b', '{"y"'),
      fragment(0, null, null, ':2}'),
      ...callEnd,
    ]),
  },
  {
    id: 'S28-id',
    title: 'another id with each fragment of a call',
    ...toolCalls,
    calls: ['a {"x":1}'],
    streamed: streams([role, fragment(0, 'call_1', 'a', '{"x"'), fragment(0, 'call_9', null, ':1}'), ...callEnd]),
  },
  { id: 'S29', title: 'no role', ends: 'answers', streamed: streams(goodStream.slice(1)) },
  {
    id: 'S29-logprobs',
    title: 'log probabilities',
    ends: 'answers',
    streamed: streams([sse({ ...base(GOOD), system_fingerprint: 'fp' }), stop, usageChunk(), DONE]),
  },
  {
    id: 'S29-list',
    title: 'content as a list of parts',
    ends: 'answers',
    streamed: streams([
      role,
      chunk({ content: [{ type: 'text', text: 'The capital' }] }),
      chunk({
        content: [
          { type: 'text', text: ' is ' },
          { type: 'text', text: 'London.' },
        ],
      }),
      stop,
      usageChunk(),
      DONE,
    ]),
  },
  {
    id: 'S29-reasoning',
    title: 'thoughts before the words',
    ends: 'answers',
    streamed: streams([role, chunk({ reasoning_content: 'London, I think.' }), ...goodStream.slice(1)]),
  },
  {
    id: 'S29-choices',
    title: 'a second choice that nobody asked for',
    ends: 'answers',
    streamed: streams([
      role,
      words[0]!,
      sse({ ...chunkOf({}), choices: [{ index: 1, delta: { content: 'Paris.' }, finish_reason: null }] }),
      words[1]!,
      stop,
      usageChunk(),
      DONE,
    ]),
  },
  { id: 'S30', title: 'slow tokens', ends: 'answers', streamed: slowTokens },
];

function base(content: string): object {
  return {
    ...chunkOf({}),
    choices: [{ index: 0, delta: { role: 'assistant', content }, logprobs: { content: [] }, finish_reason: null }],
  };
}

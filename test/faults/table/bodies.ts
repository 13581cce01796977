import type { Fault } from '../table.ts';
import {
  chunk,
  chunkOf,
  DONE,
  error,
  GOOD,
  goodStream,
  role,
  type Script,
  says,
  sse,
  stop,
  streams,
  usage,
  usageChunk,
  whole,
  words,
} from '../wire.ts';

const both = (script: Script) => ({ streamed: script, whole: script });
const html = '<!doctype html><html><body><h1>Please wait</h1></body></html>';
const good = JSON.stringify(whole());
const text = (body: string, type: string) => says(200, body, { 'content-type': type });

/** The same usage said in the end of a stream and in a whole answer. */
const counted = (given: object | null) => ({
  streamed: streams([role, ...words, stop, ...(given === null ? [] : [usageChunk(given)]), DONE]),
  whole: says(200, whole({}, 'stop', { usage: given ?? undefined })),
});

const finished = (reason: string) => ({
  streamed: streams([role, ...words, chunk({}, reason), usageChunk(), DONE]),
  whole: says(200, whole({}, reason)),
});

const call = (args: string | null, index = 0, id = 'call_1') => ({
  index,
  id,
  type: 'function',
  function: { name: 'look_up', arguments: args },
});
const calls = (...given: object[]) => ({
  streamed: streams([role, chunk({ tool_calls: given }), chunk({}, 'tool_calls'), usageChunk(), DONE]),
  whole: says(200, whole({ content: null, tool_calls: given }, 'tool_calls')),
});

export const bodyFaults: readonly Fault[] = [
  { id: 'B1', title: '200 with an HTML page', ends: 'fails', ...both(text(html, 'text/html')) },
  { id: 'B1-json', title: 'HTML that calls itself JSON', ends: 'fails', ...both(text(html, 'application/json')) },
  { id: 'B2', title: '200 with nothing', ends: 'fails', ...both(text('', 'application/json')) },
  { id: 'B3', title: 'JSON cut short', ends: 'fails', ...both(text(good.slice(0, 70), 'application/json')) },
  { id: 'B4', title: 'null', ends: 'fails', ...both(text('null', 'application/json')) },
  { id: 'B4-list', title: '[]', ends: 'fails', ...both(text('[]', 'application/json')) },
  { id: 'B4-object', title: '{}', ends: 'fails', ...both(text('{}', 'application/json')) },
  {
    id: 'B5',
    title: 'byte order mark first',
    ends: 'answers',
    whole: text(`\ufeff${good}`, 'application/json'),
    streamed: streams([`\ufeff${goodStream[0]}`, ...goodStream.slice(1)]),
  },
  {
    id: 'B6',
    title: 'bytes that are no UTF-8',
    ends: 'answers',
    text: 'The capital\ufffd',
    whole: says(200, Buffer.from(good.replace(GOOD, 'The capital\xff'), 'latin1')),
    streamed: streams([role, Buffer.from(chunk({ content: 'The capital\xff' }), 'latin1'), stop, usageChunk(), DONE]),
  },
  {
    id: 'B7',
    title: 'right body, wrong content type',
    ends: 'answers',
    whole: text(good, 'text/plain'),
    streamed: streams(goodStream, 'clean', {
      'content-type': 'application/json',
      'transfer-encoding': 'chunked',
      connection: 'close',
    }),
  },
  {
    id: 'B8',
    title: 'an error inside a 200',
    ends: 'fails',
    ...both(says(200, error('The server is on fire.', 'server_error'))),
  },
  { id: 'B9', title: 'no choices', ends: 'fails', ...both(says(200, { ...JSON.parse(good), choices: undefined })) },
  {
    id: 'B9-empty',
    title: 'an empty list of choices',
    ends: 'fails',
    ...both(says(200, { ...JSON.parse(good), choices: [] })),
  },
  {
    id: 'B10',
    title: 'no content and no tool call, properly ended',
    ends: 'answers',
    text: '',
    streamed: streams([role, stop, usageChunk(), DONE]),
    whole: says(200, whole({ content: null })),
  },
  { id: 'B11', title: 'usage missing', ends: 'answers', usage: 'ESTIMATED', ...counted(null) },
  {
    id: 'B11-zero',
    title: 'usage of zero',
    ends: 'answers',
    usage: 'PROVIDER',
    ...counted({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }),
  },
  {
    id: 'B11-null',
    title: 'usage of null',
    ends: 'answers',
    usage: 'ESTIMATED',
    ...counted({ prompt_tokens: null, completion_tokens: null }),
  },
  {
    id: 'B11-sum',
    title: 'usage that does not add up',
    ends: 'answers',
    usage: 'MIXED',
    ...counted({ ...usage, total_tokens: 99 }),
  },
  {
    id: 'B12',
    title: 'refusal',
    ends: 'answers',
    text: 'I cannot do that.',
    finishReason: 'CONTENT_FILTER',
    streamed: streams([role, chunk({ refusal: 'I cannot do that.' }), stop, usageChunk(), DONE]),
    whole: says(200, whole({ content: null, refusal: 'I cannot do that.' })),
  },
  {
    id: 'B13',
    title: 'stopped by a content filter',
    ends: 'answers',
    finishReason: 'CONTENT_FILTER',
    ...finished('content_filter'),
  },
  { id: 'B14', title: 'out of tokens', ends: 'answers', finishReason: 'LENGTH', ...finished('length') },
  {
    id: 'B15',
    title: 'tool arguments that are no JSON',
    ends: 'answers',
    text: '',
    finishReason: 'TOOL_CALLS',
    ...calls(call('{"a":')),
  },
  {
    id: 'B15-empty',
    title: 'empty tool arguments',
    ends: 'answers',
    text: '',
    finishReason: 'TOOL_CALLS',
    ...calls(call('')),
  },
  {
    id: 'B15-twice',
    title: 'two calls with one id',
    ends: 'answers',
    text: '',
    finishReason: 'TOOL_CALLS',
    ...calls(call('{}'), call('{}', 1)),
  },
  {
    id: 'G1',
    title: 'more tokens than were allowed',
    ends: 'answers',
    usage: 'PROVIDER',
    ...counted({ prompt_tokens: 10, completion_tokens: 5000, total_tokens: 5010 }),
  },
  {
    id: 'G4',
    title: 'answered by another model than asked',
    ends: 'answers',
    whole: says(200, whole({}, 'stop', { model: 'dearer-1' })),
    streamed: streams([sse({ ...chunkOf({ content: GOOD }), model: 'dearer-1' }), stop, usageChunk(), DONE]),
  },
];

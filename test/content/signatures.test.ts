import { describe, expect, test } from 'vitest';
import { rowOf } from '../../src/providers/catalogue.ts';
import { COMPATIBLE } from '../../src/providers/openai-compatible.ts';
import { OPENROUTER } from '../../src/providers/reasoning-details.ts';
import { frame } from '../providers/event-stream.ts';
import { answers, streams } from '../providers/loopback.ts';
import { contentHouse } from './for-this-file.ts';
import { kinds, objectsIn } from './house.ts';

/**
 * What a model signed in its turn is taken from the answer as a client would, and given back with the tool's result:
 * then it is on the wire as it came.
 */

const sse = (data: { readonly type?: string; readonly candidates?: readonly object[] }) =>
  `${data.type ? `event: ${data.type}\n` : ''}data: ${JSON.stringify(data)}\n\n`;

/** Blocks of Anthropic's, each begun, said and ended. */
function anthropicTurn(...blocks: readonly (readonly [start: object, ...deltas: object[]])[]): string[] {
  const usage = { input_tokens: 14, output_tokens: 9 };
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    usage,
  };
  return [
    sse({ type: 'message_start', ...{ message } }),
    ...blocks.flatMap(([content_block, ...deltas], index) => [
      sse({ type: 'content_block_start', ...{ index, content_block } }),
      ...deltas.map((delta) => sse({ type: 'content_block_delta', ...{ index, delta } })),
      sse({ type: 'content_block_stop', ...{ index } }),
    ]),
    sse({ type: 'message_delta', ...{ delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } } }),
    sse({ type: 'message_stop' }),
  ];
}
const anthropicCall = [
  { type: 'tool_use', id: 'call_1', name: 'look', input: {} },
  { type: 'input_json_delta', partial_json: '{"at":"x"}' },
] as const;

function responsesTurn(...items: readonly { readonly type: string; readonly id: string }[]): string[] {
  const response = { id: 'resp_1', object: 'response', created_at: 1782955818, model: 'model-1', output: items };
  const usage = { input_tokens: 14, output_tokens: 9, input_tokens_details: {}, output_tokens_details: {} };
  return [
    sse({ type: 'response.created', ...{ response: { ...response, output: [], usage: null } } }),
    ...items.flatMap((item, output_index) => [
      sse({ type: 'response.output_item.added', ...{ output_index, item } }),
      sse({ type: 'response.output_item.done', ...{ output_index, item } }),
    ]),
    sse({ type: 'response.completed', ...{ response: { ...response, status: 'completed', usage } } }),
  ];
}

function geminiTurn(...parts: readonly object[]): string[] {
  const usageMetadata = { promptTokenCount: 14, candidatesTokenCount: 9, totalTokenCount: 23 };
  const candidates = [{ content: { parts, role: 'model' }, finishReason: 'STOP', index: 0 }];
  return [sse({ ...{ candidates, usageMetadata, modelVersion: 'm', responseId: 'r' } })];
}

function converseTurn(...deltas: readonly object[]): string[] {
  const toolUse = { toolUseId: 'call_1', name: 'look' };
  return [
    frame('messageStart', { role: 'assistant' }),
    ...deltas.map((reasoningContent) =>
      frame('contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent } }),
    ),
    frame('contentBlockStop', { contentBlockIndex: 0 }),
    frame('contentBlockStart', { contentBlockIndex: 1, start: { toolUse } }),
    frame('contentBlockDelta', { contentBlockIndex: 1, delta: { toolUse: { input: '{"at":"x"}' } } }),
    frame('contentBlockStop', { contentBlockIndex: 1 }),
    frame('messageStop', { stopReason: 'tool_use' }),
    frame('metadata', { metrics: { latencyMs: 3 }, usage: { inputTokens: 14, outputTokens: 9, totalTokens: 23 } }),
  ];
}

/** A call in OpenAI's chat format, signed as Gemini signs where it is served in it. */
function signedChatTurn(thought_signature: string): string[] {
  const tool_call = {
    ...{ index: 0, id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":"x"}' } },
    extra_content: { google: { thought_signature } },
  };
  return [
    chunk({ choices: [{ index: 0, delta: { role: 'assistant', tool_calls: [tool_call] } }] }),
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] }),
    chunk({ usage: { prompt_tokens: 14, completion_tokens: 9, total_tokens: 23 } }),
    'data: [DONE]\n\n',
  ];
}

const chunk = (more: object) =>
  `data: ${JSON.stringify({ id: 'c1', created: 1782955818, model: 'model-1', choices: [], ...more })}\n\n`;
const chatUsage = { prompt_tokens: 14, completion_tokens: 9, total_tokens: 23 };
const lookCall = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":"x"}' } };

/** What OpenRouter passes on from Anthropic and Google, in pieces: words, then what proves them, then what is sealed. */
const detailPieces = [
  { reasoning: 'I ', reasoning_details: [{ type: 'reasoning.text', text: 'I ', format: 'f1', index: 0 }] },
  { reasoning: 'look.', reasoning_details: [{ type: 'reasoning.text', text: 'look.', format: 'f1', index: 0 }] },
  { reasoning_details: [{ type: 'reasoning.text', signature: 'Eq==sig', format: 'f1', index: 0 }] },
];
const sealedDetail = { type: 'reasoning.encrypted', data: 'Er==hidden', id: 'call_1', format: 'f2', index: 1 };
const plainDetail = { type: 'reasoning.text', text: 'I look.', format: 'f1', index: 0 };
const details = [{ ...plainDetail, signature: 'Eq==sig' }, sealedDetail];
const chatTurn = (...deltas: readonly object[]) => [
  ...deltas.map((delta) => chunk({ choices: [{ index: 0, delta }] })),
  chunk({ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...lookCall }] } }] }),
  chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] }),
  chunk({ usage: chatUsage }),
  'data: [DONE]\n\n',
];
const chatWhole = (message: object) => ({
  ...{ id: 'c1', object: 'chat.completion', created: 1782955818, model: 'model-1', usage: chatUsage },
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: null, ...message, tool_calls: [lookCall] },
      finish_reason: 'stop',
    },
  ],
});

const coherePlan = 'I will look.';
const cohereUsage = {
  billed_units: { input_tokens: 14, output_tokens: 9 },
  tokens: { input_tokens: 14, output_tokens: 9 },
};
const cohereSaid = (type: string, message: object) => sse({ type, ...{ index: 0, delta: { message } } });
const cohereTurn = [
  sse({ type: 'message-start', ...{ id: 'c1', delta: { message: { role: 'assistant', tool_plan: '' } } } }),
  cohereSaid('tool-plan-delta', { tool_plan: 'I will' }),
  cohereSaid('tool-plan-delta', { tool_plan: ' look.' }),
  cohereSaid('tool-call-start', { tool_calls: lookCall }),
  sse({ type: 'tool-call-end', ...{ index: 0 } }),
  sse({ type: 'message-end', ...{ delta: { finish_reason: 'TOOL_CALL', usage: cohereUsage } } }),
];

interface Case {
  readonly what: string;
  readonly kind: string;
  readonly turn: readonly string[];
  /** The same turn in one piece, where that is another matter. */
  readonly whole?: object;
  /** Whether others can do without it. */
  readonly unsealed?: boolean;
  /** In the next question, somewhere. */
  readonly back: object;
}

const call = { functionCall: { name: 'look', args: { at: 'x' } } };
const thought = {
  ...{ type: 'reasoning', id: 'rs_1', encrypted_content: 'gAAA-sealed', summary: [] },
};
const functionCall = {
  ...{
    type: 'function_call',
    id: 'fc_1',
    call_id: 'call_1',
    name: 'look',
    arguments: '{"at":"x"}',
    status: 'completed',
  },
};

const cases: readonly Case[] = [
  {
    what: "Anthropic's signed thought",
    kind: 'anthropic',
    turn: anthropicTurn(
      [
        { type: 'thinking', thinking: '', signature: '' },
        { type: 'thinking_delta', thinking: 'I look.' },
        { type: 'signature_delta', signature: 'Eq==sig' },
      ],
      anthropicCall,
    ),
    back: { type: 'thinking', thinking: 'I look.', signature: 'Eq==sig' },
  },
  {
    what: "Anthropic's redacted thought",
    kind: 'anthropic',
    turn: anthropicTurn([{ type: 'redacted_thinking', data: 'Er==hidden' }], anthropicCall),
    back: { type: 'redacted_thinking', data: 'Er==hidden' },
  },
  {
    what: "OpenAI's encrypted reasoning",
    kind: 'openai',
    turn: responsesTurn(thought, functionCall),
    back: { type: 'reasoning', id: 'rs_1', encrypted_content: 'gAAA-sealed', summary: [] },
  },
  {
    what: "Azure's encrypted reasoning",
    kind: 'azure',
    turn: responsesTurn(thought, functionCall),
    back: { type: 'reasoning', id: 'rs_1', encrypted_content: 'gAAA-sealed', summary: [] },
  },
  {
    what: "xAI's encrypted reasoning",
    kind: 'xai',
    turn: responsesTurn({ ...thought, ...{ status: 'completed' } }, functionCall),
    back: { type: 'reasoning', id: 'rs_1', encrypted_content: 'gAAA-sealed', summary: [] },
  },
  ...kinds
    .filter((kind) => [COMPATIBLE, OPENROUTER].includes(rowOf(kind).signedBy ?? ''))
    .map((kind) => ({
      what: 'the signature of a call',
      kind,
      turn: signedChatTurn('c2lnbmVk'),
      back: { google: { thought_signature: 'c2lnbmVk' } },
    })),
  ...['google', 'google-vertex'].flatMap((kind) => [
    {
      what: 'the signature of a call',
      kind,
      turn: geminiTurn({ ...call, thoughtSignature: 'c2lnbmVk' }),
      back: { ...call, thoughtSignature: 'c2lnbmVk' },
    },
    {
      what: 'the signature of a thought',
      kind,
      turn: geminiTurn({ text: 'I look.', thought: true, thoughtSignature: 'dGhvdWdodA==' }, call),
      back: { text: 'I look.', thought: true, thoughtSignature: 'dGhvdWdodA==' },
    },
    {
      what: 'the signature of a text',
      kind,
      turn: geminiTurn({ text: 'Looking.', thoughtSignature: 'dGV4dA==' }, call),
      back: { thoughtSignature: 'dGV4dA==' },
    },
  ]),
  {
    what: "Bedrock's signed thought",
    kind: 'amazon-bedrock',
    turn: converseTurn({ text: 'I look.' }, { signature: 'Eq==sig' }),
    back: { reasoningContent: { reasoningText: { text: 'I look.', signature: 'Eq==sig' } } },
  },
  {
    what: "Bedrock's redacted thought",
    kind: 'amazon-bedrock',
    turn: converseTurn({ redactedContent: 'RXI9PWhpZGRlbg==' }),
    back: { reasoningContent: { redactedContent: 'RXI9PWhpZGRlbg==' } },
  },
  {
    what: "OpenRouter's details of a thought",
    kind: 'openrouter',
    turn: chatTurn(...detailPieces, { reasoning_details: [sealedDetail] }),
    whole: chatWhole({ reasoning: 'I look.', reasoning_details: details }),
    back: { role: 'assistant', reasoning_details: details },
  },
  {
    what: "OpenRouter's details of a thought that nobody has sealed",
    kind: 'openrouter',
    turn: chatTurn(...detailPieces.slice(0, 2)),
    whole: chatWhole({ reasoning: 'I look.', reasoning_details: [plainDetail] }),
    back: { role: 'assistant', reasoning_details: [plainDetail] },
    unsealed: true,
  },
  {
    what: "Cohere's plan",
    kind: 'cohere',
    turn: cohereTurn,
    whole: {
      ...{ id: 'c1', finish_reason: 'TOOL_CALL', usage: cohereUsage },
      message: { role: 'assistant', tool_plan: coherePlan, tool_calls: [lookCall] },
    },
    back: { role: 'assistant', tool_plan: coherePlan },
    unsealed: true,
  },
];

const tools = { inline: [{ name: 'look', description: 'Looks.', inputSchema: { type: 'object', properties: {} } }] };
const question = { role: 'USER', parts: [{ text: 'What do you see?' }] };

const house = await contentHouse();

/** A part of an answer as a client says it again. */
function again(part: Record<string, unknown>): object[] {
  const { __typename, text, signature, toolCallId, name, arguments: given } = part;
  if (__typename === 'TextPart') return [{ text }];
  if (__typename === 'ReasoningPart') return [{ reasoning: { text, signature } }];
  if (__typename === 'ToolCallPart') return [{ toolCall: { toolCallId, name, arguments: given, signature } }];
  throw new Error(`${__typename} is none of what was sent`);
}

function afterwards(parts: readonly Record<string, unknown>[]) {
  const { toolCallId } = parts.find(({ __typename }) => __typename === 'ToolCallPart')!;
  const result = { role: 'TOOL', parts: [{ toolResult: { toolCallId, result: { text: 'A cat.' } } }] };
  return { messages: [question, { role: 'ASSISTANT', parts: parts.flatMap(again) }, result], tools };
}

/** Gemini's calls get an id of the package's, where Gemini gave none. */
function anyId(back: object): object {
  return 'functionCall' in back
    ? { ...back, functionCall: expect.objectContaining(back.functionCall as object) }
    : back;
}

type Way = 'stream' | 'plain' | 'in one piece';
const ways: readonly Way[] = ['stream', 'plain', 'in one piece'];

async function firstTurn({ kind, turn, whole }: Case, way: Way) {
  house.answer = way === 'in one piece' ? answers(200, whole!) : streams(turn);
  const input = { messages: [question], tools };
  if (way === 'stream') return house.stream(kind, input);
  const { completion, message } = await (way === 'plain' ? house.complete(kind, input) : house.plain(kind, input));
  expect(completion, message).toBeDefined();
  return completion!.parts;
}

describe.each(cases)('$kind: $what', (one) => {
  test.each(one.whole ? ways : ways.slice(0, 2))('goes back as it came, %s', async (way) => {
    const input = afterwards(await firstTurn(one, way));
    house.answer = null;
    house.asked();
    const { __typename, message } = await house.complete(one.kind, input);
    expect(__typename, message).toBe('CompletionAccepted');
    const sent = [...objectsIn(house.asked())];
    expect(sent).toContainEqual(expect.objectContaining(anyId(one.back)));
  });

  test.runIf(one.unsealed)('rules out nobody', async () => {
    const { messages } = afterwards(await firstTurn(one, 'plain'));
    house.answer = null;
    expect(await house.complete('mistral', { messages, tools })).toMatchObject({ __typename: 'CompletionAccepted' });
  });

  test.skipIf(one.unsealed)(
    'rules out who cannot read it while the turn is under way, and is left out of later ones',
    async () => {
      const other = one.kind === 'anthropic' ? 'mistral' : 'anthropic';
      const { messages } = afterwards(await firstTurn(one, 'plain'));
      house.answer = null;
      house.asked();
      const signed = messages.some((message) => JSON.stringify(message).includes('"signature":"'));
      expect(signed).toBe(true);
      const refused = await house.complete(other, { messages, tools });
      expect(refused).toMatchObject({ code: 'NO_ELIGIBLE_TARGET' });
      expect(refused.message).toContain('signed');
      expect(house.asked()).toEqual([]);

      const later = [...messages, { role: 'ASSISTANT', parts: [{ text: 'A cat.' }] }, question];
      expect(await house.complete(other, { messages: later, tools })).toMatchObject({
        __typename: 'CompletionAccepted',
      });
      const body = JSON.stringify(house.asked());
      expect(body).toContain('A cat.');
      for (const secret of secretsOf(one.back)) expect(body).not.toContain(secret);
    },
  );
});

describe.each(kinds.filter((kind) => rowOf(kind).signedBy === null))('%s', (kind) => {
  test("signs nothing, and gets nobody else's signature", async ({ task }) => {
    const parts = [
      { reasoning: { text: 'I look.', signature: '{"anthropic":{"signature":"Eq==sig"}}' } },
      { text: 'Here.' },
    ];
    house.asked();
    const result = await house.complete(kind, { messages: [question, { role: 'ASSISTANT', parts }, question] });
    expect(result, result.message).toMatchObject({ __typename: 'CompletionAccepted' });
    expect(JSON.stringify(house.asked())).not.toContain('Eq==sig');
    task.meta.outcome = 'wordless';
  });
});

/** What only the signer can read: everything in it that is not a word of ours or the tool's. */
function secretsOf(back: object): string[] {
  return [...objectsIn(back)].flatMap((object) =>
    Object.entries(object).flatMap(([name, value]) =>
      /signature|data|content$/i.test(name) && typeof value === 'string' ? [value] : [],
    ),
  );
}

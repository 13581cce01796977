import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type { CompletionRequest, Message } from '../../src/core/chat.ts';
import { Secret } from '../../src/core/secret.ts';
import { rowOf } from '../../src/providers/catalogue.ts';
import { network } from '../support/network.ts';
import { systemRuntime } from '../support/runtime.ts';
import { ask } from './asking.ts';
import { wireFixtures } from './wire-fixtures.ts';

const usage = {
  inputTokens: { total: 7, noCache: 7, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 3, text: 3, reasoning: 0 },
};
const end: LanguageModelV4StreamPart = { type: 'finish', usage, finishReason: { unified: 'stop', raw: 'stop' } };

/** A model that streams exactly these pieces, of a provider of this kind. */
function saying(pieces: readonly LanguageModelV4StreamPart[], kind = 'openai') {
  const model: LanguageModelV4 = {
    specificationVersion: 'v4',
    provider: kind,
    modelId: 'model-1',
    supportedUrls: {},
    doStream: async () => ({ stream: streamOf(pieces) }),
    doGenerate: () => Promise.reject(new Error('not in this test')),
  };
  return { row: rowOf(kind), model };
}

function streamOf(pieces: readonly LanguageModelV4StreamPart[]): ReadableStream<LanguageModelV4StreamPart> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}

/** What leaves for a provider's server that always answers the same. */
async function sent(kind: string, request: Partial<CompletionRequest>) {
  const bodies: Record<string, unknown>[] = [];
  const row = rowOf(kind);
  const answer: typeof fetch = async (_input, init) => {
    bodies.push(JSON.parse(String(init?.body)));
    return new Response(wireFixtures[kind]!.text.join(''), { headers: { 'content-type': 'text/event-stream' } });
  };
  const connection = {
    baseUrl: 'https://api.example.com/v1',
    secret: new Secret('key'),
    settings: {},
    ...network(answer),
    runtime: systemRuntime,
  };
  const asked = await ask({ row, connection, modelId: modelIds[kind]! }, request);
  return { ...asked, body: bodies[0] };
}

const modelIds: Readonly<Record<string, string>> = {
  openai: 'gpt-5',
  anthropic: 'claude-sonnet-4-5',
  google: 'gemini-3-pro-preview',
  'openai-compatible': 'model-1',
};

describe('an answer', () => {
  it('keeps arguments that are not JSON as they are, and takes no arguments for none', async () => {
    const { parts } = await ask(
      saying([
        { type: 'tool-call', toolCallId: 'c1', toolName: 'a', input: '{"city": ' },
        { type: 'tool-call', toolCallId: 'c2', toolName: 'b', input: '' },
        end,
      ]),
    );
    expect(parts).toEqual([
      { kind: 'toolCall', toolCallId: 'c1', name: 'a', rawArguments: '{"city": ', arguments: null },
      { kind: 'toolCall', toolCallId: 'c2', name: 'b', rawArguments: '', arguments: {} },
    ]);
  });

  it('gives a text the sources that came with it or after it, once each', async () => {
    const source = {
      type: 'source',
      sourceType: 'url',
      id: 's1',
      url: 'https://example.com',
      title: 'Example',
    } as const;
    const { parts } = await ask(
      saying([
        { type: 'text-start', id: 't' },
        { type: 'text-delta', id: 't', delta: 'Hello' },
        source,
        { type: 'text-end', id: 't', citations: [{ source }] },
        { ...source, url: 'https://example.org' },
        end,
      ]),
    );
    expect(parts).toEqual([
      {
        kind: 'text',
        text: 'Hello',
        citations: [
          { title: 'Example', url: 'https://example.com' },
          { title: 'Example', url: 'https://example.org' },
        ],
      },
    ]);
  });

  it('loses nothing that our words do not cover', async () => {
    const call = {
      type: 'tool-call',
      toolCallId: 'c',
      toolName: 'web_search',
      input: '{}',
      providerExecuted: true,
    } as const;
    const { parts } = await ask(
      saying([
        call,
        { type: 'file', mediaType: 'image/png', data: { type: 'data', data: new Uint8Array([1, 2, 3]) } },
        end,
      ]),
    );
    expect(parts).toEqual([
      { kind: 'unknown', provider: 'openai', raw: call },
      { kind: 'media', mimeType: 'image/png', base64: 'AQID' },
    ]);
  });

  it('numbers its parts as they begin to speak, and interleaved ones stay apart', async () => {
    const { events } = await ask(
      saying([
        { type: 'reasoning-start', id: '0' },
        { type: 'text-start', id: '0' },
        { type: 'text-delta', id: '0', delta: 'a' },
        { type: 'reasoning-delta', id: '0', delta: 'b' },
        { type: 'text-delta', id: '0', delta: 'c' },
        { type: 'reasoning-end', id: '0' },
        { type: 'text-end', id: '0' },
        end,
      ]),
    );
    expect(events.flatMap((event) => (event.kind === 'partFinished' ? [[event.index, event.part.kind]] : []))).toEqual([
      [1, 'reasoning'],
      [0, 'text'],
    ]);
  });

  it('is estimated where the provider said nothing of usage, and only there', async () => {
    const silent = { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined };
    const told = await ask(
      saying([
        { type: 'text-start', id: '0' },
        { type: 'text-delta', id: '0', delta: '12345678' },
        { ...end, usage: { inputTokens: silent, outputTokens: { total: 0, text: 0, reasoning: 0 } } },
      ]),
    );
    expect(told.attempts[0]?.usage).toMatchObject({ inputTokens: 3, outputTokens: 0, source: 'MIXED' });
  });
});

describe('what a model cannot take', () => {
  it('is refused before anything is sent when its provider never takes it', async () => {
    const { error, body } = await sent('openai', { sampling: { topK: 5, stop: ['x'] } });
    expect(body).toBeUndefined();
    expect(error).toMatchObject({
      code: 'VALIDATION_FAILED',
      issues: [{ path: ['sampling', 'topK'] }, { path: ['sampling', 'stop'] }],
    });
  });

  it('is refused when the package would have left it out', async () => {
    const { error, attempts } = await sent('openai', { sampling: { temperature: 0.5 } });
    // The package tells only once the question has left, so it is charged.
    expect(attempts[0]?.usage.source).toBe('ESTIMATED');
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED', message: expect.stringContaining('temperature') });
  });

  it.each<[string, Message[], string[]]>([
    [
      'a thought of the user',
      [{ role: 'USER', parts: [{ kind: 'reasoning', text: 'hm' }] }],
      ['messages', '0', 'parts', '0'],
    ],
    [
      'a result of a call nobody made',
      [{ role: 'TOOL', parts: [{ kind: 'toolResult', toolCallId: 'c9', result: { text: '' }, isError: false }] }],
      ['messages', '0', 'parts', '0', 'toolCallId'],
    ],
    [
      'a picture from nowhere',
      [{ role: 'USER', parts: [{ kind: 'media', mimeType: 'image/png', source: { url: 'nowhere' } }] }],
      ['messages', '0', 'parts', '0', 'source', 'url'],
    ],
  ])('is named: %s', async (_what, messages, path) => {
    const { error } = await sent('anthropic', { messages });
    expect(error).toMatchObject({ issues: [{ path }] });
  });
});

describe('a thought', () => {
  const conversation = (signature: string): Message[] => [
    { role: 'USER', parts: [{ kind: 'text', text: 'Think.' }] },
    {
      role: 'ASSISTANT',
      parts: [
        { kind: 'reasoning', text: 'hm', signature },
        { kind: 'text', text: 'Done.' },
      ],
    },
    { role: 'USER', parts: [{ kind: 'text', text: 'Again.' }] },
  ];

  it('keeps its signature on the way to the caller and back', async () => {
    const { parts } = await ask(
      saying(
        [
          { type: 'reasoning-start', id: '0' },
          { type: 'reasoning-delta', id: '0', delta: 'hm' },
          { type: 'reasoning-delta', id: '0', delta: '', providerMetadata: { anthropic: { signature: 'c2lnbmVk' } } },
          { type: 'reasoning-end', id: '0' },
          end,
        ],
        'anthropic',
      ),
    );
    const [thought] = parts as readonly { signature: string }[];
    const { body } = await sent('anthropic', { messages: conversation(thought!.signature) });
    expect(JSON.stringify(body)).toContain('"type":"thinking","thinking":"hm","signature":"c2lnbmVk"');
  });

  it('goes back to nobody but the provider that signed it', async () => {
    const { body, error } = await sent('google', { messages: conversation('{"anthropic":{"signature":"c2lnbmVk"}}') });
    expect(error).toBeUndefined();
    expect(JSON.stringify(body)).not.toMatch(/hm|c2lnbmVk/);
  });

  it('behind a call goes back with the call', async () => {
    const { parts } = await ask(
      saying(
        [
          {
            type: 'tool-call',
            toolCallId: 'c1',
            toolName: 'f',
            input: '{}',
            providerMetadata: { google: { thoughtSignature: 'c2lnbmVk' } },
          },
          end,
        ],
        'google',
      ),
    );
    const [call] = parts as readonly { signature: string }[];
    const { body } = await sent('google', {
      messages: [
        { role: 'USER', parts: [{ kind: 'text', text: 'Call it.' }] },
        {
          role: 'ASSISTANT',
          parts: [{ kind: 'toolCall', toolCallId: 'c1', name: 'f', arguments: {}, signature: call!.signature }],
        },
        { role: 'TOOL', parts: [{ kind: 'toolResult', toolCallId: 'c1', result: { text: 'ok' }, isError: false }] },
      ],
    });
    expect(JSON.stringify(body)).toContain('"thoughtSignature":"c2lnbmVk"');
  });
});

describe('what leaves', () => {
  it('holds an Anthropic model to the cap on its output, thought included', async () => {
    const { body } = await sent('anthropic', { sampling: { maxOutputTokens: 4000 }, reasoningEffort: 'HIGH' });
    expect(body).toMatchObject({ max_tokens: 4000, thinking: { type: 'enabled', budget_tokens: 2000 } });
  });

  it.each([
    ['deepseek', 'NONE', { thinking: { type: 'disabled' } }],
    ['deepseek', 'HIGH', { thinking: { type: 'enabled' }, reasoning_effort: 'high' }],
    ['zai', 'NONE', { thinking: { type: 'disabled' } }],
    ['together', 'NONE', { reasoning: { enabled: false } }],
    ['together', 'LOW', { reasoning_effort: 'low' }],
    ['groq', 'MAX', { reasoning_effort: 'high' }],
    ['openai-compatible', 'MAX', { reasoning_effort: 'max' }],
    ['openai-compatible', 'NONE', { reasoning_effort: 'none' }],
    ['openai-compatible', null, {}],
  ] as const)('tells %s how much to think in its own words: %s', async (kind, reasoningEffort, words) => {
    const { thinking, reasoning, reasoning_effort } = (await sent(kind, { reasoningEffort })).body!;
    expect({ thinking, reasoning, reasoning_effort }).toEqual({ ...words });
  });

  it('names a file for OpenAI, which goes by the name, and leaves a name that it has', async () => {
    const text = { kind: 'media', mimeType: 'text/x-python', source: { base64: 'eA==' } } as const;
    const { body } = await sent('openai', {
      messages: [{ role: 'USER', parts: [text, { ...text, filename: 'a.py' }] }],
    });
    const file_data = 'data:text/x-python;base64,eA==';
    expect(body).toMatchObject({
      input: [
        {
          content: [
            { filename: 'file.txt', file_data },
            { filename: 'a.py', file_data },
          ],
        },
      ],
    });
  });

  const url = 'https://nobody.example.com/cat.png';
  const picture = { kind: 'media', mimeType: 'image/png', source: { url } } as const;
  const shown: Message[] = [
    { role: 'USER', parts: [{ kind: 'text', text: 'Look.' }] },
    { role: 'ASSISTANT', parts: [{ kind: 'toolCall', toolCallId: 'c1', name: 'look', arguments: {} }] },
    {
      role: 'TOOL',
      parts: [{ kind: 'toolResult', toolCallId: 'c1', result: { content: [picture] }, isError: false }],
    },
  ];

  it.each([
    ['openai', 'input_image'],
    ['anthropic', '"type":"url"'],
  ])('leaves the address of a picture that a tool gave back to %s', async (kind, words) => {
    const { body, error } = await sent(kind, { messages: shown });
    expect(error).toBeUndefined();
    expect(JSON.stringify(body)).toContain(words);
    expect(JSON.stringify(body)).toContain(url);
  });

  it('fetches it for a provider that follows those of users only', async () => {
    // There is nothing at the address, so that it was asked for is seen by what is said of it.
    const { error } = await sent('openai-chat', { messages: shown });
    expect(error).toMatchObject({ issues: [{ code: 'NOT_FETCHED' }] });
  });

  it('asks OpenAI to keep nothing', async () => {
    expect((await sent('openai', {})).body).toMatchObject({ store: false });
  });

  it('asks a compatible server for the usage of a stream', async () => {
    expect((await sent('openai-compatible', { sampling: { topK: 4 } })).body).toMatchObject({
      stream_options: { include_usage: true },
      top_k: 4,
    });
  });
});

it('a model is told to stop when the caller has what it wanted', async () => {
  let options: LanguageModelV4CallOptions | undefined;
  const { row, model } = saying([end]);
  await ask({
    row,
    model: {
      ...model,
      doStream: (given) => {
        options = given;
        return model.doStream(given);
      },
    },
  });
  expect(options?.abortSignal?.aborted).toBe(true);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AttemptEvent } from '../../src/core/event.ts';
import { Secret } from '../../src/core/secret.ts';
import { rowOf } from '../../src/providers/catalogue.ts';
import { network } from '../support/network.ts';
import { systemRuntime } from '../support/runtime.ts';
import { ask } from './asking.ts';

/** What is made of a stream of OpenAI's chat format with this data in its events. */
async function said(events: readonly string[], together = false) {
  const stream = [...events, '[DONE]'].map((data) => `data: ${data}\n\n`).join('');
  const connection = {
    baseUrl: 'https://api.example.com/v1',
    secret: new Secret('key'),
    settings: {},
    runtime: systemRuntime,
    ...network(async () => new Response(stream, { headers: { 'content-type': 'text/event-stream' } })),
  };
  const asked = await ask({ row: rowOf('openai-chat'), connection, modelId: 'model-1' }, {}, { together });
  const [attempt] = asked.attempts;
  return {
    content: asked.events.filter(({ kind }: AttemptEvent) => !kind.startsWith('attempt')),
    parts: asked.parts,
    finishReason: asked.finishReason,
    usage: attempt?.usage,
    outcome: attempt?.outcome,
    code: attempt?.errorCode,
  };
}

const chunk = (choice: object, beside: object = {}, last: object = {}) =>
  JSON.stringify({
    ...{ id: 'c1', model: 'model-1', ...beside },
    choices: [{ index: 0, finish_reason: null, ...choice }],
    ...last,
  });
const words = (content: string) => chunk({ delta: { content } });
const END = [
  chunk({ delta: {}, finish_reason: 'stop' }),
  JSON.stringify({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 9 } }),
];
const textsIn = ({ content }: Awaited<ReturnType<typeof said>>) =>
  content.flatMap((event) => (event.kind === 'textDelta' ? [event.text] : []));

test('chunks that differ in their words only say their words', async () => {
  const told = ['A', ' "tower"', '\n\n', ' \\', ' sees', ' é\u2028😀', '"}]}', ',"content":"x', ' \u0001', ' planes'];
  expect(textsIn(await said([...told.map(words), ...END]))).toEqual(told);
  expect(textsIn(await said([...told.map(words), ...END], true))).toEqual([told.join('')]);
});

test('a chunk that says something beside its words is read as a whole, whatever came before', async () => {
  const call = { index: 0, id: 'call_1', function: { name: 'look', arguments: '{}' } };
  const { parts, usage, finishReason } = await said([
    ...['Look', 'ing', ' up'].map(words),
    chunk({ delta: { content: ' now', strange: { thing: true } } }),
    chunk({ delta: { content: '.', refusal: null, tool_calls: [call] } }),
    ...['So', ' what'].map(words),
    ...['An', 'other', ' answer'].map((content) => chunk({ index: 1, delta: { content } })),
    chunk({ delta: { content: '?' }, finish_reason: 'length' }),
    END[1]!,
  ]);
  expect(parts).toMatchObject([
    { kind: 'text', text: 'Looking up now.So what?' },
    { kind: 'toolCall', name: 'look' },
    { kind: 'unknown', raw: { strange: { thing: true } } },
  ]);
  expect([finishReason, usage?.outputTokens]).toEqual(['LENGTH', 9]);
});

test('padding of any length does not make a chunk another one, and what only looks like it is said', async () => {
  const padded = (content: string, obfuscation: string) =>
    `${chunk({ delta: { content } }).slice(0, -1)},"obfuscation":${JSON.stringify(obfuscation)}}`;
  const told = ['One', ' two', ' three', ',"obfuscation":"four', ' five'];
  const padding = ['abc', 'a', '', '\\"', 'abcdef'];
  expect(textsIn(await said([...told.map((text, at) => padded(text, padding[at]!)), ...END]))).toEqual(told);
});

test('words that stand elsewhere in the chunk as well are found in their place', async () => {
  const echo = (content: string, model: string) => chunk({ delta: { content } }, { model });
  const told = ['tower', 'stop', 'c1', 'content'];
  expect(textsIn(await said([...told.map((text) => echo(text, 'tower')), ...END]))).toEqual(told);
  const last = (content: string, after: string) => `${chunk({ delta: { content } }).slice(0, -1)},"last":"${after}"}`;
  const towers = ['tower', 'runway', 'apron'].map((after) => last('tower', after));
  expect(textsIn(await said([...towers, ...END]))).toEqual(['tower', 'tower', 'tower']);
});

test('words that look like what stands between two texts are words', async () => {
  for (const told of [',', ':', '{', '},{', '":"', '']) {
    const frame = (content: string) =>
      `${chunk({ delta: { content } }).slice(0, -1)},"a":"b","c":"d","obfuscation":"e"}`;
    const expected = ['One', told, ' two', told, told].filter((text) => text !== '');
    expect(textsIn(await said([...['One', told, ' two', told, told].map(frame), ...END])), told).toEqual(expected);
    expect(textsIn(await said([...[told, told, ' two'].map(frame), ...END])), told).toEqual(
      [told, told, ' two'].filter((text) => text !== ''),
    );
  }
});

test('what is no chunk breaks a stream off, even where it begins and ends as the chunks before', async () => {
  for (const broken of [
    words('X').replace('"X"', '"X""'),
    words('X').replace('"X"', '"\n"'),
    words('X').replace('"X"', '"\\q"'),
    `${words('X').slice(0, -1)} `,
    words('X').slice(0, -1),
    `${words('X').slice(0, -1)},"obfuscation":"\\"}`,
    `${words('X').slice(0, -1)},"obfuscation":"","error":"broken"}`,
  ]) {
    const { outcome, code, content } = await said([words('One'), words(' two'), broken, ...END]);
    expect([outcome, code], broken).toEqual(['FAILED', 'PROVIDER_ERROR']);
    expect(content.filter(({ kind }) => kind === 'textDelta')).toHaveLength(2);
  }
});

test('any chunks say the same whether they look alike or not', async () => {
  const text = fc.oneof(
    fc.constantFrom('tower', 'a', ' ', ',', ':', '"', '\\', '\n', ',"content":"a', '"}}]}', 'stop', 'model-1', '😀'),
    fc.string({ unit: 'binary', maxLength: 6 }),
  );
  const delta = fc.record(
    {
      content: fc.oneof({ weight: 5, arbitrary: text }, { weight: 1, arbitrary: fc.constant(null) }),
      role: fc.constant('assistant'),
      refusal: fc.constantFrom(null, '', 'No.'),
      reasoning_content: fc.constantFrom(null, 'Hm.'),
      tool_calls: fc.constantFrom(null, []),
      other: fc.constantFrom(null, 'thing', 3),
    },
    { requiredKeys: ['content'] },
  );
  const beside = fc.record(
    { model: text, usage: fc.constantFrom(null, { prompt_tokens: 1, completion_tokens: 2 }), service_tier: text },
    { requiredKeys: [] },
  );
  const seldom = fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, beside);
  const last = fc.constantFrom({}, { a: 'b', c: 'd' }, { obfuscation: 'x' }, { obfuscation: ',' });
  const piece = fc.tuple(delta, seldom);
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), last, fc.boolean(), async (pieces, after, together) => {
      const chunks = (mark: (place: number) => object) =>
        pieces.map(([its, more], place) => chunk({ delta: its }, { ...mark(place), ...more }, after));
      const alike = await said([...chunks(() => ({})), ...END], together);
      const apart = await said([...chunks((place) => ({ created: place })), ...END], together);
      expect(alike).toEqual(apart);
      expect(alike.outcome).toBe('SUCCEEDED');
    }),
    { numRuns: 500 },
  );
});

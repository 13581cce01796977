import { describe, expect, test } from 'vitest';
import { createCache } from '../../src/cache/index.ts';
import type { CacheRule } from '../../src/core/admission.ts';
import type { OutputPart } from '../../src/core/chat.ts';
import type { ContentEvent } from '../../src/core/event.ts';
import { createMemoryAnswers } from '../../src/platform/answers/memory.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { aRequest } from '../support/requests.ts';

const ORGANIZATION = 'org_1';
const rule: CacheRule = { partition: 'prj_1', maxAgeMs: 60_000 };
const text = (value: string): OutputPart => ({ kind: 'text', text: value, citations: [] });

/** As a provider streams it: in pieces. */
const hello: readonly ContentEvent[] = [
  { kind: 'partStarted', index: 0, part: 'text' },
  { kind: 'textDelta', index: 0, text: 'Hel' },
  { kind: 'textDelta', index: 0, text: 'lo' },
  { kind: 'partFinished', index: 0, part: text('Hello') },
];

function aCache() {
  const runtime = testRuntime();
  return { runtime, cache: createCache({ answers: createMemoryAnswers(runtime.clock), clock: runtime.clock }) };
}

describe('an answer', () => {
  test('comes back as content events that say the same', async () => {
    const { cache } = aCache();
    await cache.remember(ORGANIZATION, aRequest(), rule, hello);
    expect(await cache.recall(ORGANIZATION, aRequest(), rule)).toEqual([
      { kind: 'partStarted', index: 0, part: 'text' },
      { kind: 'textDelta', index: 0, text: 'Hello' },
      { kind: 'partFinished', index: 0, part: text('Hello') },
    ]);
  });

  test('keeps every kind of part, in its place', async () => {
    const { cache } = aCache();
    const parts: readonly OutputPart[] = [
      { kind: 'reasoning', text: 'Hm.', signature: 'opaque' },
      { kind: 'toolCall', toolCallId: 'call_1', name: 'weather', rawArguments: '{"c":1}', arguments: { c: 1 } },
      { kind: 'media', mimeType: 'image/png', base64: 'AAAA' },
      { kind: 'unknown', provider: 'openai', raw: { type: 'new' } },
      text('Done'),
    ];
    const events = parts.flatMap((part, index): ContentEvent[] => [
      { kind: 'partStarted', index, part: part.kind },
      { kind: 'partFinished', index, part },
    ]);
    await cache.remember(ORGANIZATION, aRequest(), rule, events);
    const replayed = await cache.recall(ORGANIZATION, aRequest(), rule);
    expect(replayed?.flatMap((event) => (event.kind === 'partFinished' ? [event.part] : []))).toEqual(parts);
    expect(replayed).toContainEqual({
      kind: 'partStarted',
      index: 1,
      part: 'toolCall',
      toolCallId: 'call_1',
      toolName: 'weather',
    });
    expect(replayed).toContainEqual({ kind: 'toolCallDelta', index: 1, argumentsDelta: '{"c":1}' });
    expect(replayed).toContainEqual({ kind: 'reasoningDelta', index: 0, text: 'Hm.' });
  });

  test('that was never finished is not remembered', async () => {
    const { cache } = aCache();
    await cache.remember(ORGANIZATION, aRequest(), rule, hello.slice(0, -1));
    expect(await cache.recall(ORGANIZATION, aRequest(), rule)).toBeNull();
    await cache.remember(ORGANIZATION, aRequest(), rule, []);
    expect(await cache.recall(ORGANIZATION, aRequest(), rule)).toBeNull();
  });

  test('of a second attempt holds nothing of the first', async () => {
    const { cache } = aCache();
    const firstAttempt: readonly ContentEvent[] = [
      ...hello,
      { kind: 'partStarted', index: 1, part: 'text' },
      { kind: 'partFinished', index: 1, part: text('of the first attempt') },
    ];
    await cache.remember(ORGANIZATION, aRequest(), rule, [...firstAttempt, ...hello]);
    const replayed = await cache.recall(ORGANIZATION, aRequest(), rule);
    expect(replayed?.filter(({ kind }) => kind === 'partFinished')).toHaveLength(1);
  });

  test('grows too old for its own rule, and sooner for a stricter one', async () => {
    const { cache, runtime } = aCache();
    await cache.remember(ORGANIZATION, aRequest(), rule, hello);
    await runtime.clock.advance(30_000);
    expect(await cache.recall(ORGANIZATION, aRequest(), { ...rule, maxAgeMs: 29_999 })).toBeNull();
    expect(await cache.recall(ORGANIZATION, aRequest(), rule)).not.toBeNull();
    await runtime.clock.advance(30_001);
    expect(await cache.recall(ORGANIZATION, aRequest(), rule)).toBeNull();
  });
});

describe('a question', () => {
  test('is the same whoever asks it, for which run, with which tags and limits', async () => {
    const { cache } = aCache();
    await cache.remember(ORGANIZATION, aRequest(), rule, hello);
    const sameQuestion = aRequest({
      endUser: 'ada',
      agent: { runId: 'run-1', name: null },
      tags: [{ key: 'team', value: 'growth' }],
      limits: { timeoutMs: 1, maxCostNanos: 1n },
    });
    expect(await cache.recall(ORGANIZATION, sameQuestion, rule)).not.toBeNull();
  });

  test.each([
    ['another target', { target: { route: 'other' } }],
    ['another message', { messages: [] }],
    ['other sampling', { sampling: { temperature: 1 } }],
    ['a tool', { tools: [{ name: 'weather', description: '', inputSchema: {}, strict: false }] }],
    ['another format', { output: { kind: 'json' as const } }],
    ['more effort', { reasoningEffort: 'HIGH' as const }],
    ['another script', { simulation: { seed: 2 } }],
  ])('with %s is another one', async (_what, different) => {
    const { cache } = aCache();
    await cache.remember(ORGANIZATION, aRequest(), rule, hello);
    expect(await cache.recall(ORGANIZATION, aRequest(different), rule)).toBeNull();
  });
});

test('partitions share nothing', async () => {
  const { cache } = aCache();
  await cache.remember(ORGANIZATION, aRequest(), rule, hello);
  expect(await cache.recall(ORGANIZATION, aRequest(), { ...rule, partition: 'prj_2' })).toBeNull();
});

test('organizations share nothing, and each can be forgotten', async () => {
  const { cache } = aCache();
  for (const one of ['org_1', 'org_10', 'org_2']) await cache.remember(one, aRequest(), rule, hello);
  expect(await cache.recall('org_3', aRequest(), rule)).toBeNull();
  expect(await cache.count('org_1')).toBe(1);
  expect(await cache.forget('org_1')).toBe(1);
  expect(await cache.recall('org_1', aRequest(), rule)).toBeNull();
  expect(await cache.recall('org_10', aRequest(), rule)).not.toBeNull();
});

test('without a rule, nothing is kept and nothing is looked up', async () => {
  const { cache } = aCache();
  await cache.remember(ORGANIZATION, aRequest(), null, hello);
  expect(await cache.recall(ORGANIZATION, aRequest(), rule)).toBeNull();
  await cache.remember(ORGANIZATION, aRequest(), rule, hello);
  expect(await cache.recall(ORGANIZATION, aRequest(), null)).toBeNull();
});

import { describe, expect, test } from 'vitest';
import { noUsage } from '../../src/core/usage.ts';
import { countTokens } from '../../src/providers/tokens.ts';
import { UsageMeter } from '../../src/providers/usage.ts';
import { UsageReader } from '../../src/providers/usage-reader.ts';
import { aRequest } from '../support/requests.ts';

describe('tokens that nobody reported', () => {
  // In o200k, the encoding of OpenAI's models since gpt-4o.
  test.each([
    ['', 0],
    ['Say hello.', 3],
    ['hello world', 2],
    ['東京', 1],
  ])('%j are %i', (text, tokens) => {
    expect(countTokens(text)).toBe(tokens);
  });

  test('of what looks like a control token are counted like any text', () => {
    expect(countTokens('<|endoftext|>')).toBeGreaterThan(1);
  });

  test('of a long text are taken to go on as they began, in bounded work even where no word ends', () => {
    expect(countTokens('word '.repeat(100_000))).toBeGreaterThanOrEqual(100_000);
    expect(countTokens('word '.repeat(100_000))).toBeLessThan(102_000);
    // Counted as one word, a million letters would take minutes.
    expect(countTokens('x'.repeat(1_000_000))).toBeGreaterThan(100_000);
  });
});

describe('an answer that breaks off', () => {
  test('is charged for all that was said so far: text, thoughts and the arguments of calls', () => {
    const meter = new UsageMeter(aRequest());
    meter.see({ kind: 'reasoningDelta', index: 0, text: 'hello world' });
    meter.see({ kind: 'textDelta', index: 1, text: 'hello ' });
    meter.see({ kind: 'textDelta', index: 1, text: 'world' });
    meter.see({ kind: 'toolCallDelta', index: 2, argumentsDelta: 'hello world' });
    expect(meter.brokenOff()).toEqual({
      ...noUsage,
      inputTokens: 3,
      outputTokens: 6,
      reasoningTokens: 2,
      source: 'ESTIMATED',
    });
  });

  test('before its first word is charged for the question', () => {
    expect(new UsageMeter(aRequest()).brokenOff()).toMatchObject({ inputTokens: 3, outputTokens: 0 });
  });

  test('is charged for the input as its provider had reported it, and for no less output than it had counted', () => {
    const meter = new UsageMeter(aRequest());
    meter.hear({ inputTokens: 100, cacheReadTokens: 60, outputTokens: 1 });
    meter.see({ kind: 'textDelta', index: 0, text: 'hello world' });
    expect(meter.brokenOff()).toEqual({
      ...noUsage,
      inputTokens: 100,
      cacheReadTokens: 60,
      outputTokens: 2,
      source: 'MIXED',
      inputSource: 'REPORTED',
      outputSource: 'ESTIMATED',
    });
    meter.hear({ inputTokens: 100, outputTokens: 50, reasoningTokens: 40 });
    expect(meter.brokenOff()).toMatchObject({ outputTokens: 50, reasoningTokens: 40, outputSource: 'ESTIMATED' });
  });
});

describe('what a provider says of usage', () => {
  const read = (...bodies: object[]) => {
    const meter = new UsageMeter(aRequest());
    const reader = new UsageReader();
    for (const body of bodies) meter.hear(reader.read(body) ?? {});
    return meter.whole();
  };
  const settled = { ...noUsage, inputTokens: 100, outputTokens: 20, source: 'PROVIDER' };

  test('is read where Anthropic says it: the cache first, then the output', () => {
    const usage = {
      input_tokens: 20,
      cache_read_input_tokens: 40,
      cache_creation_input_tokens: 40,
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 30 },
      output_tokens: 1,
      service_tier: 'priority',
    };
    const end = { output_tokens: 20, input_tokens: 20, server_tool_use: { web_search_requests: 2 } };
    expect(read({ type: 'message_start', message: { usage } }, { type: 'message_delta', usage: end })).toEqual({
      ...settled,
      cacheReadTokens: 40,
      cacheWriteTokens: 40,
      cacheWrite1hTokens: 30,
      toolCalls: 2,
      serviceTier: 'priority',
    });
  });

  test('of a context that Anthropic compacted is the sum of its rounds', () => {
    const iterations = [
      { type: 'compaction', input_tokens: 70, output_tokens: 15 },
      { type: 'message', input_tokens: 30, output_tokens: 5 },
    ];
    expect(read({ usage: { input_tokens: 30, output_tokens: 5, iterations } })).toEqual(settled);
  });

  test("is read where OpenAI's chat format says it", () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      prompt_tokens_details: { audio_tokens: 7, cached_tokens: 50 },
      completion_tokens_details: { audio_tokens: 5, reasoning_tokens: 8 },
    };
    expect(read({ usage: null }, { usage, service_tier: 'flex' })).toEqual({
      ...settled,
      cacheReadTokens: 50,
      reasoningTokens: 8,
      inputAudioTokens: 7,
      outputAudioTokens: 5,
      serviceTier: 'flex',
    });
  });

  test('is the tier that served the call, not the one that was asked for', () => {
    const usage = { input_tokens: 100, output_tokens: 20 };
    const created = { response: { usage: null, service_tier: 'priority' } };
    expect(read(created, { response: { usage, service_tier: 'default' } })).toEqual(settled);
  });

  test('is read where Gemini says it, with thoughts and tools beside', () => {
    const usageMetadata = {
      promptTokenCount: 90,
      toolUsePromptTokenCount: 10,
      candidatesTokenCount: 12,
      thoughtsTokenCount: 8,
      totalTokenCount: 120,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 90 },
        { modality: 'AUDIO', tokenCount: 10 },
      ],
      cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 4 }],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 8 }],
    };
    expect(read({ usageMetadata })).toEqual({
      ...settled,
      reasoningTokens: 8,
      inputAudioTokens: 10,
      cacheReadAudioTokens: 4,
      outputImageTokens: 8,
    });
  });

  test('is read where Bedrock says it, also how long a cache is kept', () => {
    const usage = {
      inputTokens: 20,
      outputTokens: 20,
      cacheReadInputTokens: 40,
      cacheWriteInputTokens: 40,
      cacheDetails: [
        { ttl: '5m', inputTokens: 10 },
        { ttl: '1h', inputTokens: 30 },
      ],
    };
    expect(read({ metadata: { usage } })).toEqual({
      ...settled,
      cacheReadTokens: 40,
      cacheWriteTokens: 40,
      cacheWrite1hTokens: 30,
    });
  });

  test('by Cohere is what went through the model, and what of it is not charged', () => {
    const usage = {
      tokens: { input_tokens: 100, output_tokens: 20 },
      billed_units: { input_tokens: 8, output_tokens: 18 },
    };
    expect(read({ delta: { usage } })).toEqual({ ...settled, freeInputTokens: 92, freeOutputTokens: 2 });
  });

  test('by Perplexity has what was reasoned beside what was written', () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 5,
      total_tokens: 105,
      reasoning_tokens: 15,
      citation_tokens: 9,
      num_search_queries: 3,
      search_context_size: 'low',
    };
    expect(read({ usage })).toEqual({
      ...settled,
      reasoningTokens: 15,
      citationTokens: 9,
      toolCalls: 3,
      searchContext: 'low',
    });
  });

  test('that is nothing, or nonsense, adds nothing', () => {
    const usage = { prompt_tokens: 100, completion_tokens: 20, service_tier: 'standard', promptTokensDetails: 'many' };
    expect(read({ usage, message: null, metadata: { usage: 'none' } })).toEqual(settled);
    expect(read({ usage: { ...usage, num_search_queries: -1, prompt_tokens_details: { cached_tokens: -4 } } })).toEqual(
      settled,
    );
  });
});

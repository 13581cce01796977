import { describe, expect, test } from 'vitest';
import { noUsage } from '../../src/core/usage.ts';
import { countTokens } from '../../src/providers/tokens.ts';
import { reportOf, usageMeter } from '../../src/providers/usage.ts';
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
    const meter = usageMeter(aRequest());
    meter.see({ kind: 'reasoningDelta', index: 0, text: 'hello world' });
    meter.see({ kind: 'textDelta', index: 1, text: 'hello ' });
    meter.see({ kind: 'textDelta', index: 1, text: 'world' });
    meter.see({ kind: 'toolCallDelta', index: 2, argumentsDelta: 'hello world' });
    expect(meter.estimated()).toEqual({
      ...noUsage,
      inputTokens: 3,
      outputTokens: 6,
      reasoningTokens: 2,
      source: 'ESTIMATED',
    });
  });

  test('before its first word is charged for the question', () => {
    expect(usageMeter(aRequest()).estimated()).toMatchObject({ inputTokens: 3, outputTokens: 0 });
  });
});

describe('usage beyond the port', () => {
  const totals = {
    inputTokens: { total: 100, noCache: undefined, cacheRead: undefined, cacheWrite: 40 },
    outputTokens: { total: 20, text: undefined, reasoning: undefined },
  };
  const reported = (raw: object) => usageMeter(aRequest()).reported(reportOf({ ...totals, raw: raw as never }));
  const plain = { ...noUsage, inputTokens: 100, outputTokens: 20, cacheWriteTokens: 40, source: 'PROVIDER' };

  test('is read where Anthropic says it', () => {
    const raw = {
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 30 },
      server_tool_use: { web_search_requests: 2 },
      service_tier: 'priority',
    };
    expect(reported(raw)).toEqual({ ...plain, cacheWrite1hTokens: 30, toolCalls: 2, serviceTier: 'priority' });
  });

  test("is read where OpenAI's chat format says it", () => {
    const raw = { prompt_tokens_details: { audio_tokens: 7 }, completion_tokens_details: { audio_tokens: 5 } };
    expect(reported(raw)).toEqual({ ...plain, inputAudioTokens: 7, outputAudioTokens: 5 });
  });

  test('is read where Gemini says it', () => {
    const raw = {
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 90 },
        { modality: 'AUDIO', tokenCount: 10 },
      ],
      cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 4 }],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 8 }],
    };
    expect(reported(raw)).toEqual({ ...plain, inputAudioTokens: 10, cacheReadAudioTokens: 4, outputImageTokens: 8 });
  });

  test('that says nothing, or nonsense, adds nothing', () => {
    expect(reported({ service_tier: 'standard', cache_creation: null, promptTokensDetails: 'many' })).toEqual(plain);
    expect(reported({ server_tool_use: { web_search_requests: -1 } })).toEqual(plain);
  });
});

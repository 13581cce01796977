import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noUsage, settledUsage, type Usage, type UsageReport } from '../../src/core/usage.ts';

/** What the gateway would have guessed: unlike anything a provider says below. */
const guess: Usage = { ...noUsage, inputTokens: 1111, outputTokens: 2222, source: 'ESTIMATED' };
const word: UsageReport = { inputTokens: 100, outputTokens: 20, cacheReadTokens: 60 };
const settled: Usage = { ...noUsage, inputTokens: 100, outputTokens: 20, cacheReadTokens: 60, source: 'PROVIDER' };

describe('usage that comes', () => {
  test('in the last piece, whatever else the piece holds, is what was said (S14, S15)', () => {
    expect(settledUsage([word], guess)).toEqual(settled);
  });

  test('in every piece is the last word, never the sum (S16)', () => {
    const growing = [1, 5, 9, 20].map((outputTokens) => ({ ...word, outputTokens }));
    expect(settledUsage(growing, guess)).toEqual(settled);
  });

  test('twice is counted once (S17)', () => {
    expect(settledUsage([word, word], guess)).toEqual(settled);
  });

  test('in halves, the input first and the growing output later, is put together (S18)', () => {
    const reports = [
      { inputTokens: 100, cacheReadTokens: 60, outputTokens: 1 },
      { outputTokens: 12 },
      { outputTokens: 20 },
    ];
    expect(settledUsage(reports, guess)).toEqual(settled);
  });

  test('never is estimated, and says so (S19)', () => {
    expect(settledUsage([], guess)).toEqual(guess);
  });

  test('for one half only is estimated for the other, line by line (B11)', () => {
    expect(settledUsage([{ inputTokens: 100 }], guess)).toEqual({
      ...noUsage,
      inputTokens: 100,
      outputTokens: 2222,
      source: 'MIXED',
      inputSource: 'REPORTED',
      outputSource: 'ESTIMATED',
    });
  });
});

describe('a count (B11)', () => {
  test('that is zero is zero, also when it comes last', () => {
    expect(settledUsage([{ inputTokens: 0, outputTokens: 0 }], guess)).toEqual({ ...noUsage, source: 'PROVIDER' });
    expect(settledUsage([word, { outputTokens: 0 }], guess).outputTokens).toBe(0);
  });

  test('that is missing from a later word keeps what was said before', () => {
    expect(settledUsage([word, { inputTokens: undefined, outputTokens: 20 }], guess)).toEqual(settled);
  });

  test('whose parts are larger than it is as large as they are', () => {
    const usage = settledUsage([{ inputTokens: 10, outputTokens: 5, cacheReadTokens: 30, reasoningTokens: 9 }], guess);
    expect(usage).toMatchObject({ inputTokens: 30, outputTokens: 9, source: 'ESTIMATED' });
  });

  test('that leaves a part of the total unexplained takes it for output', () => {
    const usage = settledUsage([{ inputTokens: 10, outputTokens: 5, totalTokens: 40 }], guess);
    expect(usage).toMatchObject({ inputTokens: 10, outputTokens: 30, source: 'MIXED', outputSource: 'ESTIMATED' });
    expect(settledUsage([{ inputTokens: 10, outputTokens: 5, totalTokens: 12 }], guess).outputTokens).toBe(5);
  });
});

test('however often and in however many pieces the truth is told, it is charged once', () => {
  const count = fc.option(fc.nat(1_000_000), { nil: undefined });
  const report = fc.record({ inputTokens: count, outputTokens: count }, { requiredKeys: [] });
  fc.assert(
    fc.property(fc.array(report, { maxLength: 6 }), fc.nat(1_000_000), fc.nat(1_000_000), (before, input, output) => {
      const last = { inputTokens: input, outputTokens: output };
      expect(settledUsage([...before, last], guess)).toEqual({ ...noUsage, ...last, source: 'PROVIDER' });
    }),
  );
});

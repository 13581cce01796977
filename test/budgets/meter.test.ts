import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startMeter } from '../../src/budgets/meter.ts';
import type { ModelCard } from '../../src/core/decision.ts';
import { costOf } from '../../src/core/money.ts';
import { inputTokens } from '../../src/core/prompt-size.ts';
import { estimateTokens, hundredthsIn } from '../../src/core/token-estimate.ts';
import { noUsage } from '../../src/core/usage.ts';
import { aRequest } from '../support/requests.ts';

const prices = {
  source: 'MANUAL' as const,
  prices: [
    { meter: 'INPUT_TOKEN' as const, nanosPerUnit: 1_000_000n, per: 1_000_000, fromInputTokens: 0 },
    { meter: 'OUTPUT_TOKEN' as const, nanosPerUnit: 7_000_000n, per: 1_000_000, fromInputTokens: 0 },
  ],
};
const request = aRequest({});

test('an answer outgrows its hold with the very piece at which its price says so', () => {
  const pieces = fc.array(fc.string({ maxLength: 400 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(pieces, fc.bigInt({ min: 0n, max: 20_000n }), (pieces, hold) => {
      const meter = startMeter(request, { prices } as unknown as ModelCard);
      let [heard, longest] = ['', ''];
      for (const text of pieces) {
        meter.add({ kind: 'textDelta', index: 0, text });
        heard += text;
        const outputTokens = estimateTokens(heard + longest);
        const usage = { ...noUsage, inputTokens: inputTokens(request), outputTokens, source: 'ESTIMATED' as const };
        expect(meter.outgrows(hold)).toBe(costOf(usage, prices).totalNanos > hold);
        if (hundredthsIn(text) > hundredthsIn(longest)) longest = text;
      }
    }),
  );
});

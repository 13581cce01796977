import type { CompletionRequest } from '../core/chat.ts';
import type { ModelCard } from '../core/decision.ts';
import type { AttemptEvent } from '../core/event.ts';
import { costOf, type Nanos } from '../core/money.ts';
import { inputTokens } from '../core/prompt-size.ts';
import { hundredthsIn, tokensIn } from '../core/token-estimate.ts';

/** What an attempt is costing, by what is heard of it. */
export interface Meter {
  /** @returns what the attempt will have cost after one more piece as long as the longest before this one */
  add(event: AttemptEvent): Nanos;
  nanos(): Nanos;
}

/** For providers that say more than they were asked to: what is heard, by the looks of it, priced as it comes. */
export function startMeter(request: CompletionRequest, { prices }: ModelCard): Meter {
  const asked = inputTokens(request);
  let heard = 0;
  let longest = 0;
  const priceOf = (hundredths: number) =>
    costOf(
      {
        inputTokens: asked,
        outputTokens: tokensIn(hundredths),
        reasoningTokens: 0,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        source: 'ESTIMATED',
      },
      prices,
    ).totalNanos;
  return {
    add(event) {
      const length = hundredthsIn(textOf(event));
      const ahead = longest;
      heard += length;
      longest = Math.max(longest, length);
      return priceOf(heard + ahead);
    },
    nanos: () => priceOf(heard),
  };
}

function textOf(event: AttemptEvent): string {
  if (event.kind === 'textDelta' || event.kind === 'reasoningDelta') return event.text;
  return event.kind === 'toolCallDelta' ? event.argumentsDelta : '';
}

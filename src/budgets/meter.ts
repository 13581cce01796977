import type { CompletionRequest } from '../core/chat.ts';
import type { ModelCard } from '../core/decision.ts';
import { type AttemptEvent, isDelta, textOfDelta } from '../core/event.ts';
import { costOf, type Nanos } from '../core/money.ts';
import { inputTokens } from '../core/prompt-size.ts';
import { hundredthsIn, tokensIn } from '../core/token-estimate.ts';

/** What an attempt is costing, by what is heard of it. */
export interface Meter {
  add(event: AttemptEvent): void;
  /** Whether it will have cost more after one more piece as long as the longest before this one. @param nanos always the same */
  outgrows(nanos: Nanos): boolean;
  nanos(): Nanos;
}

/** In hundredths of a token, as estimates are. */
const TOKEN = 100;
/** How far ahead it is looked at first whether a price will do, so that it need not be made with every piece. */
const LOOK_AHEAD = 1024 * TOKEN;

/** For providers that say more than they were asked to: what is heard, by the looks of it, priced as it comes. */
export function startMeter(request: CompletionRequest, { prices }: ModelCard): Meter {
  const asked = inputTokens(request);
  let heard = 0;
  let longest = 0;
  /** With one more piece. */
  let ahead = 0;
  /** As much costs no more than was asked about; nothing is known yet. */
  let within = -1;
  let step = LOOK_AHEAD;
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
      const length = isDelta(event) ? hundredthsIn(textOfDelta(event)) : 0;
      heard += length;
      ahead = heard + longest;
      longest = Math.max(longest, length);
    },
    outgrows(nanos) {
      if (ahead <= within) return false;
      for (; step >= TOKEN; step /= 2) {
        if (priceOf(ahead + step) > nanos) continue;
        within = ahead + step;
        return false;
      }
      return priceOf(ahead) > nanos;
    },
    nanos: () => priceOf(heard),
  };
}

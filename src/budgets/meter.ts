import { type CompletionRequest, inputCharacters } from '../core/chat.ts';
import type { ModelCard } from '../core/decision.ts';
import type { AttemptEvent } from '../core/event.ts';
import { costOf, type Nanos } from '../core/money.ts';
import { estimateTokens } from '../core/usage.ts';

/** What an attempt is costing, by the length of what is heard of it. */
export interface Meter {
  /** @returns what the attempt will have cost after one more piece as long as the longest before this one, by length */
  add(event: AttemptEvent): Nanos;
  nanos(): Nanos;
}

/** For providers that say more than they were asked to: the length of what is heard, priced as it comes. */
export function startMeter(request: CompletionRequest, { prices }: ModelCard): Meter {
  const inputTokens = estimateTokens(inputCharacters(request));
  let characters = 0;
  let longest = 0;
  const priceOf = (characters: number) =>
    costOf(
      {
        inputTokens,
        outputTokens: estimateTokens(characters),
        reasoningTokens: 0,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        source: 'ESTIMATED',
      },
      prices,
    ).totalNanos;
  return {
    add(event) {
      const length = lengthOf(event);
      const ahead = longest;
      characters += length;
      longest = Math.max(longest, length);
      return priceOf(characters + ahead);
    },
    nanos: () => priceOf(characters),
  };
}

function lengthOf(event: AttemptEvent): number {
  if (event.kind === 'textDelta' || event.kind === 'reasoningDelta') return event.text.length;
  return event.kind === 'toolCallDelta' ? event.argumentsDelta.length : 0;
}

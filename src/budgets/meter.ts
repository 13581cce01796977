import type { CompletionRequest } from '../core/chat.ts';
import type { ModelCard } from '../core/decision.ts';
import { type AttemptEvent, isDelta, textOfDelta } from '../core/event.ts';
import { costOf, type Nanos, type PriceSheet } from '../core/money.ts';
import { inputTokens } from '../core/prompt-size.ts';
import { hundredthsIn, tokensIn } from '../core/token-estimate.ts';
import type { Usage } from '../core/usage.ts';

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
  return new TextMeter(inputTokens(request), prices);
}

class TextMeter implements Meter {
  readonly #inputTokens: number;
  readonly #prices: PriceSheet | null;
  #heard = 0;
  #longest = 0;
  /** With one more piece. */
  #ahead = 0;
  /** As much costs no more than was asked about; nothing is known yet. */
  #within = -1;
  #step = LOOK_AHEAD;

  constructor(inputTokens: number, prices: PriceSheet | null) {
    this.#inputTokens = inputTokens;
    this.#prices = prices;
  }

  add(event: AttemptEvent): void {
    const length = isDelta(event) ? hundredthsIn(textOfDelta(event)) : 0;
    this.#heard += length;
    this.#ahead = this.#heard + this.#longest;
    this.#longest = Math.max(this.#longest, length);
  }

  outgrows(nanos: Nanos): boolean {
    if (this.#ahead <= this.#within) return false;
    for (; this.#step >= TOKEN; this.#step /= 2) {
      if (this.#priceOf(this.#ahead + this.#step) > nanos) continue;
      this.#within = this.#ahead + this.#step;
      return false;
    }
    return this.#priceOf(this.#ahead) > nanos;
  }

  nanos(): Nanos {
    return this.#priceOf(this.#heard);
  }

  #priceOf(hundredths: number): Nanos {
    const usage: Usage = {
      inputTokens: this.#inputTokens,
      outputTokens: tokensIn(hundredths),
      reasoningTokens: 0,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      source: 'ESTIMATED',
    };
    return costOf(usage, this.#prices).totalNanos;
  }
}

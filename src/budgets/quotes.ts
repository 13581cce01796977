import { piecesOf } from '../core/call.ts';
import { type CompletionRequest, callOf } from '../core/chat.ts';
import type { ModelCard } from '../core/decision.ts';
import { bytesOfJson } from '../core/json.ts';
import type { Nanos, PriceSheet } from '../core/money.ts';
import { oncePer } from '../core/once-per.ts';
import { mediaIn, replaceMedia } from '../core/parts.ts';
import { inputTokens } from '../core/prompt-size.ts';
import { quote } from '../core/quote.ts';
import { fileBytes, isTextual } from '../core/readable.ts';

/** What one attempt may cost: at most, and most likely. Null where the model has no price. */
export interface Quote {
  readonly worstNanos: Nanos;
  /** The input at its worst, the answer as long as 95 of 100: what a cap must have left to let the attempt begin. */
  readonly safeNanos: Nanos;
  /** 95 of 100 attempts cost no more, as far as calls like it tell; the worst case while none were seen. */
  readonly likelyNanos: Nanos;
}

/** Tokens of a message beside its text, and of a picture or file whose size in tokens only the provider knows. */
const MESSAGE_TOKENS = 16;
const MEDIA_TOKENS = 16_384;
/** When neither the caller nor the model says, as routing takes it to be. */
const ASSUMED_OUTPUT_TOKENS = 4_096;
/** How far an estimate falls short at worst for prose, see core/token-estimate.ts. */
const INPUT_MARGIN = 1.3;

/**
 * @param likelyOutputTokens null while nobody knows
 * The worst case takes a token per byte: byte-level tokenizers, which all providers here use, never make more.
 */
export function quoteFor(
  request: CompletionRequest,
  model: ModelCard,
  likelyOutputTokens: number | null,
): Quote | null {
  const quotes = quotesOf(request);
  const known = quotes.get(model);
  if (known?.likelyOutputTokens === likelyOutputTokens) return known.quote;
  const quote = makeQuote(request, model, likelyOutputTokens);
  quotes.set(model, { likelyOutputTokens, quote });
  return quote;
}

function makeQuote(request: CompletionRequest, model: ModelCard, likelyOutputTokens: number | null): Quote | null {
  if (!model.prices) return null;
  const most = maxOutputTokens(request, model);
  const worstInput = worstInputTokens(request);
  const pieces = piecesIn(request);
  const worstNanos = quote(worstInput, most, model.prices, pieces);
  if (worstNanos === null) return null;
  if (likelyOutputTokens === null) return { worstNanos, safeNanos: worstNanos, likelyNanos: worstNanos };
  const likelyOutput = Math.min(most, Math.max(1, likelyOutputTokens));
  const likelyInput = Math.min(worstInput, Math.ceil(inputTokens(request) * INPUT_MARGIN));
  return {
    worstNanos,
    safeNanos: quote(worstInput, likelyOutput, model.prices, pieces) ?? worstNanos,
    likelyNanos: quote(likelyInput, likelyOutput, model.prices, pieces) ?? worstNanos,
  };
}

/** The longest answer that `nanos` pay for whatever the input turns out to be; null when not even one token. */
export function outputTokensFor(request: CompletionRequest, model: ModelCard, nanos: Nanos): number | null {
  const input = worstInputTokens(request);
  const pieces = piecesIn(request);
  const fits = (tokens: number) => (quote(input, tokens, model.prices as PriceSheet, pieces) ?? nanos + 1n) <= nanos;
  let [low, high] = [0, maxOutputTokens(request, model)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? null : low;
}

export function maxOutputTokens({ sampling }: CompletionRequest, model: ModelCard): number {
  return sampling.maxOutputTokens ?? model.maxOutputTokens ?? ASSUMED_OUTPUT_TOKENS;
}

/** Routing asks for each model that might answer, and who holds for the one that will asks the same once more. */
const quotesOf = oncePer(
  (_request: CompletionRequest) =>
    new Map<ModelCard, { readonly likelyOutputTokens: number | null; readonly quote: Quote | null }>(),
);

/** A call is quoted for each model, and to see what a hold pays for: it is read once for all of them. */
const worstInputTokens = oncePer((request: CompletionRequest): number => {
  // A token for each byte of a text, in a file too; of anything else nobody can tell.
  const media = mediaIn(request.messages).reduce(
    (sum, { part }) => sum + Math.max(MEDIA_TOKENS, isTextual(part) ? (fileBytes(part) ?? 0) : 0),
    0,
  );
  const words = replaceMedia(request.messages, ({ part }) => ({ ...part, source: { fileId: '' } }));
  const texts = bytesOfJson([words.map(({ parts }) => parts), request.tools, request.output]);
  return texts + request.messages.length * MESSAGE_TOKENS + media;
});

function piecesIn(request: CompletionRequest) {
  const call = callOf(request);
  return call ? piecesOf(call) : undefined;
}

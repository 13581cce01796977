import { type CompletionRequest, inputTexts } from './chat.ts';
import { isText } from './media.ts';
import { oncePer } from './once-per.ts';
import { mediaIn } from './parts.ts';
import { fileBytes } from './readable.ts';
import { ASCII, estimateAll, hundredthsIn, tokensIn } from './token-estimate.ts';

/** Of the words of a request and its tools. */
interface Size {
  readonly characters: number;
  /** About so many. */
  readonly tokens: number;
}

/** Limits, routing, budgets and the meter of an attempt ask for it: a request is read once for all of them. */
export const sizeOf = oncePer((request: CompletionRequest): Size => {
  const texts = inputTexts(request);
  return { characters: texts.reduce((sum, { length }) => sum + length, 0), tokens: estimateAll(texts) };
});

export function inputTokens(request: CompletionRequest): number {
  return sizeOf(request).tokens;
}

/**
 * About how many tokens a provider reads: of the words, of the tools and the schema that are told to the model, and of
 * files of text that come with it. What lies at an address nobody has read yet.
 */
export function promptTokens(request: CompletionRequest): number {
  const texts = inputTexts(request);
  if (request.output.kind === 'schema') texts.push(JSON.stringify(request.output.schema));
  const files = mediaIn(request.messages).reduce(
    (sum, { part }) => sum + (isText(part.mimeType) ? (fileBytes(part) ?? 0) : 0),
    0,
  );
  return tokensIn(texts.reduce((sum, text) => sum + hundredthsIn(text), files * ASCII));
}

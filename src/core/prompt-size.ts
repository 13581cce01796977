import { type CompletionRequest, inputTexts } from './chat.ts';
import { oncePer } from './once-per.ts';
import { mediaIn } from './parts.ts';
import { fileBytes, isTextual } from './readable.ts';
import { ASCII, hundredthsIn, tokensIn } from './token-estimate.ts';

interface Size {
  /** Of the words of a request and its tools. */
  readonly characters: number;
  /**
   * About as many as a provider reads: of the words, of the tools and the schema that are told to the model, and of files
   * of text that come with it. What lies at an address nobody has read yet.
   */
  readonly tokens: number;
}

/** Limits, routing, budgets and the meter of an attempt ask for it: a request is read once for all of them. */
export const sizeOf = oncePer((request: CompletionRequest): Size => {
  const texts = inputTexts(request);
  const characters = texts.reduce((sum, { length }) => sum + length, 0);
  if (request.output.kind === 'schema') texts.push(JSON.stringify(request.output.schema));
  const files = mediaIn(request.messages).reduce(
    (sum, { part }) => sum + (isTextual(part) ? (fileBytes(part) ?? 0) : 0),
    0,
  );
  return { characters, tokens: tokensIn(texts.reduce((sum, text) => sum + hundredthsIn(text), files * ASCII)) };
});

export function inputTokens(request: CompletionRequest): number {
  return sizeOf(request).tokens;
}

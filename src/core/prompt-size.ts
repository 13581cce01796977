import { type CompletionRequest, inputCharacters } from './chat.ts';
import { isText } from './media.ts';
import { mediaIn } from './parts.ts';
import { fileBytes } from './readable.ts';
import { estimateTokens } from './usage.ts';

/**
 * About how many tokens a provider reads: of the words, of the tools and the schema that are told to the model, and of
 * files of text that come with it. What lies at an address nobody has read yet.
 */
export function promptTokens(request: CompletionRequest): number {
  const schema = request.output.kind === 'schema' ? JSON.stringify(request.output.schema).length : 0;
  const files = mediaIn(request.messages).reduce(
    (sum, { part }) => sum + (isText(part.mimeType) ? (fileBytes(part) ?? 0) : 0),
    0,
  );
  return estimateTokens(inputCharacters(request) + schema + files);
}

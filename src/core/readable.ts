import type { InputPart } from './chat.ts';

type Media = Extract<InputPart, { kind: 'media' }>;

const TEXTUAL =
  /^(?:text\/|application\/(?:json|xml|yaml|x-yaml|csv|javascript|x-ndjson|sql|toml|rtf)\b|[\w.+-]+\/[\w.-]+\+(?:json|xml)\b)/i;

/** Whether a file says that it is text, wherever it lies. */
export function isTextual({ mimeType }: Pick<Media, 'mimeType'>): boolean {
  return TEXTUAL.test(mimeType);
}

/** The text of a file that is text and came with the request; null for all others, which no rule can read. */
export function readableText(media: Media): string | null {
  const { source } = media;
  if (!('base64' in source) || !isTextual(media)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(source.base64, 'base64'));
  } catch {
    // No UTF-8: a provider may read something else in it than we would.
    return null;
  }
}

/** How large a file is; null when it is somewhere else. */
export function fileBytes({ source }: Pick<Media, 'source'>): number | null {
  return 'base64' in source ? Buffer.byteLength(source.base64, 'base64') : null;
}

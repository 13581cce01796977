import type { CallInput } from '../call-input.ts';
import { Refusal } from '../http/refusal.ts';

export type Media = NonNullable<CallInput['messages'][number]['parts'][number]['image']>;

/** `data:image/png;base64,…`, or an address that the provider reads. @param guess at what an address holds */
export function mediaOf(url: string, guess: string): Media {
  const inline = /^data:([^;,]+)(?:;[^,]*)?;base64,/.exec(url.slice(0, 200));
  if (!inline) return { mimeType: guess, source: { url } };
  return { mimeType: inline[1]!, source: { base64: url.slice(inline[0].length) } };
}

/**
 * A document by its id here, or by what is sent or where it is.
 * @param hint what to send, for whoever sent neither
 * @param guess at what an address holds
 * @throws Refusal for that
 */
export function storedOr(
  fileId: string | null | undefined,
  from: string | null | undefined,
  hint: string,
  path: string,
  guess = 'application/pdf',
): Media {
  if (fileId != null) return { source: { fileId } };
  if (from == null) throw new Refusal(400, hint, path, 'invalid_value');
  return mediaOf(from, guess);
}

export function audioOf({ data, format }: { readonly data: string; readonly format: string }): Media {
  return { mimeType: format === 'mp3' ? 'audio/mpeg' : `audio/${format}`, source: { base64: data } };
}

import type { CallInput } from '../call-input.ts';

export type Media = NonNullable<CallInput['messages'][number]['parts'][number]['image']>;

/** `data:image/png;base64,…`, or an address that the provider reads. @param guess at what an address holds */
export function mediaOf(url: string, guess: string): Media {
  const inline = /^data:([^;,]+)(?:;[^,]*)?;base64,/.exec(url.slice(0, 200));
  if (!inline) return { mimeType: guess, source: { url } };
  return { mimeType: inline[1]!, source: { base64: url.slice(inline[0].length) } };
}

export function audioOf({ data, format }: { readonly data: string; readonly format: string }): Media {
  return { mimeType: format === 'mp3' ? 'audio/mpeg' : `audio/${format}`, source: { base64: data } };
}

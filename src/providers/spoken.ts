import type {
  LanguageModelV4Reasoning,
  LanguageModelV4StreamPart,
  LanguageModelV4Text,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider';
import { sniff } from '../core/media.ts';
import { type Places, placesOf, visit } from './places.ts';

/** A place of words that the package leaves out: of an answer in one piece, if there too, and of the pieces of a stream. */
export interface Words {
  readonly kind: 'text' | 'reasoning';
  readonly whole: string | null;
  readonly pieces: string;
  /** What the part is signed with that they become. */
  readonly metadata?: SharedV4ProviderMetadata;
}

export type Said = LanguageModelV4StreamPart | LanguageModelV4Text | LanguageModelV4Reasoning;

/** Words as a part in the port's terms; in a stream it ends where something else is said. */
export function wordsReader({ kind, whole, pieces, metadata }: Words): (raw: unknown) => readonly Said[] {
  const id = `${kind} ${pieces}`;
  const signed = metadata && { providerMetadata: metadata };
  const [atWhole, inPieces] = [whole && placesOf([[whole, gather]]), placesOf([[pieces, gather]])];
  let open = false;
  return (raw) => {
    const text = atWhole ? wordsAt(raw, atWhole) : '';
    const delta = wordsAt(raw, inPieces);
    const before = open;
    open = delta !== '';
    return [
      ...(text === '' ? [] : [{ type: kind, text, ...signed }]),
      ...(open && !before ? [{ type: `${kind}-start` as const, id, ...signed }] : []),
      ...(open ? [{ type: `${kind}-delta` as const, id, delta }] : []),
      ...(before && !open ? [{ type: `${kind}-end` as const, id }] : []),
    ];
  };
}

function wordsAt(raw: unknown, places: Places<string[]>): string {
  const words: string[] = [];
  visit(raw, places, words);
  return words.join('');
}

function gather(said: unknown, words: string[]): void {
  if (typeof said === 'string') words.push(said);
}

/** Pieces of a sound are base64 each by itself. */
export function hearSound(data: unknown, { sound }: { readonly sound: Buffer[] }): void {
  if (typeof data === 'string') sound.push(Buffer.from(data, 'base64'));
}

/**
 * A sound, put together again; null when there was none. A stream is without a head, 16-bit samples as they are
 * (platform.openai.com/docs/guides/audio), so what gives nothing away is taken for that.
 */
export function soundOf(heard: readonly Buffer[]): { readonly mediaType: string; readonly base64: string } | null {
  if (heard.every(({ length }) => length === 0)) return null;
  const bytes = Buffer.concat(heard);
  return { mediaType: sniff(bytes) ?? 'audio/pcm', base64: bytes.toString('base64') };
}

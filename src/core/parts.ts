import type { MediaPart, Message } from './chat.ts';

/** Looking for media in messages: beside the words, and in what tools gave back. */

export interface PlacedMedia {
  readonly part: MediaPart;
  /** Where in the request: `messages.0.parts.1`. */
  readonly path: string;
  /** Whose it is. Providers that take it from the user need not take it back from a tool or the model itself. */
  readonly from: MediaOrigin;
}

export type MediaOrigin = 'USER' | 'ASSISTANT' | 'TOOL';

export function mediaIn(messages: readonly Message[]): PlacedMedia[] {
  const found: PlacedMedia[] = [];
  if (!messages.some(holdsAny)) return found;
  replaceMedia(messages, (media) => {
    found.push(media);
    return media.part;
  });
  return found;
}

/** The same messages with each medium as `replacement` has it. Messages without any are not copied. */
export function replaceMedia(
  messages: readonly Message[],
  replacement: (media: PlacedMedia) => MediaPart,
): readonly Message[] {
  return messages.map((message, at) => {
    if (!holdsAny(message)) return message;
    const parts = message.parts.map((part, place) => {
      const path = `messages.${at}.parts.${place}`;
      const from = message.role === 'ASSISTANT' ? 'ASSISTANT' : 'USER';
      if (part.kind === 'media') return replacement({ part, path, from });
      if (part.kind !== 'toolResult' || !('content' in part.result)) return part;
      const content = part.result.content.map((piece, index) =>
        piece.kind === 'media'
          ? replacement({ part: piece, path: `${path}.toolResult.result.content.${index}`, from: 'TOOL' })
          : piece,
      );
      return { ...part, result: { content } };
    });
    return { ...message, parts };
  });
}

function holdsAny({ parts }: Message): boolean {
  return parts.some(holdsMedia);
}

function holdsMedia(part: Message['parts'][number]): boolean {
  if (part.kind === 'media') return true;
  return part.kind === 'toolResult' && 'content' in part.result && part.result.content.some((p) => p.kind === 'media');
}

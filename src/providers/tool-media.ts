import type { InputPart, MediaPart, Message, ToolResult } from '../core/chat.ts';

/**
 * Where a provider takes media from its user and not from a tool, what tools gave back is shown by the user: right
 * after all results of the turn, since calls and results must not be parted. The result says so in words.
 * @param takes what may stay where it is, as beginnings of MIME types
 */
export function shownByUser(messages: readonly Message[], takes: readonly string[]): readonly Message[] {
  if (!messages.some(holdsResult)) return messages;
  const stays = ({ mimeType }: MediaPart) => takes.some((type) => mimeType.startsWith(type));
  const shown: Message[] = [];
  let moved: MediaPart[] = [];
  const show = () => {
    if (moved.length > 0) shown.push({ role: 'USER', parts: moved });
    moved = [];
  };
  for (const message of messages) {
    if (message.role !== 'TOOL') show();
    const parts = message.parts.map((part): InputPart => {
      if (part.kind !== 'toolResult') return part;
      const out = mediaOf(part.result).filter((piece) => !stays(piece));
      moved.push(...out);
      return out.length === 0 ? part : { ...part, result: without(part.result, out) };
    });
    shown.push({ ...message, parts });
  }
  show();
  return shown;
}

function holdsResult({ parts }: Message): boolean {
  return parts.some(({ kind }) => kind === 'toolResult');
}

function mediaOf(result: ToolResult): MediaPart[] {
  return 'content' in result ? result.content.filter((piece) => piece.kind === 'media') : [];
}

function without(result: ToolResult, moved: readonly MediaPart[]): ToolResult {
  if (!('content' in result)) return result;
  const left = result.content.filter((piece) => piece.kind === 'text' || !moved.includes(piece));
  return { content: [...left, { kind: 'text', text: ATTACHED }] };
}

export const ATTACHED = 'What came with it is attached below.';

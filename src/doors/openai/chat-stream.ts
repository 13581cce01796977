import type { PartKind } from '../../core/chat.ts';
import type { CompletionEvent, ContentEvent } from '../../core/event.ts';
import { takenBack } from '../taken-back.ts';
import { annotationsOf, audioOf, imageOf, isSound } from './chat-answer.ts';
import { finishReasonWord } from './usage.ts';

export type Delta = Readonly<Record<string, unknown>>;

/** What one choice adds with an event: deltas, and in the end how it ended. */
export interface ChoiceReader {
  /** @throws ProviderProblem when what has been passed on is taken back: this format has no word for that */
  read(event: CompletionEvent): { readonly deltas: readonly Delta[]; readonly finishReason: string | null };
}

/** @param createdAt Unix ms, of the answer */
export function readChoice(createdAt: number): ChoiceReader {
  /** What has been passed on, by part. */
  const open = new Map<number, { readonly kind: PartKind; sent: number; readonly call: number }>();
  let calls = 0;
  let refused = false;
  let words = '';

  const deltasOf = (event: ContentEvent): Delta[] => {
    switch (event.kind) {
      case 'partStarted': {
        const call = event.part === 'toolCall' ? calls++ : -1;
        open.set(event.index, { kind: event.part, sent: 0, call });
        if (event.part !== 'toolCall') return [];
        const { toolCallId: id, toolName: name } = event;
        return [{ tool_calls: [{ index: call, id, type: 'function', function: { name, arguments: '' } }] }];
      }
      case 'textDelta':
        return more(event.index, event.text, { content: event.text });
      case 'reasoningDelta':
        return more(event.index, event.text, { reasoning_content: event.text });
      case 'toolCallDelta':
        return more(event.index, event.argumentsDelta, argumentsDelta(event.index, event.argumentsDelta));
      case 'partFinished':
        return whole(event);
      case 'answered':
        return [];
    }
  };

  const more = (index: number, text: string, delta: Delta): Delta[] => {
    const part = open.get(index);
    if (part) part.sent += text.length;
    return text === '' ? [] : [delta];
  };
  const argumentsDelta = (index: number, text: string): Delta => ({
    tool_calls: [{ index: open.get(index)?.call ?? 0, function: { arguments: text } }],
  });

  /** The rest of a part, where not all of it came in pieces. */
  const whole = ({ index, part }: Extract<ContentEvent, { kind: 'partFinished' }>): Delta[] => {
    const sent = open.get(index)?.sent ?? 0;
    switch (part.kind) {
      case 'text': {
        words += part.text;
        const citations = annotationsOf(part);
        return [
          ...(sent === 0 ? more(index, part.text, { content: part.text }) : []),
          ...(citations.length > 0 ? [{ annotations: citations }] : []),
        ];
      }
      case 'reasoning':
        return sent === 0 ? more(index, part.text, { reasoning_content: part.text }) : [];
      case 'toolCall': {
        if (sent > 0) return [];
        const text = part.rawArguments.trim() === '' ? '{}' : part.rawArguments;
        return more(index, text, argumentsDelta(index, text));
      }
      case 'refusal':
        refused = true;
        return more(index, part.text, { refusal: part.text });
      case 'media':
        return more(
          index,
          part.base64,
          isSound(part) ? { audio: audioOf(part, words, createdAt) } : { images: [imageOf(part)] },
        );
      case 'unknown':
        return [];
    }
  };

  return {
    read(event) {
      switch (event.kind) {
        case 'partStarted':
        case 'textDelta':
        case 'reasoningDelta':
        case 'toolCallDelta':
        case 'partFinished':
          return { deltas: deltasOf(event), finishReason: null };
        case 'outputReset':
          for (const [index, { sent, kind }] of open) {
            if (index < event.fromIndex) continue;
            if (sent > 0 || kind === 'toolCall') throw takenBack();
            open.delete(index);
          }
          return { deltas: [], finishReason: null };
        case 'finished':
          return { deltas: [], finishReason: finishReasonWord(event.finishReason, refused) };
        default:
          return { deltas: [], finishReason: null };
      }
    },
  };
}

import type { PartKind } from '../../core/chat.ts';
import type { CompletionEvent, ContentEvent } from '../../core/event.ts';
import { takenBack } from '../taken-back.ts';
import { annotationsOf, audioOf, imageOf, isSound } from './chat-answer.ts';
import { logprobsBody } from './logprobs.ts';
import { finishReasonWord } from './usage.ts';

/** More of a choice: a piece of its message, how likely its words were, or how it ended. */
export interface Said {
  readonly delta: Readonly<Record<string, unknown>>;
  readonly logprobs: object | null;
  readonly finish_reason: string | null;
}

/** What one choice adds with an event. */
export interface ChoiceReader {
  /** @throws ProviderProblem when what has been passed on is taken back: this format has no word for that */
  read(event: CompletionEvent): readonly Said[];
}

const NOTHING: readonly Said[] = [];

/** @param createdAt Unix ms, of the answer */
export function readChoice(createdAt: number): ChoiceReader {
  /** What has been passed on, by part. */
  const open = new Map<number, { readonly kind: PartKind; sent: number; readonly call: number }>();
  let calls = 0;
  let refused = false;
  let words = '';

  const started = ({ index, part, toolCallId, toolName }: Extract<ContentEvent, { kind: 'partStarted' }>) => {
    const call = part === 'toolCall' ? calls++ : -1;
    open.set(index, { kind: part, sent: 0, call });
    if (part !== 'toolCall') return NOTHING;
    const called = { index: call, id: toolCallId, type: 'function', function: { name: toolName, arguments: '' } };
    return [piece({ tool_calls: [called] })];
  };

  const more = (index: number, text: string, delta: Said['delta']): readonly Said[] => {
    const part = open.get(index);
    if (part) part.sent += text.length;
    return text === '' ? NOTHING : [piece(delta)];
  };
  const argumentsDelta = (index: number, text: string) => ({
    tool_calls: [{ index: open.get(index)?.call ?? 0, function: { arguments: text } }],
  });

  /** The rest of a part, where not all of it came in pieces. */
  const finished = ({ index, part }: Extract<ContentEvent, { kind: 'partFinished' }>): readonly Said[] => {
    const sent = open.get(index)?.sent ?? 0;
    switch (part.kind) {
      case 'text': {
        words += part.text;
        const citations = annotationsOf(part);
        // They are known when the text is whole: clients add them up, wherever in the stream they are told.
        const logprobs = logprobsBody([part]);
        return [
          ...(sent === 0 ? more(index, part.text, { content: part.text }) : NOTHING),
          ...(citations.length > 0 ? [piece({ annotations: citations })] : NOTHING),
          ...(logprobs ? [{ delta: {}, logprobs, finish_reason: null }] : NOTHING),
        ];
      }
      case 'reasoning':
        return sent === 0 ? more(index, part.text, { reasoning_content: part.text }) : NOTHING;
      case 'toolCall': {
        if (sent > 0) return NOTHING;
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
        return NOTHING;
    }
  };

  return {
    read(event) {
      switch (event.kind) {
        case 'partStarted':
          return started(event);
        case 'textDelta':
          return more(event.index, event.text, { content: event.text });
        case 'reasoningDelta':
          return more(event.index, event.text, { reasoning_content: event.text });
        case 'toolCallDelta':
          return more(event.index, event.argumentsDelta, argumentsDelta(event.index, event.argumentsDelta));
        case 'partFinished':
          return finished(event);
        case 'outputReset':
          for (const [index, { sent, kind }] of open) {
            if (index < event.fromIndex) continue;
            if (sent > 0 || kind === 'toolCall') throw takenBack();
            open.delete(index);
          }
          return NOTHING;
        case 'finished':
          return [{ delta: {}, logprobs: null, finish_reason: finishReasonWord(event.finishReason, refused) }];
        default:
          return NOTHING;
      }
    },
  };
}

/** Of the message. */
export function piece(delta: Said['delta']): Said {
  return { delta, logprobs: null, finish_reason: null };
}

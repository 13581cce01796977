import type { PartKind } from '../../core/chat.ts';
import type { CompletionEvent, ContentEvent } from '../../core/event.ts';
import { bindingOf } from '../signature.ts';
import { takenBack } from '../taken-back.ts';
import { callBlock, thoughtBlock } from './thoughts.ts';

/** One event of theirs: its name is its `type`. */
export interface Said {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface OpenBlock {
  readonly at: number;
  readonly kind: PartKind;
  sent: number;
}

/**
 * What a run's content says in their stream. Blocks are numbered as they begin, which is not always the number of the
 * part: some parts have no form there, and some need two.
 */
export function readMessage() {
  const open = new Map<number, OpenBlock>();
  let blocks = 0;

  const begin = (index: number, kind: PartKind, content_block: object): Said[] => {
    const at = blocks++;
    open.set(index, { at, kind, sent: 0 });
    return [{ type: 'content_block_start', index: at, content_block }];
  };
  const delta = (index: number, length: number, change: object): Said[] => {
    const block = open.get(index);
    if (!block || length === 0) return [];
    block.sent += length;
    return [{ type: 'content_block_delta', index: block.at, delta: change }];
  };
  const whole = (content_block: object): Said[] => {
    const index = blocks++;
    return [
      { type: 'content_block_start', index, content_block },
      { type: 'content_block_stop', index },
    ];
  };
  const text = (index: number, piece: string) => delta(index, piece.length, { type: 'text_delta', text: piece });
  const thought = (index: number, piece: string) =>
    delta(index, piece.length, { type: 'thinking_delta', thinking: piece });
  const json = (index: number, piece: string) =>
    delta(index, piece.length, { type: 'input_json_delta', partial_json: piece });

  const started = ({ index, part, toolCallId, toolName }: Extract<ContentEvent, { kind: 'partStarted' }>): Said[] => {
    switch (part) {
      case 'text':
      case 'refusal':
        return begin(index, part, { type: 'text', text: '' });
      case 'toolCall':
        return begin(index, part, { type: 'tool_use', id: toolCallId, name: toolName, input: {} });
      // A thought may turn out to be a redacted one: its block begins with its first word, or when it is whole.
      default:
        return [];
    }
  };

  const finished = ({ index, part }: Extract<ContentEvent, { kind: 'partFinished' }>): Said[] => {
    const block = open.get(index);
    const unsent = (block?.sent ?? 0) === 0;
    const stop: Said[] = block ? [{ type: 'content_block_stop', index: block.at }] : [];
    switch (part.kind) {
      case 'text':
      case 'refusal':
        return [...(unsent ? text(index, part.text) : []), ...stop];
      case 'reasoning': {
        const said = thoughtBlock(part);
        if (said.type === 'redacted_thinking') return [...stop, ...whole(said)];
        const begun = block ? [] : begin(index, 'reasoning', { type: 'thinking', thinking: '', signature: '' });
        return [
          ...begun,
          ...(unsent ? thought(index, said.thinking) : []),
          ...delta(index, said.signature.length, { type: 'signature_delta', signature: said.signature }),
          { type: 'content_block_stop', index: open.get(index)!.at },
        ];
      }
      case 'toolCall': {
        const { toolCallId, arguments: input, rawArguments } = part;
        const signature = bindingOf(part.signature);
        const written = unsent
          ? json(index, rawArguments.trim() === '' ? JSON.stringify(input ?? {}) : rawArguments)
          : [];
        return [...written, ...stop, ...(signature === undefined ? [] : whole(callBlock(toolCallId, signature)))];
      }
      default:
        return [];
    }
  };

  return {
    /** @throws ProviderProblem when what has been passed on is taken back */
    read(event: CompletionEvent): Said[] {
      switch (event.kind) {
        case 'partStarted':
          return started(event);
        case 'textDelta':
          return text(event.index, event.text);
        case 'reasoningDelta': {
          const begun = open.has(event.index)
            ? []
            : begin(event.index, 'reasoning', { type: 'thinking', thinking: '', signature: '' });
          return [...begun, ...thought(event.index, event.text)];
        }
        case 'toolCallDelta':
          return json(event.index, event.argumentsDelta);
        case 'partFinished':
          return finished(event);
        case 'outputReset':
          // A block that has begun has been seen, even an empty one.
          if (blocks > 0) throw takenBack();
          return [];
        default:
          return [];
      }
    },
  };
}

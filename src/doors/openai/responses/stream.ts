import type { OutputPart, PartKind } from '../../../core/chat.ts';
import type { CompletionEvent, ContentEvent } from '../../../core/event.ts';
import { bindingOf, wrap } from '../../signature.ts';
import { takenBack } from '../../taken-back.ts';
import { tokenBody } from '../logprobs.ts';
import { callItem, contentOf, type Item, itemId, itemsOf, messageItem, reasoningItem } from './answer.ts';
import type { ToolBook } from './tools.ts';

/** An event of theirs, but for its number in the stream. */
export interface Said {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface OpenItem {
  readonly kind: PartKind;
  readonly id: string;
  readonly at: number;
  readonly toolCallId: string;
  readonly name: string;
  text: string;
}

/** What a run's content says in their stream, and the items it comes to. */
export function readOutput(completionId: string, tools: ToolBook) {
  const open = new Map<number, OpenItem>();
  const items: Item[] = [];
  let placed = 0;

  const begin = (index: number, kind: PartKind, toolCallId = '', name = ''): Said[] => {
    const at = placed++;
    const item: OpenItem = { kind, id: itemId(kind, completionId, at), at, toolCallId, name, text: '' };
    open.set(index, item);
    const place = { output_index: at };
    const inItem = { ...place, item_id: item.id };
    switch (kind) {
      case 'text':
        return [
          { type: 'response.output_item.added', ...place, item: messageItem(item.id, [], 'in_progress') },
          { type: 'response.content_part.added', ...inItem, content_index: 0, part: emptyText },
        ];
      case 'reasoning':
        return [
          { type: 'response.output_item.added', ...place, item: reasoningItem(item.id, '', null) },
          { type: 'response.reasoning_summary_part.added', ...inItem, summary_index: 0, part: summaryOf('') },
        ];
      default: {
        const call = callItem(item.id, { toolCallId, name, rawArguments: '' }, tools, 'in_progress');
        return [{ type: 'response.output_item.added', ...place, item: call }];
      }
    }
  };

  const delta = (index: number, text: string): Said[] => {
    const item = open.get(index);
    if (!item || text === '') return [];
    item.text += text;
    const inItem = { output_index: item.at, item_id: item.id, delta: text };
    switch (item.kind) {
      case 'text':
        return [{ type: 'response.output_text.delta', ...inItem, content_index: 0, logprobs: [] }];
      case 'reasoning':
        return [{ type: 'response.reasoning_summary_text.delta', ...inItem, summary_index: 0 }];
      default:
        // What is no function's arguments is read out of them, as a whole.
        return tools.calledBy(item.name).kind === 'function'
          ? [{ type: 'response.function_call_arguments.delta', ...inItem }]
          : [];
    }
  };

  const done = (at: number, item: Item): Said => {
    items[at] = item;
    return { type: 'response.output_item.done', output_index: at, item };
  };

  /** Items that come at once. */
  const whole = (part: OutputPart): Said[] =>
    itemsOf(part, tools, () => itemId(part.kind, completionId, placed)).flatMap((item) => {
      const at = placed++;
      return [{ type: 'response.output_item.added', output_index: at, item }, done(at, item)];
    });

  const finished = (index: number, part: OutputPart): Said[] => {
    const item = open.get(index);
    if (!item) return whole(part);
    const inItem = { output_index: item.at, item_id: item.id };
    const rest = (text: string) => (item.text === '' ? delta(index, text) : []);
    switch (part.kind) {
      case 'text': {
        const content = contentOf(part);
        const logprobs = (part.logprobs ?? []).map(tokenBody);
        return [
          ...rest(part.text),
          { type: 'response.output_text.done', ...inItem, content_index: 0, text: part.text, logprobs },
          { type: 'response.content_part.done', ...inItem, content_index: 0, part: content },
          done(item.at, messageItem(item.id, [content])),
        ];
      }
      // Its words have come as text: only the whole of it says that they were a refusal.
      case 'refusal':
        return [
          { type: 'response.refusal.delta', ...inItem, content_index: 0, delta: part.text },
          { type: 'response.refusal.done', ...inItem, content_index: 0, refusal: part.text },
          { type: 'response.content_part.done', ...inItem, content_index: 0, part: contentOf(part) },
          done(item.at, messageItem(item.id, [contentOf(part)])),
        ];
      case 'reasoning': {
        const encrypted = part.signature === undefined ? null : wrap(part.signature);
        return [
          ...rest(part.text),
          { type: 'response.reasoning_summary_text.done', ...inItem, summary_index: 0, text: part.text },
          { type: 'response.reasoning_summary_part.done', ...inItem, summary_index: 0, part: summaryOf(part.text) },
          done(item.at, reasoningItem(item.id, part.text, encrypted)),
        ];
      }
      case 'toolCall': {
        const call = callItem(item.id, part, tools);
        const signature = bindingOf(part.signature);
        const signed: Said[] =
          signature === undefined ? [] : wholeThought(completionId, placed++, wrap(signature, part.toolCallId), done);
        const told = call.type === 'function_call' ? rest(String(call.arguments)) : [];
        return [...told, ...written(call, inItem), done(item.at, call), ...signed];
      }
      default:
        return [];
    }
  };

  const started = ({ index, part, toolCallId, toolName }: Extract<ContentEvent, { kind: 'partStarted' }>): Said[] => {
    // A thought without words has no summary, and what comes whole is told whole.
    if (part === 'text') return begin(index, part);
    return part === 'toolCall' ? begin(index, part, toolCallId, toolName) : [];
  };

  return {
    items: (): Item[] => items.filter((item) => item !== undefined),
    /** @throws ProviderProblem when what has been passed on is taken back */
    read(event: CompletionEvent): Said[] {
      switch (event.kind) {
        case 'partStarted':
          return started(event);
        case 'textDelta':
          return delta(event.index, event.text);
        case 'reasoningDelta':
          return [...(open.has(event.index) ? [] : begin(event.index, 'reasoning')), ...delta(event.index, event.text)];
        case 'toolCallDelta':
          return delta(event.index, event.argumentsDelta);
        case 'partFinished':
          return finished(event.index, event.part);
        case 'outputReset':
          if (placed > 0) throw takenBack();
          return [];
        default:
          return [];
      }
    },
  };
}

/** That a call's arguments are complete. */
function written(call: Item, inItem: object): Said[] {
  switch (call.type) {
    case 'function_call':
      return [
        {
          type: 'response.function_call_arguments.done',
          ...inItem,
          name: call.name,
          arguments: call.arguments,
        },
      ];
    case 'custom_tool_call':
      return [
        { type: 'response.custom_tool_call_input.delta', ...inItem, delta: call.input },
        { type: 'response.custom_tool_call_input.done', ...inItem, input: call.input },
      ];
    default:
      return [];
  }
}

const emptyText = { type: 'output_text', text: '', annotations: [], logprobs: [] };

function summaryOf(text: string) {
  return { type: 'summary_text', text };
}

function wholeThought(
  completionId: string,
  at: number,
  encrypted: string,
  done: (at: number, item: Item) => Said,
): Said[] {
  const item = reasoningItem(itemId('reasoning', completionId, at), '', encrypted);
  return [{ type: 'response.output_item.added', output_index: at, item }, done(at, item)];
}

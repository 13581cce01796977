import type { CompletionRequest, FinishReason } from '../../core/chat.ts';
import { fieldsOf, type Json } from '../../core/json.ts';
import type { UsageReport } from '../../core/usage.ts';
import { answerReader } from '../answer.ts';
import { type AnswerEvent, accepted, type Ending } from '../answer-event.ts';
import type { CatalogueRow } from '../catalogue-row.ts';
import { likelihoods } from '../logprobs.ts';
import { together } from '../mended-answer.ts';
import { type Unread, unreadReader } from '../unread.ts';
import { usageReader } from '../usage-reader.ts';
import { Strange, textOf } from './strange.ts';
import { toolCallReader } from './tool-calls.ts';

export interface ChatReader {
  /**
   * A chunk of a stream, or a whole answer. Of several choices only the first is the answer, as nobody asks for more.
   * @throws Strange when it is neither
   */
  read(chunk: unknown): void;
  /** What a chunk says that is like the one before but for these words of the answer. */
  say(words: string): void;
  /** Something nobody could read, as it came: told at the end, with all of its kind. */
  keep(raw: Json): void;
  /** Whether the model has said why it ended: an answer without that is none, when it came as a stream. */
  finished(): boolean;
  /** Tells what is still open. Call it once. @throws Error for a call of a tool without a name */
  end(): Ending;
}

/**
 * @param places where the answer holds content
 * @param headers of the answer
 */
export function chatReader(
  { kind, signedBy }: CatalogueRow,
  places: Unread,
  request: CompletionRequest,
  headers: Readonly<Record<string, string>>,
  newId: () => string,
  tell: (event: AnswerEvent) => void,
): ChatReader {
  const answer = answerReader(kind, new Set(request.tools.map(({ name }) => name)), tell);
  const logprobs = likelihoods(request);
  const told = usageReader();
  const unread = unreadReader(places);
  const calls = toolCallReader(newId, signedBy);
  let usage: UsageReport = {};
  let named = false;
  let finish: string | null = null;
  let refused = false;
  const strangers: Json[] = [];
  /** What is being said, and whether it is the last thing of its kind. */
  let speaking: Speech | null = null;

  const say = (speech: Speech, text: string): void => {
    if (text === '') return;
    const reasoning = speech === 'reasoning';
    if (speaking !== speech) {
      hush();
      speaking = speech;
      answer.read({ type: reasoning ? 'reasoning-start' : 'text-start', id: speech });
    }
    answer.read({ type: reasoning ? 'reasoning-delta' : 'text-delta', id: speech, delta: text });
  };
  const hush = (): void => {
    if (speaking !== null) answer.read({ type: speaking === 'reasoning' ? 'reasoning-end' : 'text-end', id: speaking });
    speaking = null;
  };

  const readMessage = (message: Readonly<Record<string, unknown>>): void => {
    // All of it is looked at before any of it is said: what is strange is said by nobody.
    const reasoning = textOf(message.reasoning_content ?? message.reasoning);
    const { content } = message;
    const parts = typeof content === 'string' ? NONE : partsOf(listOf(content));
    const words = typeof content === 'string' ? content : '';
    const text = words !== '' || parts.length > 0 ? words : textOf(fieldsOf(message.audio).transcript);
    const refusal = typeof message.refusal === 'string' ? message.refusal : '';
    const called = listOf(message.tool_calls).flatMap(calls.read);

    say('reasoning', reasoning);
    for (const part of parts) {
      if ('unknown' in part) answer.keep(part.unknown);
      else say(part.speech, part.text);
    }
    say('text', text);
    say('refusal', refusal);
    refused ||= refusal !== '';
    // A text goes on after the calls that stand in it; a thought has led to them.
    if (called.length > 0 && speaking === 'reasoning') hush();
    called.forEach(answer.read);
  };

  return {
    read(chunk) {
      logprobs?.hear(chunk);
      const counted = told.read(chunk);
      if (counted) {
        usage = counted;
        tell({ kind: 'counted', usage });
      }
      const { choices, id, model } = fieldsOf(chunk);
      if (!Array.isArray(choices)) throw new Strange('there are no choices');
      if (!named && (id || model)) {
        named = true;
        tell(accepted(headers, { id: wordIn(id), modelId: wordIn(model) }));
      }
      const choice = fieldsOf(choices.find(isFirst));
      const why = textOf(choice.finish_reason);
      const message = choice.delta ?? choice.message;
      const { details, sources } = unread.hear(chunk);
      answer.detail(details);
      if (message != null) readMessage(fieldsOf(message));
      if (why !== '') finish = why;
      sources.forEach(answer.read);
    },
    say: (words) => say('text', words),
    keep: (raw) => void strangers.push(raw),
    finished: () => finish !== null,
    end() {
      hush();
      calls.end().forEach(answer.read);
      if (strangers.length > 0) answer.keep(together(strangers));
      // OpenAI itself says no more of a refusal than that the model has come to its end; others have a word for it.
      const refusal = (refused && finish === 'stop') || finish === 'refusal' ? 'refusal' : undefined;
      answer.end({ refusal, logprobs: logprobs?.of, leftOut: unread.rest() });
      const finishReason = refusal ? 'CONTENT_FILTER' : (finishReasons[finish?.toLowerCase() ?? ''] ?? 'UNKNOWN');
      return { usage, finishReason };
    },
  };
}

function isFirst(choice: unknown): boolean {
  return (fieldsOf(choice).index ?? 0) === 0;
}

type Speech = 'text' | 'refusal' | 'reasoning';

type ContentPart = { readonly speech: Speech; readonly text: string } | { readonly unknown: Json };

/** Of content that is no text. */
function partsOf(content: readonly unknown[]): readonly ContentPart[] {
  return content.map((part) => {
    const { type = 'text', text, refusal, thinking } = fieldsOf(part);
    switch (type) {
      case 'text':
        return { speech: 'text', text: textOf(text) };
      case 'refusal':
        return { speech: 'refusal', text: textOf(refusal) };
      case 'thinking': {
        const thoughts = typeof thinking === 'string' ? [{ text: thinking }] : listOf(thinking);
        return { speech: 'reasoning', text: thoughts.map((thought) => textOf(fieldsOf(thought).text)).join('') };
      }
      default:
        return { unknown: part as Json };
    }
  });
}

const NONE: readonly never[] = [];

function listOf(value: unknown): readonly unknown[] {
  if (value == null) return NONE;
  if (Array.isArray(value)) return value;
  throw new Strange('a list is something else');
}

function wordIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Servers behind other servers call the end by tools what their neighbours call it. */
const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: 'STOP',
  length: 'LENGTH',
  content_filter: 'CONTENT_FILTER',
  function_call: 'TOOL_CALLS',
  tool_call: 'TOOL_CALLS',
  tool_calls: 'TOOL_CALLS',
  tool_use: 'TOOL_CALLS',
};

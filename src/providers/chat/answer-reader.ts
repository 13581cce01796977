import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { CompletionRequest, FinishReason } from '../../core/chat.ts';
import { isDelta, joinedDelta, textOfDelta } from '../../core/event.ts';
import { fieldsOf, type Json } from '../../core/json.ts';
import type { Ids } from '../../core/runtime.ts';
import type { UsageReport } from '../../core/usage.ts';
import { AnswerReader } from '../answer.ts';
import { type AnswerEvent, accepted, type Ending } from '../answer-event.ts';
import type { CatalogueRow, ChatWire, Connection } from '../catalogue-row.ts';
import { likelihoods } from '../logprobs.ts';
import { together } from '../mended-answer.ts';
import { type UnreadReader, unreadReader } from '../unread.ts';
import { UsageReader } from '../usage-reader.ts';
import { Strange, textOf } from './strange.ts';
import { type ToolCallReader, toolCallReader } from './tool-calls.ts';

export class ChatReader {
  readonly #headers: Readonly<Record<string, string>>;
  readonly #longest: number;
  readonly #answer: AnswerReader;
  readonly #logprobs: ReturnType<typeof likelihoods>;
  readonly #unread: UnreadReader;
  readonly #counts = new UsageReader();
  readonly #ids: Ids;
  readonly #signer: string | null;
  #calls: ToolCallReader | null = null;
  #usage: UsageReport = {};
  #named = false;
  #finish: string | null = null;
  #refused = false;
  readonly #strangers: Json[] = [];
  /** What is being said, and whether it is the last thing of its kind. */
  #speaking: Speech | null = null;
  /** Null for nothing. */
  #heard: AnswerEvent[] | null = null;

  /**
   * @param headers of the answer
   * @param longest how many characters of several pieces that are heard at once are one; 0: each stays one by itself
   */
  constructor(
    { kind, signedBy }: CatalogueRow,
    { unread }: ChatWire,
    { runtime: { ids } }: Connection,
    request: CompletionRequest,
    headers: Readonly<Record<string, string>>,
    longest: number,
  ) {
    this.#headers = headers;
    this.#longest = longest;
    this.#answer = new AnswerReader(kind, request.tools, this.#note);
    this.#logprobs = likelihoods(request);
    this.#unread = unreadReader(unread);
    this.#ids = ids;
    this.#signer = signedBy;
  }

  /**
   * A chunk of a stream, or a whole answer. Of several choices only the first is the answer, as nobody asks for more.
   * @throws Strange when it is neither: then nothing of it has been heard
   */
  read(chunk: unknown): void {
    const before = this.#heard?.length ?? 0;
    try {
      this.#read(chunk);
    } catch (error) {
      this.#heard?.splice(before);
      throw error;
    }
  }

  #read(chunk: unknown): void {
    this.#logprobs?.hear(chunk);
    const counted = this.#counts.read(chunk);
    if (counted) {
      this.#usage = counted;
      this.#note({ kind: 'counted', usage: counted });
    }
    const { choices, id, model } = fieldsOf(chunk);
    if (!Array.isArray(choices)) throw new Strange('there are no choices');
    if (!this.#named && (id || model)) {
      this.#named = true;
      this.#note(accepted(this.#headers, { id: wordIn(id), modelId: wordIn(model) }));
    }
    const choice = fieldsOf(choices.find(isFirst));
    const why = textOf(choice.finish_reason);
    const message = choice.delta ?? choice.message;
    const { details, sources } = this.#unread.hear(chunk);
    this.#answer.detail(details);
    if (message != null) this.#readMessage(fieldsOf(message));
    if (why !== '') this.#finish = why;
    for (const source of sources) this.#answer.read(source);
  }

  /** All that has been heard since this was last asked. */
  heard(): readonly AnswerEvent[] {
    const heard = this.#heard;
    this.#heard = null;
    return heard ?? NONE;
  }

  /** What a chunk says that is like the one before but for these words of the answer. */
  say(words: string): void {
    this.#say('text', words);
  }

  /** Something nobody could read, as it came: told at the end, with all of its kind. */
  keep(raw: Json): void {
    this.#strangers.push(raw);
  }

  /** Whether the model has said why it ended: an answer without that is none, when it came as a stream. */
  finished(): boolean {
    return this.#finish !== null;
  }

  /** Hears the end of what is still open. Call it once. @throws Error for a call of a tool without a name */
  end(): Ending {
    this.#hush();
    for (const call of this.#calls?.end() ?? NONE) this.#answer.read(call);
    if (this.#strangers.length > 0) this.#answer.keep(together(this.#strangers));
    // OpenAI itself says no more of a refusal than that the model has come to its end; others have a word for it.
    const refusal = (this.#refused && this.#finish === 'stop') || this.#finish === 'refusal' ? 'refusal' : undefined;
    this.#answer.end({ refusal, logprobs: this.#logprobs?.of, leftOut: this.#unread.rest() });
    const finishReason = refusal ? 'CONTENT_FILTER' : (finishReasons[this.#finish?.toLowerCase() ?? ''] ?? 'UNKNOWN');
    return { usage: this.#usage, finishReason };
  }

  readonly #note = (event: AnswerEvent): void => {
    const heard = this.#heard;
    const both = heard && asOne(heard.at(-1), event, this.#longest);
    // Most often it stays the only one, and a list that has grown has room for many.
    if (heard === null) this.#heard = [event];
    else if (both) heard[heard.length - 1] = both;
    else heard.push(event);
  };

  #say(speech: Speech, text: string): void {
    if (text === '') return;
    const reasoning = speech === 'reasoning';
    if (this.#speaking !== speech) {
      this.#hush();
      this.#speaking = speech;
      this.#answer.read({ type: reasoning ? 'reasoning-start' : 'text-start', id: speech });
    }
    this.#answer.read({ type: reasoning ? 'reasoning-delta' : 'text-delta', id: speech, delta: text });
  }

  #hush(): void {
    const speech = this.#speaking;
    if (speech !== null) this.#answer.read({ type: speech === 'reasoning' ? 'reasoning-end' : 'text-end', id: speech });
    this.#speaking = null;
  }

  #readMessage(message: Readonly<Record<string, unknown>>): void {
    // All of it is looked at before any of it is said: what is strange is said by nobody.
    const reasoning = textOf(message.reasoning_content ?? message.reasoning);
    const { content } = message;
    const parts = typeof content === 'string' ? NONE : partsOf(listOf(content));
    const words = typeof content === 'string' ? content : '';
    const text = words !== '' || parts.length > 0 ? words : textOf(fieldsOf(message.audio).transcript);
    const refusal = typeof message.refusal === 'string' ? message.refusal : '';
    const called = this.#called(listOf(message.tool_calls));

    this.#say('reasoning', reasoning);
    for (const part of parts) {
      if ('unknown' in part) this.#answer.keep(part.unknown);
      else this.#say(part.speech, part.text);
    }
    this.#say('text', text);
    this.#say('refusal', refusal);
    this.#refused ||= refusal !== '';
    // A text goes on after the calls that stand in it; a thought has led to them.
    if (called.length > 0 && this.#speaking === 'reasoning') this.#hush();
    for (const call of called) this.#answer.read(call);
  }

  #called(fragments: readonly unknown[]): readonly LanguageModelV4StreamPart[] {
    if (fragments.length === 0) return NONE;
    this.#calls ??= toolCallReader(() => this.#ids.next('call'), this.#signer);
    return fragments.flatMap(this.#calls.read);
  }
}

/** Null where they are not one, or one that is longer. */
function asOne(last: AnswerEvent | undefined, event: AnswerEvent, longest: number): AnswerEvent | null {
  const both = longest > 0 && last && isDelta(last) && isDelta(event) ? joinedDelta(last, event) : null;
  return both && textOfDelta(both).length <= longest ? both : null;
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

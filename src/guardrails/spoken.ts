import { type CallAnswer, wordsOfAnswer } from '../core/call.ts';
import {
  type CompletionRequest,
  type InputPart,
  type MediaPart,
  type OutputPart,
  type ToolResult,
  textOfResult,
} from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import { type Direction, type Passage, reads } from '../core/policy.ts';
import { readableText } from '../core/readable.ts';

/** All that is said in a question or an answer, and what of it nobody can read. */
export interface Spoken {
  readonly texts: readonly { readonly passage: Passage; readonly text: string }[];
  readonly unreadable: readonly { readonly passage: Passage; readonly mimeType: string }[];
}

export function spokenIn(said: CompletionRequest | readonly ContentEvent[]): Spoken {
  const spoken = new Listening();
  if ('messages' in said) spoken.question(said);
  else spoken.answer(said);
  return spoken;
}

/** What a rule of this direction reads of it. */
export function spokenOf({ texts, unreadable }: Spoken, direction: Direction, way: 'INPUT' | 'OUTPUT') {
  let read: string | null = null;
  for (const { passage, text } of texts) {
    if (reads(direction, passage, way)) read = read === null ? text : `${read}\n${text}`;
  }
  return { text: read ?? '', unreadable: unreadable.filter(({ passage }) => reads(direction, passage, way)) };
}

/** Notes piece by piece what is said. */
class Listening implements Spoken {
  readonly texts: Spoken['texts'][number][] = [];
  readonly unreadable: Spoken['unreadable'][number][] = [];

  question({ messages, tools, call, output, sampling }: CompletionRequest): void {
    for (const { parts } of messages) for (const part of parts) this.#input(part);
    for (const { name, description, inputSchema } of tools) {
      this.#say('INPUT', `${name}\n${description}\n${JSON.stringify(inputSchema)}`);
    }
    const schema = output.kind === 'schema' ? JSON.stringify(output.schema) : '';
    this.#say('INPUT', `${schema}\n${sampling.stop?.join('\n') ?? ''}`);
    if (call?.kind === 'TRANSCRIPTION') this.#unread('INPUT', call.mimeType);
  }

  /** The finished parts, the latest of each index: what the caller ends up with. */
  answer(events: readonly ContentEvent[]): void {
    const parts = new Map<number, OutputPart>();
    for (const event of events) if (event.kind === 'partFinished') parts.set(event.index, event.part);
    for (const part of parts.values()) this.#output(part);
    for (const event of events) if (event.kind === 'answered') this.#whole(event.answer);
  }

  #say(passage: Passage, text: string): void {
    this.texts.push({ passage, text });
  }

  #unread(passage: Passage, mimeType: string): void {
    this.unreadable.push({ passage, mimeType });
  }

  #input(part: InputPart): void {
    if (part.kind === 'toolCall') this.#say('TOOL_ARGUMENTS', `${part.name}\n${JSON.stringify(part.arguments)}`);
    else if (part.kind === 'toolResult') this.#result(part.result);
    else if (part.kind === 'media') this.#media(part, 'INPUT');
    else this.#say('INPUT', part.text);
  }

  #result(result: ToolResult): void {
    if ('content' in result) {
      for (const part of result.content) {
        if (part.kind === 'media') this.#media(part, 'TOOL_RESULTS');
        else this.#say('TOOL_RESULTS', part.text);
      }
    } else this.#say('TOOL_RESULTS', textOfResult(result));
  }

  #media(part: MediaPart, passage: Passage): void {
    const text = readableText(part);
    if (text === null) this.#unread(passage, part.mimeType);
    else this.#say(passage, text);
  }

  #output(part: OutputPart): void {
    if (part.kind === 'toolCall') this.#say('TOOL_ARGUMENTS', `${part.name}\n${part.rawArguments}`);
    else if (part.kind === 'unknown') this.#say('OUTPUT', JSON.stringify(part.raw));
    else if (part.kind === 'media') this.#unread('OUTPUT', part.mimeType);
    else this.#say('OUTPUT', part.text);
  }

  /** To what is no conversation. */
  #whole(answer: CallAnswer): void {
    if (answer.kind === 'IMAGE') for (const { mimeType } of answer.images) this.#unread('OUTPUT', mimeType);
    if (answer.kind === 'SPEECH') this.#unread('OUTPUT', answer.audio.mimeType);
    for (const text of wordsOfAnswer(answer)) this.#say('OUTPUT', text);
  }
}

import { wordsOfAnswer } from '../core/call.ts';
import type { CompletionRequest, InputPart, OutputPart } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';
import { type Direction, type Passage, reads } from '../core/policy.ts';
import { readableText } from '../core/readable.ts';

/** All that is said in a question or an answer, and what of it nobody can read. */
export interface Spoken {
  readonly texts: readonly { readonly passage: Passage; readonly text: string }[];
  /** MIME types. */
  readonly unreadable: readonly string[];
}

export function spokenIn(said: CompletionRequest | readonly ContentEvent[]): Spoken {
  return 'messages' in said ? inQuestion(said) : inAnswer(said);
}

/** What a rule of this direction reads of it. */
export function spokenOf({ texts, unreadable }: Spoken, direction: Direction, way: 'INPUT' | 'OUTPUT') {
  return {
    text: texts
      .filter(({ passage }) => reads(direction, passage, way))
      .map(({ text }) => text)
      .join('\n'),
    unreadable: reads(direction, way, way) ? unreadable : [],
  };
}

function inQuestion({ messages, tools, call, output, sampling }: CompletionRequest): Spoken {
  const parts = messages.flatMap((message) => message.parts.map(ofInput));
  const described = tools.map(({ name, description, inputSchema }) => ({
    passage: 'INPUT' as const,
    text: `${name}\n${description}\n${JSON.stringify(inputSchema)}`,
  }));
  const besides = `${output.kind === 'schema' ? JSON.stringify(output.schema) : ''}\n${sampling.stop?.join('\n') ?? ''}`;
  return {
    texts: [...parts.flatMap(({ texts }) => texts), ...described, { passage: 'INPUT', text: besides }],
    unreadable: [
      ...parts.flatMap(({ unreadable }) => unreadable),
      ...(call?.kind === 'TRANSCRIPTION' ? [call.mimeType] : []),
    ],
  };
}

function ofInput(part: InputPart): Spoken {
  switch (part.kind) {
    case 'text':
    case 'reasoning':
      return only('INPUT', part.text);
    case 'toolCall':
      return only('TOOL_ARGUMENTS', `${part.name}\n${JSON.stringify(part.arguments)}`);
    case 'toolResult':
      return ofResult(part.result);
    case 'media': {
      const text = readableText(part);
      return text === null ? { texts: [], unreadable: [part.mimeType] } : only('INPUT', text);
    }
  }
}

function ofResult(result: Extract<InputPart, { kind: 'toolResult' }>['result']): Spoken {
  if ('text' in result) return only('TOOL_RESULTS', result.text);
  if ('json' in result) return only('TOOL_RESULTS', JSON.stringify(result.json));
  const parts = result.content.map((part) => (part.kind === 'text' ? only('TOOL_RESULTS', part.text) : ofInput(part)));
  return {
    texts: parts.flatMap(({ texts }) => texts.map(({ text }) => ({ passage: 'TOOL_RESULTS' as const, text }))),
    unreadable: parts.flatMap(({ unreadable }) => unreadable),
  };
}

/** The finished parts, the latest of each index: what the caller ends up with. */
function inAnswer(events: readonly ContentEvent[]): Spoken {
  const parts = new Map<number, OutputPart>();
  const others: Spoken[] = [];
  for (const event of events) {
    if (event.kind === 'partFinished') parts.set(event.index, event.part);
    if (event.kind !== 'answered') continue;
    const { answer } = event;
    if (answer.kind === 'IMAGE') others.push({ texts: [], unreadable: answer.images.map(({ mimeType }) => mimeType) });
    if (answer.kind === 'SPEECH') others.push({ texts: [], unreadable: [answer.audio.mimeType] });
    others.push(...wordsOfAnswer(answer).map((text) => only('OUTPUT', text)));
  }
  const all = [...[...parts.values()].map(ofOutput), ...others];
  return { texts: all.flatMap(({ texts }) => texts), unreadable: all.flatMap(({ unreadable }) => unreadable) };
}

function ofOutput(part: OutputPart): Spoken {
  switch (part.kind) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return only('OUTPUT', part.text);
    case 'toolCall':
      return only('TOOL_ARGUMENTS', `${part.name}\n${part.rawArguments}`);
    case 'unknown':
      return only('OUTPUT', JSON.stringify(part.raw));
    case 'media':
      return { texts: [], unreadable: [part.mimeType] };
  }
}

function only(passage: Passage, text: string): Spoken {
  return { texts: [{ passage, text }], unreadable: [] };
}

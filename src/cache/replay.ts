import type { CallAnswer } from '../core/call.ts';
import type { OutputPart } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';

/** A whole answer, as it is kept. */
export interface KeptAnswer {
  readonly parts: readonly OutputPart[];
  /** Of a call that is no conversation. */
  readonly answer?: CallAnswer;
}

/**
 * A part that starts again takes back everything from its place on: another attempt has started over.
 * @returns the answer, or null when it is empty or some part never finished
 */
export function keptAnswer(events: readonly ContentEvent[]): KeptAnswer | null {
  const parts: (OutputPart | null)[] = [];
  let answer: CallAnswer | undefined;
  for (const event of events) {
    if (event.kind === 'partStarted') parts.splice(event.index, parts.length, null);
    if (event.kind === 'partFinished') parts[event.index] = event.part;
    if (event.kind === 'answered') answer = event.answer;
  }
  const finished = parts.filter((part) => part !== null);
  if (finished.length < parts.length || (finished.length === 0 && !answer)) return null;
  return { parts: finished, ...(answer && { answer }) };
}

/** The events a provider would have sent for this answer, each part in one piece. */
export function replay({ parts, answer }: KeptAnswer): ContentEvent[] {
  const said = parts.flatMap((part, index): ContentEvent[] => [
    started(part, index),
    ...delta(part, index),
    { kind: 'partFinished', index, part },
  ]);
  return answer ? [...said, { kind: 'answered', answer }] : said;
}

function started(part: OutputPart, index: number): ContentEvent {
  if (part.kind !== 'toolCall') return { kind: 'partStarted', index, part: part.kind };
  return { kind: 'partStarted', index, part: part.kind, toolCallId: part.toolCallId, toolName: part.name };
}

function delta(part: OutputPart, index: number): ContentEvent[] {
  switch (part.kind) {
    case 'text':
      return [{ kind: 'textDelta', index, text: part.text }];
    case 'reasoning':
      return [{ kind: 'reasoningDelta', index, text: part.text }];
    case 'toolCall':
      return [{ kind: 'toolCallDelta', index, argumentsDelta: part.rawArguments }];
    case 'media':
    case 'refusal':
    case 'unknown':
      return [];
  }
}

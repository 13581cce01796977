import type { OutputPart } from '../core/chat.ts';
import type { ContentEvent } from '../core/event.ts';

/**
 * A part that starts again takes back everything from its place on: another attempt has started over.
 * @returns the answer's parts in their order, or null when it is empty or some part never finished
 */
export function finishedParts(events: readonly ContentEvent[]): OutputPart[] | null {
  const parts: (OutputPart | null)[] = [];
  for (const event of events) {
    if (event.kind === 'partStarted') parts.splice(event.index, parts.length, null);
    if (event.kind === 'partFinished') parts[event.index] = event.part;
  }
  const finished = parts.filter((part) => part !== null);
  return finished.length > 0 && finished.length === parts.length ? finished : null;
}

/** The events a provider would have sent for these parts, each in one piece. */
export function replay(parts: readonly OutputPart[]): ContentEvent[] {
  return parts.flatMap((part, index): ContentEvent[] => [
    started(part, index),
    ...delta(part, index),
    { kind: 'partFinished', index, part },
  ]);
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

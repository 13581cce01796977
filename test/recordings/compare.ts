import { isDeepStrictEqual } from 'node:util';
import { type CompletionRequest, type InputPart, type MediaPart, textOfResult } from '../../src/core/chat.ts';
import { ATTACHED } from '../../src/providers/tool-media.ts';
import type { Reading } from './reading.ts';

export interface Mismatch {
  readonly field: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Text, tool calls, finish reason and every category of usage. Usage is compared only where the provider told it. */
export function answersDiffer(expected: Reading, actual: Reading): Mismatch[] {
  return [
    ...differs('text', expected.text, actual.text),
    ...differs('toolCalls', expected.toolCalls, actual.toolCalls),
    ...differs('finishReason', expected.finishReason, actual.finishReason),
    ...Object.entries(expected.usage ?? {}).flatMap(([field, value]) =>
      differs(`usage.${field}`, value, actual.usage?.[field as keyof typeof actual.usage]),
    ),
    ...(expected.usage === null ? differs('usage', null, actual.usage) : []),
  ];
}

/** What left for the provider must say what the recorded request said; how it is laid out is the vendor's taste. */
export function requestsDiffer(expected: CompletionRequest, actual: CompletionRequest): Mismatch[] {
  const [wanted, { sampling, ...rest }] = [gistOf(expected), gistOf(actual)];
  // Some formats cannot do without a bound on the answer; whoever named none gets the vendor's.
  const { maxOutputTokens, ...chosen } = sampling;
  const bounded = 'maxOutputTokens' in wanted.sampling && maxOutputTokens !== undefined;
  const sent = { ...rest, sampling: bounded ? { ...chosen, maxOutputTokens } : chosen };
  return Object.entries(wanted).flatMap(([field, value]) =>
    differs(`request.${field}`, value, sent[field as keyof typeof sent]),
  );
}

export function differs(field: string, expected: unknown, actual: unknown): Mismatch[] {
  return isDeepStrictEqual(expected, actual) ? [] : [{ field, expected, actual }];
}

function gistOf({ messages, tools, toolChoice, sampling }: CompletionRequest) {
  const parts = messages.flatMap(({ role, parts }) => parts.map((part) => ({ role, part })));
  const of = <Kind extends InputPart['kind']>(kind: Kind) =>
    parts.filter(
      (entry): entry is { role: typeof entry.role; part: Extract<InputPart, { kind: Kind }> } =>
        entry.part.kind === kind,
    );
  return {
    // System and developer are one voice; a provider's own way of splitting it into blocks does not matter.
    instructions: of('text')
      .filter(({ role }) => role === 'SYSTEM' || role === 'DEVELOPER')
      .map(({ part }) => part.text)
      .join('\n'),
    texts: of('text')
      .filter(({ role, part }) => (role === 'USER' || role === 'ASSISTANT') && part.text !== '')
      .map(({ role, part }) => `${role}: ${part.text}`),
    media: parts.flatMap(({ part }) => mediaIn(part)).map(({ source }) => source),
    thoughts: of('reasoning').map(({ part }) => part.signature ?? part.text),
    toolCalls: of('toolCall').map(({ part }) => ({ name: part.name, arguments: part.arguments })),
    toolResults: of('toolResult').map(({ part: { result } }) =>
      'json' in result ? result.json : textOfResult(result).replace(ATTACHED, ''),
    ),
    // Where one tool is called for, some vendors are not told of the others.
    tools: tools
      .filter(({ name }) => !('tool' in toolChoice) || name === toolChoice.tool)
      .map(({ name, description }) => ({ name, description })),
    sampling,
  };
}

/** Also what a tool gave back: some vendors take that from the user only. */
function mediaIn(part: InputPart): readonly MediaPart[] {
  if (part.kind === 'media') return [part];
  return part.kind === 'toolResult' && 'content' in part.result
    ? part.result.content.filter((piece) => piece.kind === 'media')
    : [];
}

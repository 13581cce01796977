import { hash } from 'node:crypto';
import { affinityOf } from '../core/affinity.ts';
import { piecesOf } from '../core/call.ts';
import type { Caller } from '../core/caller.ts';
import { type CompletionRequest, callOf, type Message, type Modality, textOfResult } from '../core/chat.ts';
import type { MediaFact } from '../core/decision.ts';
import { mediaIn, type PlacedMedia } from '../core/parts.ts';
import { sizeOf } from '../core/prompt-size.ts';
import { askTexts, type Condition, type Texts } from './conditions/index.ts';
import { type Guesses, guessesFrom, type KnownFacts } from './guesses.ts';
import { readyOf } from './ready.ts';
import type { RouteRule } from './rules.ts';

/** What is known around a call, besides what it says. */
export interface Surroundings {
  readonly caller: Pick<Caller, 'apiKeyId' | 'projectId' | 'teamId'>;
  /** Of the fullest budget that pays for it; absent when none does. */
  readonly budgetUsedPercent?: number;
}

/** Everything that `rules` may go by, taken from the call once. */
export function factsOf(
  request: CompletionRequest,
  { caller, budgetUsedPercent }: Surroundings,
  rules: readonly RouteRule[],
): { readonly facts: KnownFacts; readonly guesses: Guesses } {
  const { messages } = request;
  const { textConditions, keepsPrefixes } = readyOf(rules);
  const size = sizeOf(request);
  const affinity = affinityOf(messages);
  const call = callOf(request);
  const media = mediaIn(messages);
  const { prefix, conversation } = keepsPrefixes ? prefixOf(request) : noPrefix;
  const facts: KnownFacts = {
    inputChars: size.characters,
    inputTokens: size.tokens,
    maxOutputTokens: request.sampling.maxOutputTokens ?? null,
    messageCount: messages.length,
    hasTools: request.tools.length > 0,
    wantsStructuredOutput: request.output.kind !== 'text',
    modalities: modalitiesOf(messages, media),
    media: media.length === 0 ? noMedia : firstOfEach(media),
    tags: request.tags,
    apiKeyId: caller.apiKeyId,
    projectId: caller.projectId,
    teamId: caller.teamId,
    endUser: request.endUser,
    agent: request.agent?.name ?? null,
    runId: request.agent?.runId ?? null,
    budgetUsedPercent: budgetUsedPercent ?? null,
    signer: affinity?.signer ?? null,
    account: affinity?.account ?? null,
    prefix,
    conversation,
    matched: textConditions.length > 0 ? answersOf(messages, textConditions) : {},
    ...(request.modalities && { answerModalities: request.modalities }),
    ...(call && { call: { kind: call.kind, pieces: piecesOf(call) } }),
  };
  return { facts, guesses: guessesFrom(lastUserMessage(messages), request.task ?? null) };
}

const noMedia: readonly MediaFact[] = [];
const textAlone: readonly Modality[] = ['TEXT'];
const noPrefix = { prefix: null, conversation: null };

function answersOf(messages: readonly Message[], conditions: readonly Condition[]): Record<string, boolean> {
  const answers: Record<string, boolean> = {};
  const texts = textsOf(messages);
  for (const condition of conditions) askTexts(condition, texts, answers);
  return answers;
}

/** Two blocks of 512 tokens: providers cache from about 1,024 tokens on. */
const PREFIX_CHARS = 4096;
const CONVERSATION_CHARS = 16_384;

/** Digests of what a provider would have in its cache, for rules that keep prefixes together; some 10 µs. */
function prefixOf({ tools, messages }: CompletionRequest): { prefix: string; conversation: string } {
  let leading = tools.map(({ name, description }) => `${name}\n${description}\n`).join('');
  for (const { role, parts } of messages) {
    leading += `${role}\n`;
    for (const part of parts) if (part.kind === 'text') leading += part.text;
    if (role === 'USER' || leading.length >= CONVERSATION_CHARS) break;
  }
  return { prefix: digest(leading.slice(0, PREFIX_CHARS)), conversation: digest(leading.slice(0, CONVERSATION_CHARS)) };
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 16);
}

function textsOf(messages: readonly Message[]): Texts {
  const ofRole = (wanted: (message: Message) => boolean) => messages.filter(wanted).map(textIn).join('\n');
  return {
    lastUserMessage: () => lastUserMessage(messages),
    system: () => ofRole(({ role }) => role === 'SYSTEM' || role === 'DEVELOPER'),
    any: () => ofRole(() => true),
  };
}

function lastUserMessage(messages: readonly Message[]): string {
  const last = messages.findLast(({ role }) => role === 'USER');
  return last ? textIn(last) : '';
}

function textIn({ parts }: Message): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      return part.kind === 'toolResult' && !('json' in part.result) ? textOfResult(part.result) : '';
    })
    .join('\n');
}

function modalitiesOf(messages: readonly Message[], media: readonly PlacedMedia[]): readonly Modality[] {
  const words = messages.some(({ parts }) => parts.some(({ kind }) => kind !== 'media'));
  const spoken = words ? textAlone : [];
  if (media.length === 0) return spoken;
  return [...new Set([...spoken, ...media.map(({ part }) => modalityOf(part.mimeType))])];
}

function modalityOf(mimeType: string): Modality {
  if (mimeType.startsWith('image/')) return 'IMAGE';
  return mimeType.startsWith('audio/') ? 'AUDIO' : 'FILE';
}

function firstOfEach(media: readonly PlacedMedia[]): MediaFact[] {
  const first = new Map<string, MediaFact>();
  for (const { part, path, from } of media) {
    const kind = `${part.mimeType} ${from}`;
    if (!first.has(kind)) first.set(kind, { path, mimeType: part.mimeType, ...(from !== 'USER' && { from }) });
  }
  return [...first.values()];
}

import { createHash } from 'node:crypto';
import { affinityOf } from '../core/affinity.ts';
import { piecesOf } from '../core/call.ts';
import type { Caller } from '../core/caller.ts';
import { type CompletionRequest, callOf, inputCharacters, type Message, textOfResult } from '../core/chat.ts';
import type { MediaFact, Modality, RequestFacts } from '../core/decision.ts';
import { mediaIn } from '../core/parts.ts';
import { estimateTokens } from '../core/usage.ts';
import { askTexts, readsText, type Texts } from './conditions/index.ts';
import { languageOf } from './language.ts';
import { once } from './once.ts';
import type { RouteRule } from './rules.ts';
import { classify } from './task/classify.ts';

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
): RequestFacts {
  const inputChars = inputCharacters(request);
  const affinity = affinityOf(request.messages);
  const call = callOf(request);
  const words = lastUserMessage(request.messages);
  // Guesses are dear, and most rules ask for neither: they are made when somebody asks, at the latest for the books.
  const guess = once(() => (request.task ? { task: request.task, confidence: 1 } : classify(words)));
  const language = once(() => languageOf(words));
  return {
    ...(call && { call: { kind: call.kind, pieces: piecesOf(call) } }),
    inputChars,
    inputTokens: estimateTokens(inputChars),
    maxOutputTokens: request.sampling.maxOutputTokens ?? null,
    messageCount: request.messages.length,
    hasTools: request.tools.length > 0,
    wantsStructuredOutput: request.output.kind !== 'text',
    modalities: modalitiesOf(request.messages),
    media: mediaOf(request.messages),
    get language() {
      return language();
    },
    get task() {
      return guess().task;
    },
    get taskConfidence() {
      return guess().confidence;
    },
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
    ...(rules.some(({ strategy }) => strategy === 'PREFIX_STICKY') ? prefixOf(request) : noPrefix),
    matched: answersOf(request, rules),
  };
}

const noPrefix = { prefix: null, conversation: null };

function answersOf(request: CompletionRequest, rules: readonly RouteRule[]): Record<string, boolean> {
  const answers: Record<string, boolean> = {};
  const texts = textsOf(request);
  for (const { when } of rules) if (when && readsText(when)) askTexts(when, texts, answers);
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
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

function textsOf({ messages }: CompletionRequest): Texts {
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

function modalitiesOf(messages: readonly Message[]): Modality[] {
  const media = mediaIn(messages);
  const words = messages.some(({ parts }) => parts.some(({ kind }) => kind !== 'media'));
  return [...new Set([...(words ? (['TEXT'] as const) : []), ...media.map(({ part }) => modalityOf(part.mimeType))])];
}

function modalityOf(mimeType: string): Modality {
  if (mimeType.startsWith('image/')) return 'IMAGE';
  return mimeType.startsWith('audio/') ? 'AUDIO' : 'FILE';
}

function mediaOf(messages: readonly Message[]): MediaFact[] {
  const first = new Map<string, MediaFact>();
  for (const { part, path, from } of mediaIn(messages)) {
    const kind = `${part.mimeType} ${from}`;
    if (!first.has(kind)) first.set(kind, { path, mimeType: part.mimeType, ...(from !== 'USER' && { from }) });
  }
  return [...first.values()];
}

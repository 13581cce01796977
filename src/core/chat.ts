import { type CallRequest, withWords } from './call.ts';
import type { Copy } from './experiment.ts';
import type { Json } from './json.ts';
import type { Nanos } from './money.ts';
import type { InputIssue } from './problem.ts';

/** The words of a model call, the same for every provider. See schema/schema.graphql for what callers see of them. */

export type Role = 'SYSTEM' | 'DEVELOPER' | 'USER' | 'ASSISTANT' | 'TOOL';

export interface Message {
  readonly role: Role;
  readonly parts: readonly InputPart[];
  /** All up to here will be said again soon: providers that want to be told so are, and may keep it. */
  readonly cacheHint?: boolean;
}

export type InputPart =
  | { readonly kind: 'text'; readonly text: string }
  | MediaPart
  | ReasoningPart
  | {
      readonly kind: 'toolCall';
      readonly toolCallId: string;
      readonly name: string;
      readonly arguments: Json;
      /** As the model gave it, see ToolCallPart. */
      readonly signature?: string;
    }
  | {
      readonly kind: 'toolResult';
      readonly toolCallId: string;
      readonly result: ToolResult;
      readonly isError: boolean;
    };

export interface MediaPart {
  readonly kind: 'media';
  /** Empty only for a stored file that has not been read yet. */
  readonly mimeType: string;
  readonly source: MediaSource;
  readonly filename?: string;
}

/** A stored file is read before anything leaves: whoever asks providers sees addresses and bytes only. */
export type MediaSource = { readonly url: string } | { readonly base64: string } | { readonly fileId: string };

export type ToolResult =
  | { readonly text: string }
  | { readonly json: Json }
  | { readonly content: readonly ({ readonly kind: 'text'; readonly text: string } | MediaPart)[] };

/** `signature` is the provider's opaque form of the thought; it is sent back unchanged, to that provider only. */
export interface ReasoningPart {
  readonly kind: 'reasoning';
  readonly text: string;
  readonly signature?: string;
}

/** What a model answers with. `index` is its place in the answer. */
export type OutputPart =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly citations: readonly Citation[];
      /** How likely its tokens were, where that was asked for and told; together they spell the text. */
      readonly logprobs?: readonly TokenLogprob[];
    }
  | ReasoningPart
  | ToolCallPart
  | { readonly kind: 'media'; readonly mimeType: string; readonly base64: string }
  /** The model would not. `category` is the provider's word for why. */
  | { readonly kind: 'refusal'; readonly text: string; readonly category: string | null }
  | { readonly kind: 'unknown'; readonly provider: string; readonly raw: Json };

export interface TokenLogprob extends TokenChance {
  /** What else might have stood there, the likeliest first. */
  readonly top: readonly TokenChance[];
}

export interface TokenChance {
  readonly token: string;
  readonly logprob: number;
  /** UTF-8, since a token may be a piece of a character; null when the provider does not say. */
  readonly bytes: readonly number[] | null;
}

export interface Citation {
  readonly title: string | null;
  readonly url: string | null;
}

export interface ToolCallPart {
  readonly kind: 'toolCall';
  readonly toolCallId: string;
  readonly name: string;
  /** What the model wrote. */
  readonly rawArguments: string;
  /** The same, parsed; null when it is not valid JSON. */
  readonly arguments: Json | null;
  /** What is wrong with the arguments by the tool's schema; left out when nothing is. */
  readonly issues?: readonly InputIssue[];
  /** The provider's opaque proof of the thought behind the call; sent back unchanged, to that provider only. */
  readonly signature?: string;
}

export type PartKind = OutputPart['kind'];

export interface CompletionRequest {
  readonly target: Target;
  /** What is asked when it is no conversation, without its words: those are the text of the only message. */
  readonly call?: CallRequest;
  readonly messages: readonly Message[];
  readonly sampling: Sampling;
  readonly tools: readonly ToolDefinition[];
  readonly toolChoice: ToolChoice;
  /** False asks for one call at a time, of providers that can be asked for that; left out: as they like. */
  readonly parallelToolCalls?: boolean;
  readonly output: OutputFormat;
  /** What the answer is to be made of; left out: text. */
  readonly modalities?: readonly Modality[];
  /** How a spoken answer is to sound, in the provider's words; only with AUDIO among `modalities`. */
  readonly audio?: SpokenAnswer;
  readonly reasoningEffort: ReasoningEffort | null;
  readonly limits: { readonly timeoutMs: number; readonly maxCostNanos: Nanos | null };
  readonly endUser: string | null;
  /** The agent run this call belongs to. */
  readonly agent: { readonly runId: string; readonly name: string | null } | null;
  readonly tags: readonly Tag[];
  /** What the caller says it is about; routing guesses when nobody does. */
  readonly task?: Task | null;
  /** Obeyed by simulator models only. */
  readonly simulation: Simulation | null;
  /** Made by the gateway itself, for an experiment; nobody waits for the answer. */
  readonly copy?: Copy;
}

/** A route by its slug, or one model by `provider/model`. */
export type Target = { readonly route: string } | { readonly model: string };

export const tasks = [
  'CREATIVE',
  'FACTUAL',
  'CODE',
  'MATH',
  'EXTRACTION',
  'SUMMARISATION',
  'TRANSLATION',
  'CHAT',
] as const;
export type Task = (typeof tasks)[number];

export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly maxOutputTokens?: number;
  /** Asks how likely each token was, and so many others in its place. */
  readonly topLogprobs?: number;
}

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Json;
  readonly strict: boolean;
}

export type ToolChoice = { readonly mode: 'AUTO' | 'NONE' | 'REQUIRED' } | { readonly tool: string };

export type OutputFormat =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | {
      readonly kind: 'schema';
      readonly name: string;
      readonly schema: Json;
      /** How often an answer that does not fit is asked for again; left out, never. */
      readonly repairAttempts?: number;
    };

export const modalities = ['TEXT', 'IMAGE', 'AUDIO', 'FILE'] as const;
export type Modality = (typeof modalities)[number];

export interface SpokenAnswer {
  readonly voice?: string;
  /** mp3, wav, pcm16 … */
  readonly format?: string;
}

export type ReasoningEffort = 'NONE' | 'LOW' | 'MEDIUM' | 'HIGH' | 'MAX';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** A script for the simulator: the same script and input give the same answer, word for word. */
export interface Simulation {
  readonly seed?: number;
  readonly latencyMs?: number;
  readonly tokensPerSecond?: number;
  /** Fail every attempt, or only the first `failFirstAttempts` on this completion. */
  readonly failWith?: 'PROVIDER_ERROR' | 'PROVIDER_OVERLOADED' | 'RATE_LIMITED' | 'PROVIDER_TIMEOUT';
  readonly failFirstAttempts?: number;
  readonly breakStreamAfterTokens?: number;
  readonly reply?: string;
}

export type FinishReason =
  | 'STOP'
  | 'LENGTH'
  | 'TOOL_CALLS'
  | 'CONTENT_FILTER'
  | 'BUDGET'
  | 'CANCELLED'
  | 'ERROR'
  | 'UNKNOWN';

/** What a request asks of a model that holds no conversation, in the words of its message; null for a conversation. */
export function callOf({ call, messages }: CompletionRequest): CallRequest | null {
  if (!call) return null;
  const parts = messages.findLast(({ role }) => role === 'USER')?.parts ?? [];
  return withWords(
    call,
    parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])),
  );
}

/** All text of a request, for counting. Media counts nothing here. */
export function inputTexts({ messages, tools }: CompletionRequest): string[] {
  const texts: string[] = [];
  for (const { parts } of messages) for (const part of parts) addTexts(texts, part);
  for (const { name, description, inputSchema } of tools) texts.push(name, description, JSON.stringify(inputSchema));
  return texts;
}

export function inputCharacters(request: CompletionRequest): number {
  return inputTexts(request).reduce((sum, { length }) => sum + length, 0);
}

function addTexts(texts: string[], part: InputPart): void {
  switch (part.kind) {
    case 'text':
    case 'reasoning':
      texts.push(part.text);
      return;
    case 'toolCall':
      texts.push(part.name, JSON.stringify(part.arguments));
      return;
    case 'toolResult':
      texts.push(textOfResult(part.result));
      return;
    case 'media':
  }
}

/** What a tool gave back, in words; its media left out. */
export function textOfResult(result: ToolResult): string {
  if ('text' in result) return result.text;
  if ('json' in result) return JSON.stringify(result.json);
  return result.content.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('\n');
}

import type { LanguageModelV4Source, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import type { Citation, TokenLogprob } from '../core/chat.ts';

/** Parts of an answer that are still being said. */
export type OpenPart = OpenText | OpenReasoning | OpenToolCall;

export interface OpenText {
  readonly kind: 'text';
  /** Null until it has said something. */
  index: number | null;
  text: string;
  /** By address, or title: some providers send a source both with the text and by itself. */
  readonly citations: Map<string, Citation>;
  logprobs?: readonly TokenLogprob[] | undefined;
  metadata: SharedV4ProviderMetadata;
}

export interface OpenReasoning {
  readonly kind: 'reasoning';
  index: number | null;
  text: string;
  metadata: SharedV4ProviderMetadata;
}

export interface OpenToolCall {
  readonly kind: 'toolCall';
  index: number | null;
  readonly toolCallId: string;
  readonly toolName: string;
  input: string;
}

// Providers number their blocks per kind: the same id may be a text and a thought at once.
export const textKey = (id: string) => `text:${id}`;
export const thoughtKey = (id: string) => `reasoning:${id}`;
export const callKey = (id: string) => `toolCall:${id}`;

export const openText = (metadata: SharedV4ProviderMetadata = {}): OpenText => ({
  kind: 'text',
  index: null,
  text: '',
  citations: new Map(),
  metadata,
});

export const openReasoning = (metadata: SharedV4ProviderMetadata = {}): OpenReasoning => ({
  kind: 'reasoning',
  index: null,
  text: '',
  metadata,
});

export const openToolCall = (toolCallId: string, toolName: string): OpenToolCall => ({
  kind: 'toolCall',
  index: null,
  toolCallId,
  toolName,
  input: '',
});

/** Signatures arrive in pieces, some at the start of a part and some at its end. */
export function remember(part: OpenText | OpenReasoning, metadata: SharedV4ProviderMetadata | undefined): void {
  if (metadata === undefined) return;
  const merged = { ...part.metadata };
  for (const [signer, fields] of Object.entries(metadata)) {
    const told = Object.entries(fields).filter(([, value]) => value != null);
    merged[signer] = { ...merged[signer], ...Object.fromEntries(told) };
  }
  part.metadata = merged;
}

export function cite(text: OpenText, source: LanguageModelV4Source): void {
  const url = source.sourceType === 'url' ? source.url : null;
  const key = url ?? `\n${source.title}`;
  text.citations.set(key, { title: source.title ?? text.citations.get(key)?.title ?? null, url });
}

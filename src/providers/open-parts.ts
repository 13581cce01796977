import type { LanguageModelV4Source, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import type { Citation, TokenLogprob } from '../core/chat.ts';

/** Parts of an answer that are still being said. */
export type OpenPart = OpenText | OpenReasoning | OpenToolCall;

export interface OpenText {
  readonly kind: 'text';
  readonly id: string;
  /** Null until it has said something. */
  index: number | null;
  text: string;
  /** By address, or title: some providers send a source both with the text and by itself. Null for none. */
  citations: Map<string, Citation> | null;
  logprobs: readonly TokenLogprob[] | undefined;
  metadata: SharedV4ProviderMetadata | undefined;
}

export interface OpenReasoning {
  readonly kind: 'reasoning';
  readonly id: string;
  index: number | null;
  text: string;
  metadata: SharedV4ProviderMetadata | undefined;
}

export interface OpenToolCall {
  readonly kind: 'toolCall';
  readonly id: string;
  index: number | null;
  readonly toolName: string;
  input: string;
}

export const openText = (id: string, metadata: SharedV4ProviderMetadata | undefined): OpenText => ({
  kind: 'text',
  id,
  index: null,
  text: '',
  citations: null,
  logprobs: undefined,
  metadata,
});

export const openReasoning = (id: string, metadata: SharedV4ProviderMetadata | undefined): OpenReasoning => ({
  kind: 'reasoning',
  id,
  index: null,
  text: '',
  metadata,
});

export const openToolCall = (id: string, toolName: string): OpenToolCall => ({
  kind: 'toolCall',
  id,
  index: null,
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
  text.citations ??= new Map();
  text.citations.set(key, { title: source.title ?? text.citations.get(key)?.title ?? null, url });
}

import type { CompletionRequest, FinishReason, InputPart, ReasoningEffort, ToolResult } from '../../src/core/chat.ts';
import type { Json } from '../../src/core/json.ts';
import { NotExpressible } from './fields.ts';

/** What an answer says, however it was read: by the gateway, or straight from the recorded body. */
export interface Reading {
  readonly text: string;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: Json }[];
  readonly finishReason: FinishReason;
  /** Null when the provider reported none. */
  readonly usage: ReadUsage | null;
}

export interface ReadUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

/** One vendor's documented format: how to recognize it, what a request in it asks, and what an answer in it says. */
export interface Wire {
  readonly name: string;
  /** The rows of the provider catalogue that speak it. */
  readonly kinds: readonly [string, ...string[]];
  /** @returns null when the URL is not of this format */
  address(url: URL): { readonly baseUrl: string; readonly modelId: string | null; readonly stream: boolean } | null;
  /** @throws NotExpressible when our contract has no word for something the request says */
  request(body: unknown): CompletionRequest;
  modelId(body: unknown): string;
  streams(body: unknown): boolean;
  /** @param body parsed JSON, the text of an event stream, or its bytes where it is a binary one */
  answer(body: unknown): Reading;
}

export const emptyRequest: CompletionRequest = {
  target: { model: 'recorded/model' },
  messages: [],
  sampling: {},
  tools: [],
  toolChoice: { mode: 'AUTO' },
  output: { kind: 'text' },
  reasoningEffort: null,
  limits: { timeoutMs: 60_000, maxCostNanos: null },
  endUser: null,
  agent: null,
  tags: [],
  simulation: null,
};

/** The model's JSON, or its raw text when it is none. */
export function parsedArguments(raw: unknown): Json {
  if (typeof raw !== 'string') return (raw ?? {}) as Json;
  if (raw.trim() === '') return {};
  try {
    return JSON.parse(raw) as Json;
  } catch {
    return raw;
  }
}

const efforts: Readonly<Record<string, ReasoningEffort>> = {
  none: 'NONE',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  max: 'MAX',
};

/** Undefined for the efforts that our contract does not know. */
export function effortOf(word: unknown): ReasoningEffort | undefined {
  return typeof word === 'string' ? efforts[word] : undefined;
}

/** What a tool gave back: one text, unless there is media in it. @throws NotExpressible for anything else */
export function toolResultOf(parts: readonly InputPart[]): ToolResult {
  const content = parts.map((part) => {
    if (part.kind === 'text' || part.kind === 'media') return part;
    throw new NotExpressible(`a tool result with a ${part.kind} part`);
  });
  if (content.some(({ kind }) => kind === 'media')) return { content };
  return { text: content.map((part) => (part.kind === 'text' ? part.text : '')).join('') };
}

/** `data:image/png;base64,…`, or an address with a guess at what is there. */
export function mediaOf(url: string, guess: string, filename?: string) {
  const inline = /^data:([^;,]+);base64,(.*)$/s.exec(url);
  const named = filename === undefined ? {} : { filename };
  if (inline) return { kind: 'media', mimeType: inline[1]!, source: { base64: inline[2]! }, ...named } as const;
  return { kind: 'media', mimeType: guess, source: { url }, ...named } as const;
}

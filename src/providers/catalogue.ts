import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import type {
  LanguageModelV4,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import type { CompletionRequest, Sampling } from '../core/chat.ts';
import type { ModelFacts } from '../core/decision.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Secret } from '../core/secret.ts';
import { anthropicModel } from './anthropic.ts';
import { COMPATIBLE, compatibleModel, usageOfStream } from './openai-compatible.ts';
import { simulatedModel, simulatorModels } from './simulator/index.ts';

/**
 * Every kind of provider, one row each. A new one is a row here: it gets its schema enum value, the contract suite
 * and its place on first start from it. The port is `LanguageModelV4` of @ai-sdk/provider.
 */
export const catalogue = [
  {
    kind: 'simulator',
    slug: 'sim',
    displayName: 'Simulator',
    secretNames: [],
    baseUrl: null,
    needs: [],
    priceBook: null,
    anyModel: false,
    models: simulatorModels,
    seeded: { large: 'large-1', small: 'small-1' },
    untaken: [],
    model: ({ runtime }, modelId) => simulatedModel(modelId, runtime.clock),
    options: (request, attempt) => ({ simulator: { ...request.simulation, attempt } }),
    signedBy: null,
  },
  {
    kind: 'openai',
    slug: 'openai',
    displayName: 'OpenAI',
    secretNames: ['OPENAI_API_KEY'],
    baseUrl: 'https://api.openai.com/v1',
    needs: ['secret'],
    priceBook: 'openai',
    anyModel: false,
    models: [],
    seeded: { large: 'gpt-6-sol', small: 'gpt-6-luna' },
    // The Responses API has no such fields; the package would leave them out.
    untaken: ['topK', 'seed', 'presencePenalty', 'frequencyPenalty', 'stop'],
    model: (connection, modelId) => createOpenAI(sdkSettings(connection)).responses(modelId),
    // Nothing is left lying at the provider: reasoning travels encrypted with the conversation instead.
    options: () => ({ openai: { store: false } }),
    signedBy: 'openai',
  },
  {
    kind: 'anthropic',
    slug: 'anthropic',
    displayName: 'Anthropic',
    secretNames: ['ANTHROPIC_API_KEY'],
    baseUrl: 'https://api.anthropic.com/v1',
    needs: ['secret'],
    priceBook: 'anthropic',
    anyModel: false,
    models: [],
    seeded: { large: 'claude-sonnet-5', small: 'claude-haiku-4-5' },
    // The Messages API has no such fields; the package would leave them out.
    untaken: ['seed', 'presencePenalty', 'frequencyPenalty'],
    model: (connection, modelId) => anthropicModel(sdkSettings(connection), modelId),
    options: () => ({}),
    signedBy: 'anthropic',
  },
  {
    kind: 'google',
    slug: 'google',
    displayName: 'Google Gemini',
    secretNames: ['GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    needs: ['secret'],
    priceBook: 'google',
    anyModel: false,
    models: [],
    seeded: { large: 'gemini-3.8-flash', small: 'gemini-3.5-flash-lite' },
    untaken: [],
    model: (connection, modelId) => createGoogle(sdkSettings(connection))(modelId),
    // Gemini keeps its thoughts to itself unless asked.
    options: ({ reasoningEffort }) =>
      reasoningEffort && reasoningEffort !== 'NONE' ? { google: { thinkingConfig: { includeThoughts: true } } } : {},
    signedBy: 'google',
  },
  {
    kind: 'openai-compatible',
    slug: 'openai-compatible',
    displayName: 'OpenAI-compatible',
    // Which variable holds its key is said by its credential: there may be many such providers.
    secretNames: [],
    baseUrl: null,
    needs: ['baseUrl'],
    priceBook: null,
    anyModel: true,
    models: [],
    seeded: null,
    untaken: [],
    model: (connection, modelId) => compatibleModel(sdkSettings(connection), modelId),
    // The package has no word for it, most servers of this kind do.
    options: ({ sampling }) => (sampling.topK === undefined ? {} : { [COMPATIBLE]: { top_k: sampling.topK } }),
    signedBy: COMPATIBLE,
    usageOfStream,
  },
] as const satisfies readonly CatalogueRow[];

export type ProviderKind = (typeof catalogue)[number]['kind'];

export interface CatalogueRow {
  /** Stored with each provider of this kind. */
  readonly kind: string;
  /** The slug of the provider that first start makes. */
  readonly slug: string;
  readonly displayName: string;
  /** Environment variables that usually hold the secret; the first that is set wins. */
  readonly secretNames: readonly string[];
  /** The provider's own address; null when it has none, see `needs`. */
  readonly baseUrl: string | null;
  /** What must be known before a model can be asked. */
  readonly needs: readonly ('secret' | 'baseUrl')[];
  /** The provider's id in @pydantic/genai-prices. */
  readonly priceBook: string | null;
  readonly anyModel: boolean;
  readonly models: readonly ModelFacts[];
  /** Models for the routes that first start makes, each known to the price book. */
  readonly seeded: { readonly large: string; readonly small: string } | null;
  /** Sampling parameters that its models never take: refused before anything is sent. */
  readonly untaken: readonly (keyof Sampling)[];
  model(connection: Connection, modelId: string): LanguageModelV4;
  /** What the port has no field for. @param attempt 1, 2, 3 … within the request */
  options(request: CompletionRequest, attempt: number): SharedV4ProviderOptions;
  /** Whose signatures its models want back on reasoning and tool calls; null when they have none. */
  readonly signedBy: string | null;
  /** Where a stream's usage may also be; left out, the port's own place is the only one. */
  usageOfStream?(usage: LanguageModelV4Usage, metadata: SharedV4ProviderMetadata | undefined): LanguageModelV4Usage;
}

/** How one organization reaches one provider. */
export interface Connection {
  readonly baseUrl: string | null;
  readonly secret: Secret | null;
  readonly fetch: typeof fetch;
  readonly runtime: Runtime;
}

export const providerKinds = catalogue.map(({ kind }) => kind) as readonly ProviderKind[];

/** @throws Error for a kind that is not in the catalogue: rows are only written with known ones. */
export function rowOf(kind: string): CatalogueRow {
  const row = catalogue.find((candidate) => candidate.kind === kind);
  if (!row) throw new Error(`no provider kind '${kind}' in the catalogue`);
  return row;
}

/**
 * Both values are always given: left out, the packages would look into the process's environment for them.
 * A server of one's own may want no key; the header it then gets is one it ignores.
 */
function sdkSettings({ baseUrl, secret, fetch }: Connection) {
  return { baseURL: baseUrl ?? '', apiKey: secret?.reveal() ?? 'none', fetch };
}

import type { LanguageModelV4, ProviderV4, SharedV4ProviderOptions } from '@ai-sdk/provider';
import type { CompletionRequest, Modality, Sampling } from '../core/chat.ts';
import type { ModelFacts } from '../core/decision.ts';
import { jsonIn } from '../core/json.ts';
import type { MediaOrigin } from '../core/parts.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Secret } from '../core/secret.ts';
import type { Egress } from '../platform/egress.ts';
import type { Effort } from './chat/effort.ts';
import type { PublicDataHandling } from './data-handling.ts';
import type { Unread } from './unread.ts';

/** One kind of provider: all that is particular about it. */
export interface CatalogueRow<Kind extends string = string> {
  /** Stored with each provider of this kind. */
  readonly kind: Kind;
  /** The slug of the provider that first start makes. */
  readonly slug: string;
  readonly displayName: string;
  /** Environment variables that usually hold the secret: first start makes the provider when one of them is set. */
  readonly secretNames: readonly string[];
  /** When the secret is no plain key: the fields of the JSON object it is. */
  readonly secretFields: SecretFields | null;
  /** The provider's own address, with a `{name}` for each of `settings`; null when it has none, see `needs`. */
  readonly baseUrl: string | null;
  /** What else must be said to reach it, and is no secret: a region, a project. */
  readonly settings: readonly Setting[];
  /** What must be known before a model can be asked. */
  readonly needs: readonly ('secret' | 'baseUrl')[];
  /** The provider's id in @pydantic/genai-prices. */
  readonly priceBook: string | null;
  /** Whether models that no list knows may be asked: wherever the provider brings out new ones without us. */
  readonly anyModel: boolean;
  readonly models: readonly ModelFacts[];
  /** Models for the routes that first start makes, each known to the price book. */
  readonly seeded: { readonly large: string; readonly small: string } | null;
  /** Media its models may take in a question, as beginnings of MIME types; null: no matter which. */
  readonly takes: readonly string[] | null;
  /**
   * Which of those its models take from others than the user. Most packages write what a tool gave back down as text,
   * which is no image, and leave out what the model itself had made. The first is shown by the user instead
   * (tool-media.ts), the second is refused.
   */
  readonly takesFrom: Readonly<Record<Exclude<MediaOrigin, 'USER'>, readonly string[]>>;
  /** Media whose addresses its models follow themselves; left out: those that its package says they do. */
  readonly fetches?: readonly string[];
  /** The same for what tools gave back; left out: none, or not reliably. */
  readonly fetchesFromTools?: readonly string[];
  /** How names end, by beginnings of MIME types, for files that come without one; left out where names mean nothing. */
  readonly endings?: Readonly<Record<string, string>>;
  /** What its models can be asked for in an answer, beside text. */
  readonly offers: readonly Modality[];
  /** Whether a spoken answer can be asked for by voice and format. */
  readonly choosesVoices: boolean;
  /**
   * Whether the provider holds answers to a JSON Schema by itself (or the package by way of a tool). Where it cannot, the
   * model is told the schema in words and asked for JSON; the answer is checked in either case.
   */
  readonly schemas: 'NATIVE' | 'INSTRUCTED';
  /** Sampling parameters that its models never take: refused before anything is sent. */
  readonly untaken: readonly (keyof Sampling)[];
  /** Whether its models tell how likely their tokens were; see logprobs.ts. */
  readonly tellsLogprobs: boolean;
  /** Where its models speak OpenAI's chat format, which takes no package. */
  readonly chat?: ChatWire;
  /**
   * Imports the package that speaks the provider's format: none of them is loaded before it is used. Left out where
   * `chat` asks for everything.
   */
  model?(connection: Connection, modelId: string): Promise<LanguageModelV4>;
  /** Where its models are listed; null when nowhere near its address. */
  readonly modelList: ModelList | null;
  /** Its models that are no conversation; left out when it has none that the packages can ask. */
  others?(connection: Connection): Promise<OtherModels>;
  /** How long an embedding is to be, where the package does not read the port's own field. */
  embeddingOptions?(dimensions: number, modelId: string): SharedV4ProviderOptions;
  /** What the port has no field for. @param attempt 1, 2, 3 … within the request */
  options(request: CompletionRequest, attempt: number): SharedV4ProviderOptions;
  /** Whose signatures its models want back on reasoning and tool calls; null when they have none. */
  readonly signedBy: string | null;
  /** Whether thoughts that nobody has sealed go back as plain words. */
  readonly takesThoughts: boolean;
  /** Whether only the account that a signature was made under can read it; that of a credential, as far as we know. */
  readonly signsForAccount: boolean;
  /** Where its answers hold content, for what the package leaves out; null where the package passes everything on. */
  readonly unread: Unread | null;
  /** Whether it is a server of one's own, which may go on with a trace; left out: a vendor, who is told of none. */
  readonly joinsTraces?: boolean;
  /** Null: nothing that we have read. */
  readonly dataHandling: PublicDataHandling | null;
}

/** How models are asked in OpenAI's chat format without a package around it. */
export interface ChatWire {
  /** Where to, and with what headers: the same for as long as the connection is. */
  call(connection: Connection): { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** Where its answers hold content. */
  readonly unread: Unread;
  /** Whether this question can be put so to this model; otherwise the row's package does it. Left out: any. */
  speaks?(modelId: string, request: CompletionRequest): boolean;
  /** Whether the answer to this question cannot be streamed; left out: any can. */
  comesWhole?(request: CompletionRequest): boolean;
  /** The fields that say how much to think; left out: `reasoning_effort`. */
  effort?(effort: Effort): object;
}

/** What a provider has besides models to talk to. */
export type OtherModels = Partial<
  Pick<ProviderV4, 'embeddingModel' | 'imageModel' | 'transcriptionModel' | 'speechModel' | 'rerankingModel'>
>;

export interface ModelList {
  /** After the base URL. */
  readonly path: string;
  header(secret: string): Readonly<Record<string, string>>;
}

export interface Setting {
  readonly name: string;
  /** Variable that first start reads it from. */
  readonly environment: string;
  /** For people, with an example. */
  readonly description: string;
}

export interface SecretFields {
  readonly required: readonly string[];
  /** Whether a plain API key does as well. */
  readonly orKey: boolean;
}

/** How one organization reaches one provider. */
export interface Connection {
  readonly baseUrl: string | null;
  readonly secret: Secret | null;
  /** By the names in `CatalogueRow.settings`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
  readonly send: Egress['send'];
  readonly runtime: Runtime;
}

type Given<Kind extends string> = Partial<CatalogueRow> & Pick<CatalogueRow, 'displayName'> & { readonly kind: Kind };

/** A row, with what most providers have in common filled in. */
export function row<const Kind extends string>(given: Given<Kind>): CatalogueRow<Kind> {
  return {
    slug: given.kind,
    secretNames: [],
    secretFields: null,
    baseUrl: null,
    settings: [],
    needs: ['secret'],
    priceBook: null,
    anyModel: true,
    models: [],
    seeded: null,
    takes: ['image/'],
    takesFrom: { TOOL: [], ASSISTANT: [] },
    offers: [],
    choosesVoices: false,
    schemas: 'NATIVE',
    untaken: [],
    tellsLogprobs: false,
    modelList: { path: '/models', header: (secret) => ({ authorization: `Bearer ${secret}` }) },
    options: () => ({}),
    signedBy: null,
    takesThoughts: false,
    signsForAccount: false,
    unread: null,
    dataHandling: null,
    ...given,
  };
}

/** The address with its settings filled in; null while one of them is missing. */
export function addressOf(template: string | null, settings: Readonly<Record<string, string>>): string | null {
  if (template === null) return null;
  const names = Array.from(template.matchAll(/\{(\w+)\}/g), ([, name]) => name!);
  return names.every((name) => settings[name])
    ? template.replace(/\{(\w+)\}/g, (_, name: string) => settings[name] ?? '')
    : null;
}

/**
 * Both values are always given: left out, the packages would look into the process's environment for them.
 * A server of one's own may want no key; the header it then gets is one it ignores.
 */
export function sdkSettings({ baseUrl, secret, fetch }: Connection) {
  return { baseURL: baseUrl ?? '', apiKey: secret?.reveal() ?? 'none', fetch };
}

/** The fields of a secret that is a JSON object; null for a plain key. */
export function fieldsOfSecret(text: string): Readonly<Record<string, string>> | null {
  if (!text.trimStart().startsWith('{')) return null;
  const fields = jsonIn(text);
  return fields !== null && typeof fields === 'object' ? (fields as Record<string, string>) : null;
}

/** What is wrong with a secret for this kind of provider; null when nothing is. Never says the secret. */
export function complaintOfSecret({ displayName, secretFields }: CatalogueRow, text: string): string | null {
  if (!secretFields) return null;
  const fields = fieldsOfSecret(text);
  if (!fields && secretFields.orKey && !text.trimStart().startsWith('{')) return null;
  const missing = secretFields.required.filter((name) => typeof fields?.[name] !== 'string' || fields[name] === '');
  if (missing.length === 0) return null;
  const names = secretFields.required.join(', ');
  return `The secret of ${displayName} is a JSON object with ${names}${secretFields.orKey ? ', or an API key' : ''}; missing: ${missing.join(', ')}.`;
}

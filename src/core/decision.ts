import type { CallKind, Pieces } from './call.ts';
import type { CompletionRequest, Modality, Tag, Task } from './chat.ts';
import { digestOf } from './digest.ts';
import type { Assignment } from './experiment.ts';
import type { Cost, Nanos, PriceSheet } from './money.ts';
import type { MediaOrigin } from './parts.ts';
import type { ErrorCode } from './problem.ts';
import type { Usage } from './usage.ts';

/** Why a request went where it went. Stored with the request, so that it can be read and replayed later. */
export interface Decision {
  /** Null when the caller named a model instead of a route. */
  readonly route: { readonly id: string; readonly slug: string; readonly version: number } | null;
  readonly rule: string | null;
  readonly strategy: Strategy;
  /** One sentence for people. */
  readonly summary: string;
  /** All that were looked at, in the order in which they will be tried; those that will not be come last. */
  readonly candidates: readonly Candidate[];
  /** The worst the dearest eligible candidate can cost; null when one of them has no price. */
  readonly quoteNanos: Nanos | null;
  readonly tookMicros: number;
  /** The rules looked at, up to the one that matched; none when a model was named. */
  readonly rulesEvaluated?: readonly RuleEvaluation[];
  /** True when the same key, end user, run or prefix as before decided the first candidate. */
  readonly stickyHit?: boolean;
  /** Which failures lead from one candidate to the next; absent: whichever another one may answer better. */
  readonly fallbackOn?: readonly FallbackCode[];
  /** The arm it belongs to; absent when it takes part in no experiment. */
  readonly experiment?: Assignment;
  /** All that was decided from, but the rules: see routing/replay.ts. */
  readonly basis?: DecisionBasis;
}

/**
 * A decision as the books have it, made whole: there, facts stand by themselves, and models by their digests, see decision-text.ts.
 * @returns null for a call that ended before it was decided, or was erased
 */
export type DecisionOf = (
  organizationId: string,
  row: { readonly decision: unknown; readonly facts: unknown },
) => Promise<Decision | null>;

export const strategies = [
  'PRIORITY',
  'WEIGHTED',
  'ROUND_ROBIN',
  'LOWEST_COST',
  'LOWEST_LATENCY',
  'LEAST_BUSY',
  'PREFIX_STICKY',
] as const;
export type Strategy = (typeof strategies)[number];

/** Failures of one candidate after which the next may be asked. */
export const fallbackCodes = ['PROVIDER_ERROR', 'PROVIDER_TIMEOUT', 'PROVIDER_OVERLOADED', 'RATE_LIMITED'] as const;
export type FallbackCode = (typeof fallbackCodes)[number];

export interface RuleEvaluation {
  readonly rule: string;
  readonly matched: boolean;
  /** Leaf by leaf: "input under 300 characters: no, 1204". */
  readonly trace: readonly string[];
}

export interface Candidate {
  readonly target: RouteTarget;
  readonly model: ModelCard;
  readonly eligible: boolean;
  readonly reasons: readonly EligibilityReason[];
  readonly estimatedCostNanos: Nanos | null;
  /** 1 is tried first; absent when it will not be tried. */
  readonly rank?: number;
  /** What the strategy went by, in its own unit (nanos, ms, calls under way …); absent when it goes by order alone. */
  readonly score?: number;
}

export interface EligibilityReason {
  readonly code: EligibilityCode;
  readonly message: string;
}

export const eligibilityCodes = [
  'OK',
  'DISABLED',
  'NO_CREDENTIAL',
  'POLICY_DENIED',
  'CONTEXT_TOO_SMALL',
  'PART_NOT_SUPPORTED',
  'MISSING_FEATURE',
  'AFFINITY_REQUIRED',
  'UNHEALTHY',
  'COOLING_DOWN',
  'OVER_BUDGET',
  'RATE_LIMITED',
] as const;
export type EligibilityCode = (typeof eligibilityCodes)[number];

/**
 * What rules and strategies know of a call: numbers and names, never its text. Kept with the request, so that another
 * version of a route can be tried on yesterday's calls.
 */
export interface RequestFacts {
  /** What is asked for, when it is no conversation, and what it comes to in pieces. */
  readonly call?: { readonly kind: CallKind; readonly pieces: Pieces };
  readonly inputChars: number;
  /** Estimated, as before any call. */
  readonly inputTokens: number;
  readonly maxOutputTokens: number | null;
  readonly messageCount: number;
  readonly hasTools: boolean;
  readonly wantsStructuredOutput: boolean;
  /** Of the input, TEXT included. */
  readonly modalities: readonly Modality[];
  /** Of the answer, where it is to be more than a text. */
  readonly answerModalities?: readonly Modality[];
  /** The first part of each type of media. */
  readonly media: readonly MediaFact[];
  /** ISO 639-1 of the last user message; null when it is too short or strange to tell. */
  readonly language: string | null;
  readonly task: Task;
  /** 0..1; 1 when the caller said so. */
  readonly taskConfidence: number;
  readonly tags: readonly Tag[];
  readonly apiKeyId: string;
  readonly projectId: string;
  readonly teamId: string;
  readonly endUser: string | null;
  readonly agent: string | null;
  readonly runId: string | null;
  /** Of the fullest budget that pays for the call; null when none does. */
  readonly budgetUsedPercent: number | null;
  /** Who signed reasoning that this call must bring back to them; null when nobody did. */
  readonly signer: string | null;
  /** The credential it was signed under, where the vendor binds signatures to its account; see core/affinity.ts. */
  readonly account?: string | null;
  /** Digest of the leading blocks, and of all up to the first user message; null when no rule goes by them. */
  readonly prefix: string | null;
  readonly conversation: string | null;
  /** Answers of the conditions that read the text, by the condition's own JSON. */
  readonly matched: Readonly<Record<string, boolean>>;
}

export interface MediaFact {
  /** Where in the request: `messages.0.parts.1`. */
  readonly path: string;
  readonly mimeType: string;
  /** Whose it is; left out: the user's. */
  readonly from?: Exclude<MediaOrigin, 'USER'>;
}

/** A call of the past, as far as routing cares. */
export interface RecordedCall {
  readonly id: string;
  /** Unix ms. */
  readonly startedAt: number;
  /** `provider/model` that answered. */
  readonly model: string;
  readonly usage: Usage;
  readonly costNanos: Nanos;
  readonly facts: RequestFacts;
}

/** How a deployment has been doing, seen from this process; older calls count less. */
export interface Observation {
  /** Calls under way. */
  readonly inFlight: number;
  /** Null: nothing seen lately. */
  readonly ttftMs: number | null;
  readonly tokensPerSecond: number | null;
  /** 0..1 */
  readonly errorRate: number;
  /** Calls sent lately. */
  readonly recent: number;
}

/** With the route's version, enough to make the same decision again, bit for bit. */
export interface DecisionBasis {
  /** Unix ms. */
  readonly at: number;
  /** 32 bits: all chance in the decision comes from them. */
  readonly seed: number;
  /** How many calls the rule has served here, for taking turns. */
  readonly turn: number;
  /** The model this conversation went to before, for PREFIX_STICKY. */
  readonly placed: string | null;
  /** Those of the rule's models that policies allow; null = all. */
  readonly allowed: readonly string[] | null;
  readonly observed: Readonly<Record<string, Observation>>;
  readonly facts: RequestFacts;
}

/** SHA-256 over the basis and the route's version: equal digests, equal decisions. Null for one without a basis. */
export function inputsDigest({ basis, route }: Decision): string | null {
  if (!basis) return null;
  return digestOf([basis, route?.id ?? null, route?.version ?? null]);
}

/** One place a route may send a request to. */
export interface RouteTarget {
  readonly id: string;
  /** `provider/model` */
  readonly model: string;
  readonly timeoutMs: number;
  /** Null: no clock of its own for the first token. */
  readonly ttftTimeoutMs: number | null;
  /** The longest silence within an answer that has begun; left out or null: 20 s. */
  readonly idleTimeoutMs?: number | null;
  /**
   * How long it may say nothing before a second attempt is begun beside the first, of which the faster one is kept and
   * both are paid for; left out or null: never.
   */
  readonly hedgeAfterMs?: number | null;
  readonly maxAttempts: number;
  /** False asks for the whole answer at once, for servers that cannot stream; left out: true. */
  readonly streaming?: boolean;
}

/** Whether an answer is given while it is being made; one to what is no conversation never is. */
export function comesInPieces(
  { call }: Pick<CompletionRequest, 'call'>,
  { streaming = true }: Pick<RouteTarget, 'streaming'>,
): boolean {
  return call === undefined && streaming;
}

/** What the gateway knows about a model when it decides. */
export interface ModelCard {
  /** `provider/model`, the name callers and routes use. */
  readonly name: string;
  readonly providerId: string;
  readonly providerSlug: string;
  /** The row in providers/catalogue.ts. */
  readonly providerKind: string;
  /** The name the provider knows it by. */
  readonly modelId: string;
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
  readonly enabled: boolean;
  readonly hasCredential: boolean;
  readonly prices: PriceSheet | null;
  /** The name it signs reasoning with; null or absent when it signs nothing. */
  readonly signedBy?: string | null;
  /** The credentials it can be asked with; absent when nobody asks which. */
  readonly accounts?: readonly string[];
  /** What it is known to do or not to do; a feature that is left out is one that nobody knows of. */
  readonly features?: Features;
  /** What it answers with; left out when nobody knows. */
  readonly gives?: readonly Modality[];
  /** What its provider can be asked for in an answer, beside text; left out: nothing. */
  readonly offers?: readonly Modality[];
  /** The longest answer it can give, as told of it; `maxOutputTokens` is what somebody has set, and holds money. */
  readonly longestOutputTokens?: number;
  /** Media its provider takes in questions, as beginnings of MIME types; left out when anything may be tried. */
  readonly takes?: readonly string[];
  /** The same for what the model itself had made; left out: like `takes`. */
  readonly takesBack?: readonly string[];
  /** As stated of its provider; left out while nobody has. */
  readonly dataHandling?: DataHandling;
}

/** What a provider does with what it is sent, as far as somebody has stated it. */
export interface DataHandling {
  readonly regions: readonly string[];
  readonly zeroRetention: boolean;
  readonly trainsOnInputs: boolean;
}

export const modelFeatures = [
  'STREAMING',
  'TOOLS',
  'PARALLEL_TOOLS',
  'STRUCTURED_OUTPUT',
  'REASONING',
  'PROMPT_CACHING',
] as const;
export type ModelFeature = (typeof modelFeatures)[number];
export type Features = Readonly<Partial<Record<ModelFeature, boolean>>>;

/** Those that are told of a model; the others follow from its provider and its price. */
export type ToldFeature = Extract<ModelFeature, 'TOOLS' | 'STRUCTURED_OUTPUT' | 'REASONING'>;

/** All models an organization can name. Names of a provider that takes any name resolve although they are not listed. */
export interface ModelBook {
  get(name: string): ModelCard | null;
  list(): readonly ModelCard[];
}

/** What the gateway knows about a provider when it looks for models. */
export interface ProviderCard {
  readonly id: string;
  readonly slug: string;
  readonly kind: string;
  readonly enabled: boolean;
  readonly hasCredential: boolean;
  /** The provider's id in the bundled price data; null when it has no entry there. */
  readonly priceBook: string | null;
  /** The name its models sign reasoning with; null or absent when they sign nothing. */
  readonly signedBy?: string | null;
  /** See ModelCard. */
  readonly accounts?: readonly string[];
  /** Whether the provider itself can hold an answer to a schema. */
  readonly schemas?: 'NATIVE' | 'INSTRUCTED';
  /** Whether a name that no list knows may be a new model of it. */
  readonly anyModel: boolean;
  /** See ModelCard. */
  readonly takes?: readonly string[];
  readonly takesBack?: readonly string[];
  readonly offers?: readonly Modality[];
  /** Left out while nobody has stated it. */
  readonly dataHandling?: DataHandling;
  /** Models that the catalogue itself defines, the simulator's for instance. */
  readonly models: readonly ModelFacts[];
}

export interface ModelFacts {
  readonly modelId: string;
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
  readonly prices: PriceSheet | null;
}

/** One call to one provider. */
export interface Attempt {
  readonly id: string;
  /** 1, 2, 3 … within the request. */
  readonly number: number;
  readonly targetId: string;
  readonly model: string;
  readonly provider: string;
  readonly startedAt: number;
  readonly outcome: AttemptOutcome;
  readonly durationMs: number | null;
  readonly ttftMs: number | null;
  readonly errorCode: ErrorCode | null;
  readonly httpStatus: number | null;
  /** The provider's own words, shortened, without secrets. */
  readonly providerMessage: string | null;
  readonly providerRequestId: string | null;
  /** The model that answered, in the provider's words. */
  readonly responseModel: string | null;
  readonly usage: Usage;
  readonly cost: Cost;
}

/** DISCARDED: another one beside it spoke first; see `hedgeAfterMs`. */
export type AttemptOutcome = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'CANCELLED' | 'DISCARDED';

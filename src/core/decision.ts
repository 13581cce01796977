import type { Cost, Nanos, PriceSheet } from './money.ts';
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
}

export type Strategy = 'PRIORITY';

export interface Candidate {
  readonly target: RouteTarget;
  readonly model: ModelCard;
  readonly eligible: boolean;
  readonly reasons: readonly { readonly code: EligibilityCode; readonly message: string }[];
  readonly estimatedCostNanos: Nanos | null;
}

export type EligibilityCode =
  | 'OK'
  | 'DISABLED'
  | 'NO_CREDENTIAL'
  | 'POLICY_DENIED'
  | 'CONTEXT_TOO_SMALL'
  | 'PART_NOT_SUPPORTED';

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
  readonly maxAttempts: number;
  /** False asks for the whole answer at once, for servers that cannot stream; left out: true. */
  readonly streaming?: boolean;
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
  /** Media its provider takes in questions, as beginnings of MIME types; left out when anything may be tried. */
  readonly takes?: readonly string[];
}

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
  /** True when any model name may be asked for, known or not. */
  readonly anyModel: boolean;
  /** See ModelCard. */
  readonly takes?: readonly string[];
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

export type AttemptOutcome = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'CANCELLED';

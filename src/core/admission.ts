import type { Modality } from './chat.ts';
import type { Demand, Direction } from './policy.ts';
import type { ScopeRef } from './scope-ref.ts';

/**
 * What policies demand of one call: data, not actions. Later rooms do what it says; nobody but policies makes one.
 * Every demand holds beside every other, so a list of them is as strict as its strictest member; an empty admission
 * asks for nothing.
 */
export interface Admission {
  readonly models: readonly Demand<ModelDemand>[];
  readonly tools: readonly Demand<ToolDemand>[];
  readonly content: readonly Demand<ContentDemand>[];
  readonly redaction: readonly Demand<RedactionDemand>[];
  readonly guardrails: readonly Demand<GuardrailDemand>[];
  readonly agents: readonly Demand<AgentDemand>[];
  readonly logging: readonly Demand<LoggingDemand>[];
  readonly retention: readonly Demand<RetentionDemand>[];
  readonly caching: readonly Demand<CachingDemand>[];
}

export const asksForNothing: Admission = {
  models: [],
  tools: [],
  content: [],
  redaction: [],
  guardrails: [],
  agents: [],
  logging: [],
  retention: [],
  caching: [],
};

/** At most `limit` units in any window of `windowMs`; of CONCURRENT, at most `limit` calls at once. */
export interface RateRule {
  readonly limitId: string;
  readonly scope: ScopeRef;
  /** What is counted together. */
  readonly key: string;
  readonly unit: LimitMetric;
  readonly limit: number;
  readonly windowMs: number;
  /** What to do while the shared counters cannot be asked: refuse, or count this many percent of `limit` in here. */
  readonly whenUnavailable: 'FAIL_CLOSED' | 'LOCAL_SHARE';
  readonly localSharePercent: number;
}

export const limitMetrics = [
  'REQUESTS',
  'INPUT_TOKENS',
  'OUTPUT_TOKENS',
  'TOTAL_TOKENS',
  'CONCURRENT',
  'COST_NANOS',
] as const;
export type LimitMetric = (typeof limitMetrics)[number];

/** Who may be given the answer that another got, from the fewest to the most. */
export const sharings = ['END_USER', 'API_KEY', 'PROJECT', 'TEAM', 'ORGANIZATION'] as const;
export type Sharing = (typeof sharings)[number];

/** That answers may be given again: without any such demand, none is. Of several, the shortest and the narrowest hold. */
export interface CachingDemand {
  readonly maxAgeMs: number;
  readonly sharedBy: Sharing;
}

/**
 * Who may be asked. Names are `provider/model` or a provider's slug, with `*` for any run of characters; null allows
 * all. Of a provider whose data handling nobody has stated, nothing is taken to be true.
 */
export interface ModelDemand {
  readonly allowModels: readonly string[] | null;
  readonly denyModels: readonly string[];
  readonly allowProviders: readonly string[] | null;
  readonly allowedRegions: readonly string[] | null;
  readonly requireZeroRetention: boolean;
  readonly requireNoTraining: boolean;
}

/** Which tools a call may offer to the model, by name with `*`; null allows all. */
export interface ToolDemand {
  readonly allowTools: readonly string[] | null;
  readonly denyTools: readonly string[];
}

/** How large a call may be; null: as large as it likes. */
export interface ContentDemand {
  readonly maxInputTokens: number | null;
  readonly maxOutputTokens: number | null;
  readonly maxMessages: number | null;
  readonly maxFileBytes: number | null;
  readonly allowedModalities: readonly Modality[] | null;
  /** Decimal nanos. */
  readonly maxCostPerRequestNanos: string | null;
}

export const detectors = [
  'EMAIL',
  'PHONE',
  'IBAN',
  'CREDIT_CARD',
  'IP_ADDRESS',
  'SSN',
  'NATIONAL_ID',
  'API_KEY',
  'DATE_OF_BIRTH',
  'MEDICAL_ID',
  'PERSON_NAME',
  'ADDRESS',
] as const;
export type Detector = (typeof detectors)[number];

/** From the mildest to the hardest: where two rules find the same text, the harder one is done. */
export const redactionActions = ['TOKENIZE', 'HASH', 'MASK', 'REMOVE', 'BLOCK'] as const;
export type RedactionAction = (typeof redactionActions)[number];

export interface RedactionDemand {
  readonly direction: Direction;
  readonly detectors: readonly Detector[];
  readonly customPatterns: readonly { readonly name: string; readonly regex: string }[];
  readonly action: RedactionAction;
  /** Of TOKENIZE: whether what was taken out of the question is put back into the answer. */
  readonly reversible: boolean;
  /** What becomes of a call with parts that cannot be read: images, sounds, files in formats other than text, links. */
  readonly whenUnreadable: WhenUnreadable;
}

export const whenUnreadable = ['BLOCK', 'ALLOW'] as const;
export type WhenUnreadable = (typeof whenUnreadable)[number];

export const guardrailChecks = ['KEYWORDS', 'REGEX', 'TOPIC', 'WEBHOOK'] as const;
export type GuardrailCheck = (typeof guardrailChecks)[number];

export const guardrailActions = ['FLAG', 'BLOCK'] as const;
export type GuardrailAction = (typeof guardrailActions)[number];

export interface GuardrailDemand {
  readonly name: string;
  readonly check: GuardrailCheck;
  /** KEYWORDS and TOPIC: words; REGEX: patterns. None of them may occur. */
  readonly forbid: readonly string[];
  /** One of them must occur. */
  readonly require: readonly string[];
  /** WEBHOOK: who is asked. */
  readonly url: string | null;
  readonly direction: Direction;
  readonly onFail: GuardrailAction;
  /** What to do when the webhook does not answer in time, or not in its words. */
  readonly onError: GuardrailAction;
  readonly timeoutMs: number;
  readonly whenUnreadable: WhenUnreadable;
  /** How much of an answer is held back while it is given; null or absent: all of it, until it is whole. */
  readonly windowCharacters?: number | null;
}

/** What the run of an agent may come to; null: as much as it likes. */
export interface AgentDemand {
  readonly maxStepsPerRun: number | null;
  /** Decimal nanos. */
  readonly maxCostPerRunNanos: string | null;
  readonly maxRunDurationMs: number | null;
  readonly maxIdenticalSteps: number | null;
  readonly maxToolCallsPerRun: number | null;
  readonly onLimit: GuardrailAction;
}

/** From the least kept to the most: of several levels the first holds. */
export const logLevels = ['NONE', 'METADATA', 'REDACTED', 'FULL'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggingDemand {
  readonly level: LogLevel;
  /** Of the calls, how many have their content kept. */
  readonly samplePercent: number;
  readonly includeToolPayloads: boolean;
}

/** How long each class of data is kept, in ms; null: nothing is asked. Of several, the shortest holds. */
export interface RetentionDemand {
  readonly metadataMs: number | null;
  readonly contentMs: number | null;
  readonly auditMs: number | null;
  readonly embeddingsMs: number | null;
  /** Nothing is deleted while any policy says so. */
  readonly legalHold: boolean;
}

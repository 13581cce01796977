import type { ScopeRef } from './scope-ref.ts';

/**
 * What policies demand of one call: data, not actions. Later rooms do what it says; nobody but policies makes one.
 * Rules of further kinds arrive as further fields; an empty admission asks for nothing.
 */
export interface Admission {
  /** `provider/model` names this call may reach; null = all. */
  readonly allowedModels: ReadonlySet<string> | null;
  readonly rates: readonly RateRule[];
  readonly redaction: readonly RedactionRule[];
  readonly cache: CacheRule | null;
}

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

/** How one rate stands after a call, for its caller. */
export interface RateStanding {
  readonly limitId: string;
  readonly scope: ScopeRef;
  readonly unit: LimitMetric;
  readonly limit: number;
  readonly remaining: number;
  /** Further calls of the same size that fit just now; null when this one used nothing of it. */
  readonly callsLeft: number | null;
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

export interface RedactionRule {
  readonly detector: string;
}

export interface CacheRule {
  /** Callers with the same partition share answers. */
  readonly partition: string;
  readonly maxAgeMs: number;
}

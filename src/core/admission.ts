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

/** At most `limit` units in any window of `windowMs`. */
export interface RateRule {
  readonly key: string;
  readonly unit: 'REQUESTS' | 'INPUT_TOKENS';
  readonly limit: number;
  readonly windowMs: number;
}

export interface RedactionRule {
  readonly detector: string;
}

export interface CacheRule {
  /** Callers with the same partition share answers. */
  readonly partition: string;
  readonly maxAgeMs: number;
}

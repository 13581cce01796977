import type { Caller } from './caller.ts';
import type { Json } from './json.ts';
import type { PolicyVerdict } from './policy.ts';
import { didYouMean } from './suggest.ts';
import type { Usage } from './usage.ts';

/**
 * Expected failures: a caller can do something about each of them. They are types of the schema implementing
 * `interface Error`; anything else that is thrown is a bug and leaves the house masked, with an incident id.
 * src/README.md has a row per code: cause, and what to check.
 */
export type ErrorCode =
  | 'VALIDATION_FAILED'
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'CONFLICT'
  | 'IDEMPOTENCY_CONFLICT'
  | 'NO_ELIGIBLE_TARGET'
  | 'PROVIDER_ERROR'
  | 'PROVIDER_TIMEOUT'
  | 'PROVIDER_OVERLOADED'
  | 'INCOMPLETE'
  | 'RATE_LIMITED'
  | 'AGENT_STOPPED'
  | 'CONTENT_TOO_LARGE'
  | 'POLICY_BLOCKED'
  | 'BUDGET_EXCEEDED'
  | 'CANCELLED'
  | 'UNAVAILABLE'
  | 'INTERNAL';

export const errorCodes: readonly ErrorCode[] = [
  'VALIDATION_FAILED',
  'NOT_FOUND',
  'FORBIDDEN',
  'CONFLICT',
  'IDEMPOTENCY_CONFLICT',
  'NO_ELIGIBLE_TARGET',
  'PROVIDER_ERROR',
  'PROVIDER_TIMEOUT',
  'PROVIDER_OVERLOADED',
  'INCOMPLETE',
  'RATE_LIMITED',
  'AGENT_STOPPED',
  'CONTENT_TOO_LARGE',
  'POLICY_BLOCKED',
  'BUDGET_EXCEEDED',
  'CANCELLED',
  'UNAVAILABLE',
  'INTERNAL',
];

export interface ProblemOptions {
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly requestId?: string;
  readonly cause?: unknown;
}

export abstract class Problem extends Error {
  /** The name of its type in the schema. */
  abstract readonly type: keyof typeof problems;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  /** Filled in by the hallway when the problem ended a request. */
  requestId: string | undefined;

  constructor(code: ErrorCode, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.requestId = options.requestId;
  }

  /** Survives a trip through the run log; `reviveProblem` is the way back. The cause stays at home. */
  toJSON(): Json {
    const { message, stack: _stack, cause: _cause, name: _name, ...fields } = this as Record<string, unknown>;
    return { ...fields, type: this.type, message: this.message } as Json;
  }
}

export interface InputIssue {
  /** Path into the input, e.g. ["messages", "0", "parts"]. */
  readonly path: readonly string[];
  readonly code: string;
  readonly message: string;
  /** Nearest accepted values, for typos in names. */
  readonly suggestions: readonly string[];
}

export class ValidationProblem extends Problem {
  readonly type = 'ValidationError';
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[], options?: ProblemOptions) {
    super('VALIDATION_FAILED', issues.map(({ message }) => message).join(' '), options);
    this.issues = issues;
  }

  static at(path: string, code: string, message: string, suggestions: readonly string[] = []): ValidationProblem {
    return new ValidationProblem([{ path: path === '' ? [] : path.split('.'), code, message, suggestions }]);
  }
}

/** Also the answer for another organisation's things: what one may not see does not exist. */
export class NotFoundProblem extends Problem {
  readonly type = 'NotFoundError';
  readonly resourceType: string;
  readonly reference: string;
  /** Names of things that there are, the nearest first. */
  readonly suggestions: readonly string[];

  /**
   * @param why whoever has looked, in their own words
   * @param hint for the end of the message; left out, it asks whether one of the suggestions was meant
   */
  constructor(
    resourceType: string,
    reference: string,
    {
      why,
      suggestions = [],
      hint = didYouMean(suggestions),
      ...options
    }: ProblemOptions & {
      readonly why?: string;
      readonly suggestions?: readonly string[];
      readonly hint?: string;
    } = {},
  ) {
    const said = why === undefined ? '' : ` ${why}`;
    super('NOT_FOUND', `There is no ${resourceType} '${reference}'.${said}${hint}`, options);
    this.resourceType = resourceType;
    this.reference = reference;
    this.suggestions = suggestions;
  }
}

export class ForbiddenProblem extends Problem {
  readonly type = 'ForbiddenError';
  readonly missingScopes: readonly string[];

  /** @param caller a key gets scopes when it is made, a person by roles */
  constructor({ sessionId }: Pick<Caller, 'sessionId'>, missingScopes: readonly string[], options?: ProblemOptions) {
    const who = sessionId === undefined ? 'This API key lacks' : 'None of your roles has';
    super('FORBIDDEN', `${who} the scope ${missingScopes.join(', ')}.`, options);
    this.missingScopes = missingScopes;
  }
}

/** Somebody else changed the thing since `expectedRevision`. */
export class ConflictProblem extends Problem {
  readonly type = 'ConflictError';
  readonly currentRevision: number;

  constructor(message: string, currentRevision: number, options?: ProblemOptions) {
    super('CONFLICT', message, options);
    this.currentRevision = currentRevision;
  }
}

export class IdempotencyConflictProblem extends Problem {
  readonly type = 'IdempotencyConflictError';
  readonly firstUsedAt: number;
  readonly originalId: string;

  constructor(firstUsedAt: number, originalId: string, options?: ProblemOptions) {
    super(
      'IDEMPOTENCY_CONFLICT',
      'This idempotency key was used before with another input. Use a new key for a new call.',
      options,
    );
    this.firstUsedAt = firstUsedAt;
    this.originalId = originalId;
  }
}

export class NoEligibleTargetProblem extends Problem {
  readonly type = 'NoEligibleTargetError';

  constructor(message: string, options?: ProblemOptions) {
    super('NO_ELIGIBLE_TARGET', message, options);
  }
}

/** A limit of this gateway is used up; a provider's own limit is a ProviderProblem. */
export class RateLimitedProblem extends Problem {
  readonly type = 'RateLimitedError';

  /** Null when it has no row: the provider's own, or a window of the gateway itself. */
  readonly limitId: string | null;

  constructor(message: string, options: ProblemOptions & { readonly limitId?: string } = {}) {
    super('RATE_LIMITED', message, options);
    this.limitId = options.limitId ?? null;
  }
}

/** What a run of an agent had too much of. */
export const agentStops = ['STEPS', 'COST', 'DURATION', 'TOOL_CALLS', 'LOOP'] as const;
export type AgentStop = (typeof agentStops)[number];

/** The run came to one of its limits; no further call of it is admitted. */
export class AgentStoppedProblem extends Problem {
  readonly type = 'AgentStoppedError';
  readonly runId: string;
  readonly stoppedBy: AgentStop;

  constructor(runId: string, stoppedBy: AgentStop, message: string, options?: ProblemOptions) {
    super('AGENT_STOPPED', message, options);
    this.runId = runId;
    this.stoppedBy = stoppedBy;
  }
}

/** The prompt is longer than its scope may send; no provider saw it. */
export class ContentTooLargeProblem extends Problem {
  readonly type = 'ContentTooLargeError';
  readonly estimatedTokens: number;
  readonly maxTokens: number;

  constructor(estimatedTokens: number, maxTokens: number, options?: ProblemOptions) {
    const message = `The prompt has about ${estimatedTokens} tokens; ${maxTokens} are allowed here. Send less.`;
    super('CONTENT_TOO_LARGE', message, options);
    this.estimatedTokens = estimatedTokens;
    this.maxTokens = maxTokens;
  }
}

/** A rule of the organization does not let the call through. Says which, and never what in the text it found. */
export class PolicyBlockedProblem extends Problem {
  readonly type = 'PolicyBlockedError';
  /** Those that blocked it; the request's history has all others too. */
  readonly verdicts: readonly PolicyVerdict[];

  constructor(verdicts: readonly PolicyVerdict[], options?: ProblemOptions) {
    const whys = verdicts.map(
      ({ policySlug, ruleIndex, message }) => `Policy '${policySlug}', rule ${ruleIndex + 1}: ${message}`,
    );
    super('POLICY_BLOCKED', whys.join(' '), options);
    this.verdicts = verdicts;
  }
}

/** A budget that blocks has too little left for the call. Amounts are decimal text, so that they survive as JSON. */
export class BudgetExceededProblem extends Problem {
  readonly type = 'BudgetExceededError';
  readonly budgetId: string;
  readonly estimatedNanos: string;
  readonly remainingNanos: string;
  /** Unix ms; null when the budget never starts anew. */
  readonly resetsAt: number | null;

  constructor(
    shortage: {
      readonly budgetId: string;
      readonly estimatedNanos: bigint;
      readonly remainingNanos: bigint;
      readonly resetsAt: number | null;
    },
    message: string,
    options?: ProblemOptions,
  ) {
    super('BUDGET_EXCEEDED', message, options);
    this.budgetId = shortage.budgetId;
    this.estimatedNanos = String(shortage.estimatedNanos);
    this.remainingNanos = String(shortage.remainingNanos);
    this.resetsAt = shortage.resetsAt;
  }
}

export type ProviderFailureCode = 'PROVIDER_ERROR' | 'PROVIDER_TIMEOUT' | 'PROVIDER_OVERLOADED' | 'RATE_LIMITED';

/** All attempts failed; what each of them met is on the request's `attempts`. */
export class ProviderProblem extends Problem {
  readonly type = 'ProviderError';

  constructor(code: ProviderFailureCode, message: string, options?: ProblemOptions) {
    super(code, message, options);
  }
}

/** The last answer broke off after part of it had been passed on. What was said stays readable, and was paid for. */
export class IncompleteProblem extends Problem {
  readonly type = 'IncompleteError';
  readonly failure: ProviderFailureCode;
  readonly usage: Usage;

  /** @param usage of the attempt that broke off, estimated from what it had said */
  constructor(failure: ProviderFailureCode, message: string, usage: Usage, options?: ProblemOptions) {
    super('INCOMPLETE', message, options);
    this.failure = failure;
    this.usage = usage;
  }
}

export class CancelledProblem extends Problem {
  readonly type = 'CancelledError';
  readonly reason: string | null;

  constructor(reason: string | null, options?: ProblemOptions) {
    super('CANCELLED', reason ? `The completion was cancelled: ${reason}` : 'The completion was cancelled.', options);
    this.reason = reason;
  }
}

/** A part we depend on (database, Redis, this very process) cannot answer now. */
export class UnavailableProblem extends Problem {
  readonly type = 'UnavailableError';
  readonly dependency: string;

  constructor(dependency: string, message: string, options?: ProblemOptions) {
    super('UNAVAILABLE', message, { retryable: true, retryAfterMs: 1000, ...options });
    this.dependency = dependency;
  }
}

export class InternalProblem extends Problem {
  readonly type = 'InternalError';
  /** The log line to look for. */
  readonly incidentId: string;

  constructor(incidentId: string, options?: ProblemOptions) {
    super('INTERNAL', `Something broke inside the gateway. Quote incident ${incidentId}.`, options);
    this.incidentId = incidentId;
  }
}

/** No valid key. Never says what was wrong with it, and never becomes part of the schema. */
export class Unauthenticated extends Error {
  constructor() {
    super('A valid API key is required: authorization: Bearer gp_live_…');
  }
}

export const problems = {
  ValidationError: ValidationProblem,
  NotFoundError: NotFoundProblem,
  ForbiddenError: ForbiddenProblem,
  ConflictError: ConflictProblem,
  IdempotencyConflictError: IdempotencyConflictProblem,
  RateLimitedError: RateLimitedProblem,
  AgentStoppedError: AgentStoppedProblem,
  ContentTooLargeError: ContentTooLargeProblem,
  PolicyBlockedError: PolicyBlockedProblem,
  BudgetExceededError: BudgetExceededProblem,
  NoEligibleTargetError: NoEligibleTargetProblem,
  ProviderError: ProviderProblem,
  IncompleteError: IncompleteProblem,
  CancelledError: CancelledProblem,
  UnavailableError: UnavailableProblem,
  InternalError: InternalProblem,
};

/** What `toJSON` wrote, as the class it was. */
export function reviveProblem(json: unknown): Problem {
  const { message, ...fields } = json as { type: keyof typeof problems; message: string };
  const problem: Problem = Object.create(problems[fields.type].prototype, { message: { value: message } });
  return Object.assign(problem, fields);
}

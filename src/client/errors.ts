import type { ProblemFragment } from './generated/graphql.ts';

/** An entry of `errors` in a GraphQL answer. */
export interface GraphQLFailure {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface ErrorFields {
  readonly code: string;
  readonly message: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number | null;
  readonly requestId?: string | null;
  readonly errors?: readonly GraphQLFailure[];
  readonly data?: unknown;
  readonly cause?: unknown;
}

/**
 * Every failure that the client throws. A type that the gateway knows and this client does not (yet) is thrown as the
 * base class, with its code.
 */
export class GlidepathError extends Error {
  /** An ErrorCode of the schema, a refusal's code (UNAUTHENTICATED, QUERY_TOO_COMPLEX …), or CONNECTION. */
  readonly code: string;
  /** True when the same call, with the same idempotencyKey, can succeed later. The client has tried that already. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  /** For `request(id)`: the history of what was tried. */
  readonly requestId: string | null;
  /** Of an answer with top-level errors, all of them; empty otherwise. */
  readonly errors: readonly GraphQLFailure[];
  /** What such an answer brought all the same; null otherwise. */
  readonly data: unknown;

  constructor(fields: ErrorFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = new.target.name;
    this.code = fields.code;
    this.retryable = fields.retryable ?? false;
    this.retryAfterMs = fields.retryAfterMs ?? null;
    this.requestId = fields.requestId ?? null;
    this.errors = fields.errors ?? [];
    this.data = fields.data ?? null;
  }
}

type Fields<Name extends ProblemFragment['__typename']> = ErrorFields & Extract<ProblemFragment, { __typename: Name }>;

export class ValidationError extends GlidepathError {
  readonly issues: Fields<'ValidationError'>['issues'];

  constructor(fields: Fields<'ValidationError'>) {
    super(fields);
    this.issues = fields.issues;
  }
}

export class NotFoundError extends GlidepathError {
  readonly resourceType: string;
  readonly reference: string;

  constructor(fields: Fields<'NotFoundError'>) {
    super(fields);
    this.resourceType = fields.resourceType;
    this.reference = fields.reference;
  }
}

export class ForbiddenError extends GlidepathError {
  readonly missingScopes: readonly string[];

  constructor(fields: Fields<'ForbiddenError'>) {
    super(fields);
    this.missingScopes = fields.missingScopes;
  }
}

export class ConflictError extends GlidepathError {
  readonly currentRevision: number;

  constructor(fields: Fields<'ConflictError'>) {
    super(fields);
    this.currentRevision = fields.currentRevision;
  }
}

export class IdempotencyConflictError extends GlidepathError {
  readonly firstUsedAt: Date;
  readonly originalId: string;

  constructor(fields: Fields<'IdempotencyConflictError'>) {
    super(fields);
    this.firstUsedAt = new Date(fields.firstUsedAt);
    this.originalId = fields.originalId;
  }
}

export class CancelledError extends GlidepathError {
  readonly reason: string | null;

  constructor(fields: Fields<'CancelledError'>) {
    super(fields);
    this.reason = fields.reason;
  }
}

export class UnavailableError extends GlidepathError {
  readonly dependency: string;

  constructor(fields: Fields<'UnavailableError'>) {
    super(fields);
    this.dependency = fields.dependency;
  }
}

export class InternalError extends GlidepathError {
  /** What to look for in the gateway's log. */
  readonly incidentId: string;

  constructor(fields: Fields<'InternalError'>) {
    super(fields);
    this.incidentId = fields.incidentId;
  }
}

export class BudgetExceededError extends GlidepathError {
  readonly budgetId: string;
  /** ISO 8601; null when the budget never starts anew. */
  readonly resetsAt: string | null;

  constructor(fields: Fields<'BudgetExceededError'>) {
    super(fields);
    this.budgetId = fields.budgetId;
    this.resetsAt = fields.resetsAt ?? null;
  }
}

/** Part of an answer came, and then no more: it ends where the provider broke off. */
export class IncompleteError extends GlidepathError {
  /** The code of what broke it off. */
  readonly failure: string;
  /** What had been used by then, estimated. */
  readonly usage: Fields<'IncompleteError'>['usage'];

  constructor(fields: Fields<'IncompleteError'>) {
    super(fields);
    this.failure = fields.failure;
    this.usage = fields.usage;
  }
}

export class NoEligibleTargetError extends GlidepathError {}
export class ProviderError extends GlidepathError {}
export class RateLimitedError extends GlidepathError {}
export class AgentStoppedError extends GlidepathError {}
export class ContentTooLargeError extends GlidepathError {}

/** A rule of the organization does not let the call through; the message names policy and rule. */
export class PolicyBlockedError extends GlidepathError {}

/** The key is missing, unknown, expired or revoked: the gateway does not say which. */
export class UnauthenticatedError extends GlidepathError {}

/** No answer, or none that a gateway gives: the network, a proxy, a process that went away. */
export class ConnectionError extends GlidepathError {
  constructor(message: string, cause?: unknown, retryable = true) {
    super({ code: 'CONNECTION', message, retryable, cause });
  }
}

/** The idempotencyKey stands for a call of long ago: it succeeded, and what it said is not kept any more. */
export class WithheldError extends GlidepathError {
  readonly completionId: string;

  constructor(completionId: string, requestId: string) {
    const message = `${completionId} was answered earlier under this idempotencyKey; its content is not kept any more.`;
    super({ code: 'WITHHELD', message, requestId });
    this.completionId = completionId;
  }
}

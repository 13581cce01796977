import * as errors from './errors.ts';
import type { ProblemFragment } from './generated/graphql.ts';

/** What any member of a result union looks like when it is a failure. */
type Failure = Pick<ProblemFragment, 'code' | 'message' | 'retryable'>;

/**
 * The success of a result union, or its failure as the exception it stands for.
 * @example const { route } = unwrap((await glidepath.request(RouteSaveDocument, { input })).routeSave);
 */
export function unwrap<Result extends { readonly __typename: string }>(result: Result): Exclude<Result, Failure> {
  if ('retryable' in result && 'code' in result) throw errorOf(result as unknown as ProblemFragment);
  return result as Exclude<Result, Failure>;
}

/** The exception for a failure that the schema models. */
export function errorOf(problem: ProblemFragment): errors.GlidepathError {
  return construct(problem.__typename, problem);
}

/** The exception for an answer with top-level errors: the first of them decides its class. */
export function errorOfAnswer(failures: readonly errors.GraphQLFailure[], data: unknown): errors.GlidepathError {
  const [{ message, extensions = {} }] = failures as [errors.GraphQLFailure];
  const code = String(extensions.code ?? 'INTERNAL');
  // The gateway is shutting down: says so without more words.
  const fields = { retryable: code === 'UNAVAILABLE', ...extensions, code, message, errors: failures, data };
  return construct(typeNames[code] ?? '', fields);
}

function construct(typeName: string, fields: errors.ErrorFields): errors.GlidepathError {
  const Known = classes.get(typeName) ?? errors.GlidepathError;
  return new Known(fields);
}

/** Whoever constructs one of these has the fields of its type from the wire, where the schema vouches for them. */
type FromWire = new (fields: errors.ErrorFields) => errors.GlidepathError;

const classes = new Map(
  Object.entries({
    ValidationError: errors.ValidationError,
    NotFoundError: errors.NotFoundError,
    ForbiddenError: errors.ForbiddenError,
    ConflictError: errors.ConflictError,
    IdempotencyConflictError: errors.IdempotencyConflictError,
    NoEligibleTargetError: errors.NoEligibleTargetError,
    ProviderError: errors.ProviderError,
    IncompleteError: errors.IncompleteError,
    RateLimitedError: errors.RateLimitedError,
    AgentStoppedError: errors.AgentStoppedError,
    ContentTooLargeError: errors.ContentTooLargeError,
    PolicyBlockedError: errors.PolicyBlockedError,
    BudgetExceededError: errors.BudgetExceededError,
    CancelledError: errors.CancelledError,
    UnavailableError: errors.UnavailableError,
    InternalError: errors.InternalError,
    UnauthenticatedError: errors.UnauthenticatedError,
  } satisfies Record<ProblemFragment['__typename'] | 'UnauthenticatedError', unknown>),
) as unknown as ReadonlyMap<string, FromWire>;

/** Top-level errors have a code and no type. */
const typeNames: Readonly<Record<string, ProblemFragment['__typename'] | 'UnauthenticatedError'>> = {
  VALIDATION_FAILED: 'ValidationError',
  NOT_FOUND: 'NotFoundError',
  FORBIDDEN: 'ForbiddenError',
  CONFLICT: 'ConflictError',
  IDEMPOTENCY_CONFLICT: 'IdempotencyConflictError',
  NO_ELIGIBLE_TARGET: 'NoEligibleTargetError',
  PROVIDER_ERROR: 'ProviderError',
  PROVIDER_TIMEOUT: 'ProviderError',
  PROVIDER_OVERLOADED: 'ProviderError',
  INCOMPLETE: 'IncompleteError',
  RATE_LIMITED: 'RateLimitedError',
  AGENT_STOPPED: 'AgentStoppedError',
  CONTENT_TOO_LARGE: 'ContentTooLargeError',
  POLICY_BLOCKED: 'PolicyBlockedError',
  BUDGET_EXCEEDED: 'BudgetExceededError',
  CANCELLED: 'CancelledError',
  UNAVAILABLE: 'UnavailableError',
  INTERNAL: 'InternalError',
  UNAUTHENTICATED: 'UnauthenticatedError',
};

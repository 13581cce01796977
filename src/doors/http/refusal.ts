import { IntricateJson } from '../../core/json-scan.ts';
import { type Problem, Unauthenticated } from '../../core/problem.ts';

/** What a door refuses by itself: a message that cannot be read, or says what nobody behind the door understands. */
export class Refusal extends Error {
  readonly status: number;
  /** The place in the message, in the vendor's notation; null when it is none of its fields. */
  readonly param: string | null;
  /** The vendor's word for what is wrong; null when it has none. */
  readonly code: string | null;

  constructor(status: number, message: string, param: string | null = null, code: string | null = null) {
    super(message);
    this.status = status;
    this.param = param;
    this.code = code;
  }
}

/** What every vendor has a shape for. */
export type Expected = Problem | Refusal | Unauthenticated;

/** Statuses of HTTP for problems of the house; the same at every door but where a vendor has its own. */
export function statusOf(error: Expected): number {
  if (error instanceof Refusal) return error.status;
  if (error instanceof Unauthenticated) return 401;
  switch (error.code) {
    case 'VALIDATION_FAILED':
    case 'CONTENT_TOO_LARGE':
      return 400;
    case 'FORBIDDEN':
    case 'AGENT_STOPPED':
    // Never a 5xx: clients would ask again, and pay again for an answer that is refused again.
    case 'POLICY_BLOCKED':
      return 403;
    case 'NOT_FOUND':
      return 404;
    case 'CONFLICT':
    case 'CANCELLED':
      return 409;
    // As draft-ietf-httpapi-idempotency-key-header has it; 409 would make the vendors' clients try again.
    case 'IDEMPOTENCY_CONFLICT':
      return 422;
    case 'RATE_LIMITED':
    case 'BUDGET_EXCEEDED':
      return 429;
    case 'NO_ELIGIBLE_TARGET':
      return error.retryable ? 503 : 400;
    case 'PROVIDER_ERROR':
    case 'INCOMPLETE':
      return 502;
    case 'PROVIDER_TIMEOUT':
      return 504;
    case 'PROVIDER_OVERLOADED':
    case 'UNAVAILABLE':
      return 503;
    case 'INTERNAL':
      return 500;
  }
}

/** Both vendors' clients pass over a `retry-after` that is longer, and would try again within seconds. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Whether and when to try again, in the words that both vendors' clients read. Without `x-should-retry` they would
 * retry every 409, 429 and 5xx, also those that can only come out the same.
 */
export function retryHeaders(error: Expected): Record<string, string> {
  if (error instanceof Refusal || error instanceof Unauthenticated) return { 'x-should-retry': 'false' };
  const { retryable, retryAfterMs } = error;
  return {
    'x-should-retry': String(retryable && (retryAfterMs ?? 0) <= LONGEST_WAIT_MS),
    ...(retryAfterMs !== undefined && {
      'retry-after': String(Math.ceil(retryAfterMs / 1000)),
      'retry-after-ms': String(Math.ceil(retryAfterMs)),
    }),
  };
}

/** A body that cannot be read, as the refusal it is; anything else is thrown on. */
export function unreadable(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof IntricateJson) return new Refusal(400, error.message);
  throw error;
}

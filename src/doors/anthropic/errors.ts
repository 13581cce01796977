import { type Problem, Unauthenticated } from '../../core/problem.ts';
import { type Expected, Refusal, retryHeaders, statusOf } from '../http/refusal.ts';
import type { Answer } from '../visit.ts';

/** docs.claude.com/en/api/errors: the body of every failure, and the `error` event of a stream that broke. */
export interface ErrorBody {
  readonly type: 'error';
  readonly error: { readonly type: string; readonly message: string };
  readonly request_id: string;
}

export function failure(error: Expected, requestId: string): Answer {
  const { status, type } = wordsFor(error);
  return {
    status,
    headers: { ...retryHeaders(error), 'request-id': requestId },
    body: { type: 'error', error: { type, message: error.message }, request_id: requestId } satisfies ErrorBody,
  };
}

function wordsFor(error: Expected): { readonly status: number; readonly type: string } {
  if (error instanceof Refusal) return { status: error.status, type: byStatus(error.status) };
  if (error instanceof Unauthenticated) return { status: 401, type: 'authentication_error' };
  // Statuses of its own.
  if (error.code === 'PROVIDER_OVERLOADED') return { status: 529, type: 'overloaded_error' };
  if (error.code === 'BUDGET_EXCEEDED') return { status: 402, type: 'billing_error' };
  const status = isUnknownTarget(error) ? 404 : statusOf(error);
  return { status, type: byStatus(status) };
}

function byStatus(status: number): string {
  const types: Readonly<Record<number, string>> = {
    403: 'permission_error',
    404: 'not_found_error',
    413: 'request_too_large',
    429: 'rate_limit_error',
    503: 'overloaded_error',
    504: 'timeout_error',
  };
  return types[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
}

function isUnknownTarget(error: Problem): boolean {
  if (!('issues' in error)) return false;
  const [issue] = error.issues as readonly { readonly path: readonly string[]; readonly code: string }[];
  return issue?.code === 'UNKNOWN' && issue.path[0] === 'target';
}

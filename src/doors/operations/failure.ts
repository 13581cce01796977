import { Problem, Unauthenticated } from '../../core/problem.ts';
import { type Expected, retryHeaders, statusOf } from '../http/refusal.ts';
import type { Answer } from '../visit.ts';

/** As errors of the endpoint look. */
export function failure(error: Expected, requestId: string): Answer {
  const code =
    error instanceof Problem
      ? error.code
      : error instanceof Unauthenticated
        ? 'UNAUTHENTICATED'
        : (error.code ?? 'BAD_USER_INPUT');
  return {
    status: statusOf(error),
    headers: retryHeaders(error),
    body: { errors: [{ message: error.message, extensions: { code, requestId } }] },
  };
}

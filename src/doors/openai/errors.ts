import { NotFoundProblem, Problem, Unauthenticated } from '../../core/problem.ts';
import { type Expected, Refusal, retryHeaders, statusOf } from '../http/refusal.ts';
import type { Answer } from '../visit.ts';

/** platform.openai.com/docs/guides/error-codes: the body of every failure, and the last event of a stream that broke. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

export function failure(error: Expected, requestId: string): Answer {
  return {
    status: error instanceof Problem && isUnknownTarget(error) ? 404 : statusOf(error),
    headers: { ...retryHeaders(error), 'x-request-id': requestId },
    body: errorBody(error),
  };
}

export function errorBody(error: Expected): ErrorBody {
  const { type, param, code } = wordsFor(error);
  return { error: { message: error.message, type, param, code } };
}

function wordsFor(error: Expected): Omit<ErrorBody['error'], 'message'> {
  if (error instanceof Refusal) return { type: 'invalid_request_error', param: error.param, code: error.code };
  if (error instanceof Unauthenticated) {
    return { type: 'invalid_request_error', param: null, code: 'invalid_api_key' };
  }
  const param = paramOf(error);
  switch (error.code) {
    case 'VALIDATION_FAILED':
      return {
        type: 'invalid_request_error',
        param,
        code: isUnknownTarget(error) ? 'model_not_found' : 'invalid_value',
      };
    case 'CONTENT_TOO_LARGE':
      return { type: 'invalid_request_error', param: 'messages', code: 'context_length_exceeded' };
    case 'RATE_LIMITED':
      return { type: 'requests', param, code: 'rate_limit_exceeded' };
    case 'BUDGET_EXCEEDED':
      return { type: 'insufficient_quota', param, code: 'insufficient_quota' };
    case 'FORBIDDEN':
      return { type: 'invalid_request_error', param, code: 'insufficient_permissions' };
    case 'NOT_FOUND':
      return {
        type: 'invalid_request_error',
        param,
        code: error instanceof NotFoundProblem && error.resourceType === 'Model' ? 'model_not_found' : 'not_found',
      };
    case 'IDEMPOTENCY_CONFLICT':
    case 'NO_ELIGIBLE_TARGET':
    case 'AGENT_STOPPED':
    case 'POLICY_BLOCKED':
      return { type: 'invalid_request_error', param, code: error.code.toLowerCase() };
    default:
      return { type: 'server_error', param, code: error.code.toLowerCase() };
  }
}

function isUnknownTarget(error: Problem): boolean {
  if (!('issues' in error)) return false;
  const [issue] = error.issues as readonly { readonly path: readonly string[]; readonly code: string }[];
  return issue?.code === 'UNKNOWN' && issue.path[0] === 'target';
}

/** Our contract's name for a field, as OpenAI's clients know it. */
const names: readonly (readonly [RegExp, string])[] = [
  [/^target\b.*$/, 'model'],
  [/^sampling\.maxOutputTokens$/, 'max_completion_tokens'],
  [/^sampling\.topP$/, 'top_p'],
  [/^sampling\.topLogprobs$/, 'top_logprobs'],
  [/^sampling\.frequencyPenalty$/, 'frequency_penalty'],
  [/^sampling\.presencePenalty$/, 'presence_penalty'],
  [/^sampling\./, ''],
  [/^output\b.*$/, 'response_format'],
  [/^tools\.inline\.(\d+)\..*$/, 'tools[$1]'],
  [/^tools\.choice\b.*$/, 'tool_choice'],
  [/^messages\.(\d+)\.parts\.(\d+)\b.*$/, 'messages[$1].content[$2]'],
  [/^messages\.(\d+)\b.*$/, 'messages[$1]'],
  [/^tags\b.*$/, 'metadata'],
  [/^(content|mimeType|filename)$/, 'file'],
  [/^retentionMs$/, 'expires_after'],
  [/^endUser$/, 'user'],
];

function paramOf(error: Problem): string | null {
  if (!('issues' in error)) return null;
  const [issue] = error.issues as readonly { readonly path: readonly string[] }[];
  const path = issue?.path.join('.') ?? '';
  const known = names.find(([pattern]) => pattern.test(path));
  return (known ? path.replace(known[0], known[1]) : path) || null;
}

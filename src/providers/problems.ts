import { APICallError, JSONParseError, TypeValidationError } from '@ai-sdk/provider';
import { jsonIn } from '../core/json.ts';
import type { ErrorCode, ProviderFailureCode } from '../core/problem.ts';
import { Problem, ValidationProblem } from '../core/problem.ts';
import { retryAfterMs } from './retry-after.ts';
import { providerWords } from './scrub.ts';

/** NOT_FOUND: the provider says that it has no such model. */
export type FailureCode = ProviderFailureCode | Extract<ErrorCode, 'VALIDATION_FAILED' | 'NOT_FOUND'>;

/** What went wrong at a provider, and what is worth trying next. */
export interface Failure {
  readonly code: FailureCode;
  /** The same target may do better in a moment. */
  readonly again: boolean;
  /** Another target may take this request. */
  readonly elsewhere: boolean;
  /** Unpaid bills and used-up quotas: waiting does not help, somebody has to pay. Never retried as a rate limit. */
  readonly money: boolean;
  /** False when the provider surely did no work for it: then it costs nothing. */
  readonly mayCost: boolean;
  readonly httpStatus: number | null;
  readonly retryAfterMs: number | undefined;
  /** The provider's own words, shortened, without secrets; or ours, when it had none. */
  readonly message: string;
}

/** The stream ended without the provider's own end: what came is not an answer. */
export class TruncatedAnswer extends Error {
  constructor() {
    super('The answer broke off before its end.');
  }
}

/** What a provider said in the middle of an answer, instead of going on with it. */
export class ToldError extends Error {
  readonly data: unknown;

  constructor(data: unknown) {
    super('The provider has broken off its answer with an error.');
    this.data = data;
  }
}

/** One of the attempt's clocks ran out; the reason its signal aborts with. */
export class ClockRanOut extends Error {}

/**
 * Any error a model throws or streams, classified. Transport and meaning are told apart: an HTTP 200 may hold an
 * error, and an error in a stream may name a status.
 * @param now Unix ms, for dates in headers
 */
export function failureOf(error: unknown, now: number): Failure {
  if (error instanceof ValidationProblem) {
    return failure('VALIDATION_FAILED', error.message, { elsewhere: true });
  }
  if (error instanceof Problem) return failure('PROVIDER_ERROR', error.message, { elsewhere: true });
  if (error instanceof ClockRanOut) {
    return failure('PROVIDER_TIMEOUT', error.message, { elsewhere: true, mayCost: true });
  }
  if (error instanceof TruncatedAnswer) {
    return failure('PROVIDER_ERROR', error.message, { again: true, elsewhere: true, mayCost: true });
  }
  const said = saidBy(error);
  if (said.status !== null || said.words !== '') return fromProvider(said, now);
  return fromTransport(error);
}

/** What a provider said, wherever it said it. */
interface Said {
  /** Of HTTP, or the one a streamed error stands for. */
  readonly status: number | null;
  /** Code, type and status words of its error body, lower case, for matching. */
  readonly words: string;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** True when it had already accepted the call: an error inside a 200. */
  readonly accepted: boolean;
}

function fromProvider(said: Said, now: number): Failure {
  const { status, words, headers, body } = said;
  const rest = {
    httpStatus: status,
    retryAfterMs: retryAfterMs(headers, body, now),
    mayCost: said.accepted || status === 504 || status === 408,
  };
  const message = said.message || `The provider answered with status ${status}.`;
  const shouldRetry = headers['x-should-retry'];

  if (status === 402 || MONEY.test(`${words} ${message}`)) {
    return failure('PROVIDER_ERROR', message, { ...rest, elsewhere: true, money: true, retryAfterMs: undefined });
  }
  if (OVERLOAD.test(words) || status === 529 || status === 503) {
    return failure('PROVIDER_OVERLOADED', message, { ...rest, again: shouldRetry !== 'false', elsewhere: true });
  }
  if (status === 429 || RATE.test(words)) {
    return failure('RATE_LIMITED', message, { ...rest, again: shouldRetry !== 'false', elsewhere: true });
  }
  if (status === 408 || status === 504 || TIMEOUT.test(words)) {
    return failure('PROVIDER_TIMEOUT', message, { ...rest, again: shouldRetry !== 'false', elsewhere: true });
  }
  if (status === null || status >= 500 || status === 409 || status < 400) {
    // A status below 400 is an answer nobody can read, or a redirect that is never followed.
    const redirected = status !== null && status >= 300 && status < 400;
    const refused = INVALID.test(words);
    const again = shouldRetry !== 'false' && !redirected && !refused;
    return failure('PROVIDER_ERROR', message, { ...rest, again, elsewhere: !refused });
  }
  if (saysNoSuchModel(said)) {
    return failure('NOT_FOUND', message, { ...rest, elsewhere: true, retryAfterMs: undefined });
  }
  // The rest of 4xx: our key, their address, or the caller's request. Only the first two, and a context that is too
  // small, are better elsewhere.
  const elsewhere = [401, 403, 404, 413].includes(status) || CONTEXT.test(`${words} ${message}`);
  return failure('PROVIDER_ERROR', message, { ...rest, again: shouldRetry === 'true', elsewhere });
}

/**
 * No provider calls it the same. Most have a word for it; the others say it in a sentence, with 404 or 400. A 404 that
 * speaks of no model is a wrong address.
 */
function saysNoSuchModel({ status, words, message }: Said): boolean {
  if (NO_MODEL.test(words)) return true;
  if (status === 404)
    return /\b(model|deployment)s?\b/i.test(message) && (NOT_FOUND.test(words) || NOT_FOUND.test(message));
  return status === 400 && NO_SUCH_MODEL.test(message);
}

const NO_MODEL = /\b(model_?not_?(found|available|supported)|(invalid|unknown)_model|deployment_?not_?found)\b/;
const NOT_FOUND = /not[ _]?found|not exist|no access|not have access|unable to access|could not resolve/i;
const NO_SUCH_MODEL =
  /\bmodel\b[^.]{0,100}\b(not exist|not found|identifier is invalid)|\b(invalid|unknown|no such) model\b|not a valid model\b/i;
const MONEY =
  /insufficient_quota|credit_balance|credit balance is too low|billing|enforced_spend_limit|spend(ing)? limit|payment_required|perday/i;
const OVERLOAD = /overloaded|\bunavailable\b/;
const RATE = /rate_limit|resource_exhausted|slow_down|too_many_requests/;
const TIMEOUT = /deadline_exceeded|\btimeout/;
const INVALID = /invalid_(request|argument|prompt)|content_policy|unsupported/;
const CONTEXT =
  /context_length_exceeded|context window|prompt is too long|maximum context|too many tokens|exceeds the maximum number of tokens/i;

/** Nothing understandable came back: the network, a certificate, or a body that is not what it claims to be. */
function fromTransport(error: unknown): Failure {
  const code = transportCode(error);
  if (code && /^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_SSL)/.test(code)) {
    return failure('PROVIDER_ERROR', "The provider's certificate could not be trusted.", { elsewhere: true });
  }
  if (code === 'ERR_EGRESS_REFUSED') {
    return failure('PROVIDER_ERROR', "The provider's address is not one this gateway may call.", { elsewhere: true });
  }
  if (code === 'ERR_RESPONSE_TOO_LARGE' || code === 'ERR_EVENT_TOO_LARGE') {
    return failure('PROVIDER_ERROR', 'The answer is larger than any a model gives.', {
      elsewhere: true,
      mayCost: true,
    });
  }
  if (code && NEVER_CONNECTED.has(code)) {
    return failure('PROVIDER_ERROR', `The provider could not be reached (${code}).`, { again: true, elsewhere: true });
  }
  const message = code ? `The connection to the provider broke (${code}).` : 'The provider gave no readable answer.';
  return failure('PROVIDER_ERROR', message, { again: true, elsewhere: true, mayCost: true });
}

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

function transportCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code;
  }
  return undefined;
}

/** Error bodies of all wire formats: `{error: {…}}`, `[{error: {…}}]`, a Responses event, or the bare error itself. */
function saidBy(error: unknown): Said {
  const call = APICallError.isInstance(error) ? error : undefined;
  const body = call?.responseBody ?? bodyOf(error);
  const answered = jsonIn(body ?? '');
  const found =
    errorObject(answered) ??
    errorObject(call?.data) ??
    errorObject((error as { data?: unknown })?.data) ??
    errorObject(error);
  const words = [found?.code, found?.type, found?.status, ...detailWords(found)]
    .filter((word) => typeof word === 'string')
    .join(' ')
    .toLowerCase();
  const status = call?.statusCode ?? numberOf((error as { statusCode?: unknown })?.statusCode) ?? numberOf(found?.code);
  // Amazon and Cohere say no more than a message, and say it in the open.
  const told = found ?? (call && refusedStatus(call.statusCode) ? (answered as Fields | undefined) : undefined);
  const message = typeof told?.message === 'string' ? told.message : '';
  return {
    status: status ?? null,
    words,
    message: providerWords(message),
    headers: call?.responseHeaders ?? {},
    body,
    accepted: !call || (call.statusCode !== undefined && call.statusCode < 300),
  };
}

function refusedStatus(status: number | undefined): boolean {
  return status !== undefined && status >= 400;
}

type Fields = Readonly<Record<string, unknown>>;

/** Only what calls itself an error: a body that merely could not be parsed says nothing. */
function errorObject(value: unknown): Fields | undefined {
  if (JSONParseError.isInstance(value) || TypeValidationError.isInstance(value)) return undefined;
  const outer = (Array.isArray(value) ? value[0] : value) as Fields | undefined | null;
  if (outer === null || typeof outer !== 'object') return undefined;
  if (typeof outer.error === 'string') return { message: outer.error };
  for (const inner of [outer.error, (outer.response as Fields | undefined)?.error]) {
    if (inner !== null && typeof inner === 'object') return inner as Fields;
  }
  const named = 'type' in outer || 'code' in outer || 'status' in outer;
  return named && !(outer instanceof Error && transportCode(outer)) ? outer : undefined;
}

/** Anthropic: `details.error_code`. Google: `details[].violations[].quotaId`. */
function detailWords(found: Fields | undefined): string[] {
  const details = JSON.stringify(found?.details ?? null);
  return [...details.matchAll(/"(?:error_code|quotaId|reason)":"([^"]+)"/g)].map(([, word]) => word!);
}

/** The text that was not JSON, or not the JSON expected: it may still be an error that came with status 200. */
function bodyOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (JSONParseError.isInstance(at)) return at.text;
    if (TypeValidationError.isInstance(at)) return JSON.stringify(at.value);
  }
  return undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 100 && value < 600 ? value : undefined;
}

function failure(code: Failure['code'], message: string, rest: Partial<Failure>): Failure {
  return {
    code,
    message,
    again: false,
    elsewhere: false,
    money: false,
    mayCost: false,
    httpStatus: null,
    retryAfterMs: undefined,
    ...rest,
  };
}

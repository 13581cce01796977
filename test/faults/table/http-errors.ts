import type { Fault } from '../table.ts';
import { error, type Script, says } from '../wire.ts';

const both = (script: Script) => ({ streamed: script, whole: script });
const limited = error('Rate limit reached.', 'requests', 'rate_limit_exceeded');

/** A refusal by status; the title says what it is, `rest` what it should come to. */
function refusal(
  id: string,
  title: string,
  status: number,
  body: object | string,
  headers: Readonly<Record<string, string>> = {},
  rest: Partial<Fault> = {},
): Fault {
  return { id, title, ends: 'fails', ...both(says(status, body, headers)), ...rest };
}

const once = { maxAsked: 1 };
const html = { 'content-type': 'text/html' };
const google = (details: object[], message = 'Quota exceeded.') => [
  { error: { code: 429, message, status: 'RESOURCE_EXHAUSTED', details } },
];

export const httpFaults: readonly Fault[] = [
  refusal('H1', '429, retry-after in seconds', 429, limited, { 'retry-after': '0.2' }),
  refusal('H2', '429, retry-after as a date', 429, limited, { 'retry-after': 'Mon, 23 Nov 2020 03:00:00 GMT' }),
  refusal('H3', '429, retry-after-ms', 429, limited, { 'retry-after-ms': '120' }),
  refusal('H4', '429, retry-after an hour', 429, limited, { 'retry-after': '3600' }, once),
  refusal('H5', '429, retry-after nonsense', 429, limited, { 'retry-after': 'soon' }),
  refusal('H5-negative', '429, retry-after negative', 429, limited, { 'retry-after': '-5' }),
  refusal(
    'H6',
    '429 insufficient_quota',
    429,
    error('You exceeded your current quota.', 'insufficient_quota', 'insufficient_quota'),
    {},
    once,
  ),
  refusal(
    'H6-credit',
    '429 credit_balance_exhausted',
    429,
    error('No credit.', 'billing', 'credit_balance_exhausted'),
    {},
    once,
  ),
  refusal(
    'H7',
    'Anthropic: 429, spend limit reached',
    429,
    {
      type: 'error',
      error: {
        type: 'rate_limit_error',
        message: 'Your organization has reached its limit.',
        details: { error_code: 'enforced_spend_limit_reached' },
      },
    },
    {},
    { ...once, at: 'anthropic' },
  ),
  refusal('H8', '402 payment required', 402, error('Payment required.', 'payment_required'), {}, once),
  refusal(
    'H8-daily',
    'Gemini: daily quota used up',
    429,
    google([
      { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ quotaId: 'RequestsPerDayPerProject' }] },
    ]),
    {},
    { ...once, at: 'google' },
  ),
  refusal('H9', '429 slow_down', 429, error('Slow down.', 'rate_limit_error', 'slow_down')),
  refusal(
    'H10',
    'Gemini: 429 in a list, with RetryInfo',
    429,
    google([{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '0.2s' }]),
    {},
    { at: 'google' },
  ),
  refusal('H11-529', '529 overloaded', 529, error('Overloaded.', 'overloaded_error')),
  refusal('H11-503', '503 with retry-after', 503, error('Unavailable.', 'server_error'), { 'retry-after': '0.1' }),
  refusal('H11-500', '500', 500, error('Internal error.', 'server_error')),
  refusal('H11-502', '502 with an HTML page', 502, '<html><b>Bad gateway</b></html>', html),
  refusal('H11-504', '504', 504, 'upstream timed out', { 'content-type': 'text/plain' }),
  refusal('H11-520', '520 of a CDN', 520, '<html>520: unknown error</html>', html),
  refusal('H11-524', '524 of a CDN', 524, '<html>524: a timeout occurred</html>', html),
  refusal('H12', '408', 408, error('Request timeout.', 'timeout')),
  refusal('H12-409', '409', 409, error('Conflict.', 'conflict')),
  refusal(
    'H13',
    '400 context_length_exceeded',
    400,
    error('Too long.', 'invalid_request_error', 'context_length_exceeded'),
    {},
    once,
  ),
  refusal('H13-413', '413', 413, error('Too large.', 'invalid_request_error'), {}, once),
  refusal(
    'H14',
    '400 content policy',
    400,
    error('Not allowed.', 'invalid_request_error', 'content_policy_violation'),
    {},
    { ...once, ends: 'refuses' },
  ),
  refusal(
    'H14-400',
    '400 for a bad parameter',
    400,
    error('Unknown parameter.', 'invalid_request_error'),
    {},
    { ...once, ends: 'refuses' },
  ),
  refusal(
    'H15',
    '401, repeating the key',
    401,
    error('Incorrect API key provided: sk-SECRET0123456789abcdef.', 'invalid_request_error', 'invalid_api_key'),
    {},
    once,
  ),
  refusal('H15-403', '403', 403, error('Not for you.', 'permission_error'), {}, once),
  refusal(
    'H16',
    '404 no such model',
    404,
    error('The model does not exist.', 'invalid_request_error', 'model_not_found'),
    {},
    once,
  ),
  refusal(
    'H17',
    '500 with x-should-retry: false',
    500,
    error('Broken.', 'server_error'),
    { 'x-should-retry': 'false' },
    once,
  ),
  refusal('H17-true', '500 with x-should-retry: true', 500, error('Broken.', 'server_error'), {
    'x-should-retry': 'true',
  }),
];

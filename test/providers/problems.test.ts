import { APICallError } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { ValidationProblem } from '../../src/core/problem.ts';
import { ClockRanOut, failureOf, TruncatedAnswer } from '../../src/providers/problems.ts';
import { retryAfterMs } from '../../src/providers/retry-after.ts';
import { providerWords } from '../../src/providers/scrub.ts';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);

function answered(statusCode: number, body: unknown = {}, responseHeaders: Record<string, string> = {}) {
  return new APICallError({
    message: 'a message of the package',
    url: 'https://api.example.com/v1',
    requestBodyValues: { prompt: 'the prompt' },
    statusCode,
    responseHeaders,
    responseBody: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function network(code: string) {
  const cause = Object.assign(new Error(`connect ${code} 10.1.2.3:443`), { code });
  return new APICallError({
    message: `Cannot connect to API: ${cause.message}`,
    url: 'https://x',
    requestBodyValues: {},
    cause,
  });
}

const error = (fields: object) => ({ error: fields });

describe('what went wrong decides what is tried next', () => {
  it.each([
    // what, the error, code, again, elsewhere, may cost
    ['a rate limit', answered(429, error({ code: 'rate_limit_exceeded' })), 'RATE_LIMITED', true, true, false],
    [
      'a rate limit that forbids retries',
      answered(429, {}, { 'x-should-retry': 'false' }),
      'RATE_LIMITED',
      false,
      true,
      false,
    ],
    ['an overload', answered(529, error({ type: 'overloaded_error' })), 'PROVIDER_OVERLOADED', true, true, false],
    ['503', answered(503), 'PROVIDER_OVERLOADED', true, true, false],
    ['500', answered(500), 'PROVIDER_ERROR', true, true, false],
    ['502 with a page', answered(502, '<html>Bad gateway</html>'), 'PROVIDER_ERROR', true, true, false],
    ['520', answered(520), 'PROVIDER_ERROR', true, true, false],
    ['504', answered(504), 'PROVIDER_TIMEOUT', true, true, true],
    ['408', answered(408), 'PROVIDER_TIMEOUT', true, true, true],
    ['409', answered(409), 'PROVIDER_ERROR', true, true, false],
    ['400', answered(400, error({ type: 'invalid_request_error' })), 'PROVIDER_ERROR', false, false, false],
    [
      'a context that is too long',
      answered(400, error({ code: 'context_length_exceeded' })),
      'PROVIDER_ERROR',
      false,
      true,
      false,
    ],
    ['413', answered(413), 'PROVIDER_ERROR', false, true, false],
    ['a wrong key', answered(401), 'PROVIDER_ERROR', false, true, false],
    ['a forbidden model', answered(403), 'PROVIDER_ERROR', false, true, false],
    ['an unknown model', answered(404), 'PROVIDER_ERROR', false, true, false],
    ['a redirect', answered(302), 'PROVIDER_ERROR', false, true, false],
    [
      'an error inside a 200',
      answered(200, error({ type: 'server_error', message: 'no' })),
      'PROVIDER_ERROR',
      true,
      true,
      true,
    ],
    [
      'an overload inside a 200',
      answered(200, error({ type: 'overloaded_error' })),
      'PROVIDER_OVERLOADED',
      true,
      true,
      true,
    ],
    ['an overload in a stream', { type: 'overloaded_error', message: 'busy' }, 'PROVIDER_OVERLOADED', true, true, true],
    [
      'a refused request in a stream',
      { type: 'invalid_request_error', message: 'no' },
      'PROVIDER_ERROR',
      false,
      false,
      true,
    ],
    ['a truncated answer', new TruncatedAnswer(), 'PROVIDER_ERROR', true, true, true],
    ['a clock', new ClockRanOut('too late'), 'PROVIDER_TIMEOUT', false, true, true],
    ['a refused connection', network('ECONNREFUSED'), 'PROVIDER_ERROR', true, true, false],
    ['an unknown host', network('ENOTFOUND'), 'PROVIDER_ERROR', true, true, false],
    ['T2-SERVFAIL: a name server that fails', network('EAI_AGAIN'), 'PROVIDER_ERROR', true, true, false],
    ['a slow connection', network('UND_ERR_CONNECT_TIMEOUT'), 'PROVIDER_ERROR', true, true, false],
    ['a broken connection', network('ECONNRESET'), 'PROVIDER_ERROR', true, true, true],
    ['a wrong certificate', network('ERR_TLS_CERT_ALTNAME_INVALID'), 'PROVIDER_ERROR', false, true, false],
    ['an expired certificate', network('CERT_HAS_EXPIRED'), 'PROVIDER_ERROR', false, true, false],
    ['a forbidden destination', network('ERR_EGRESS_REFUSED'), 'PROVIDER_ERROR', false, true, false],
    [
      'a setting the model lacks',
      ValidationProblem.at('sampling.topK', 'X', 'no topK'),
      'VALIDATION_FAILED',
      false,
      true,
      false,
    ],
  ] as const)('%s', (_what, thrown, code, again, elsewhere, mayCost) => {
    const failure = failureOf(thrown, NOW);
    expect({ ...failure }).toMatchObject({ code, again, elsewhere, mayCost, money: false });
  });

  it.each([
    ['OpenAI', answered(429, error({ code: 'insufficient_quota', type: 'insufficient_quota' }))],
    ['OpenAI, prepaid', answered(429, error({ code: 'credit_balance_exhausted' }))],
    [
      'Anthropic, spend limit',
      answered(429, error({ type: 'rate_limit_error', details: { error_code: 'enforced_spend_limit_reached' } })),
    ],
    ['Anthropic, credit', answered(400, error({ message: 'Your credit balance is too low to access the API.' }))],
    [
      'Google, daily quota',
      answered(429, [
        error({
          status: 'RESOURCE_EXHAUSTED',
          details: [{ violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel' }] }],
        }),
      ]),
    ],
    ['anybody', answered(402)],
  ])('money is not a rate limit: %s', (_who, thrown) => {
    expect(failureOf(thrown, NOW)).toMatchObject({
      code: 'PROVIDER_ERROR',
      money: true,
      again: false,
      elsewhere: true,
      retryAfterMs: undefined,
    });
  });

  it('never shows addresses, markup or what was asked', () => {
    const messages = [network('ECONNREFUSED'), network('ECONNRESET'), answered(502, '<html>10.0.0.1</html>')].map(
      (thrown) => failureOf(thrown, NOW).message,
    );
    for (const message of messages) expect(message).not.toMatch(/10\.|<|prompt/);
  });
});

describe('the wait a provider asks for', () => {
  it.each([
    ['milliseconds', { 'retry-after-ms': '250' }, 250],
    ['milliseconds before seconds', { 'retry-after-ms': '250', 'retry-after': '9' }, 250],
    ['seconds', { 'retry-after': '7' }, 7000],
    ['parts of a second', { 'retry-after': '0.5' }, 500],
    ['an hour', { 'retry-after': '3600' }, 3_600_000],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 12:00:30 GMT' }, 30_000],
    ['a date that has passed', { 'retry-after': 'Thu, 01 Jan 2026 11:00:00 GMT' }, 0],
    [
      'the reset of a used-up budget',
      { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '6m0s' },
      360_000,
    ],
    [
      'the longer of two',
      {
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '250ms',
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '1s',
      },
      1000,
    ],
    [
      'the reset of a budget that is not used up',
      { 'x-ratelimit-remaining-tokens': '12', 'x-ratelimit-reset-tokens': '6m0s' },
      undefined,
    ],
    ['a negative number', { 'retry-after': '-3' }, undefined],
    ['junk', { 'retry-after': 'soon' }, undefined],
    ['an empty header', { 'retry-after-ms': '' }, undefined],
    ['nothing', {}, undefined],
  ] as const)('%s', (_what, headers, expected) => {
    expect(retryAfterMs(headers as Record<string, string>, undefined, NOW)).toBe(expected);
  });

  it("is read from Google's body when no header says it", () => {
    const body = JSON.stringify([
      error({ details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' }] }),
    ]);
    expect(retryAfterMs({}, body, NOW)).toBe(34_400);
  });
});

describe("a provider's words", () => {
  it.each([
    ['Incorrect API key provided: sk-proj-abcd1234efgh5678.', 'sk-proj'],
    ['Incorrect API key provided: sk-12**********34.', 'sk-12'],
    ['Invalid key AIzaSyA1234567890abcdefghij', 'AIza'],
    ['authorization: Bearer abc.def.ghi', 'abc.def'],
    ['upstream 10.2.3.4:8080 refused', '10.2.3.4'],
    ['upstream [fd00:1:2:3::4] refused', 'fd00'],
  ])('lose what looks like a secret: %s', (message, secret) => {
    expect(providerWords(message)).not.toContain(secret);
    expect(providerWords(message)).toContain('[removed]');
  });

  it('stay as they are otherwise, on one line and not too long', () => {
    expect(providerWords('The model `gpt-4o-mini-2024-07-18`\n does not exist.')).toBe(
      'The model `gpt-4o-mini-2024-07-18` does not exist.',
    );
    expect(providerWords('x '.repeat(1000)).length).toBe(300);
  });
});

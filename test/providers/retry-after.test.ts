import { APICallError } from '@ai-sdk/provider';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from '../../src/providers/backoff.ts';
import { failureOf } from '../../src/providers/problems.ts';
import { retryAfterMs } from '../../src/providers/retry-after.ts';

/** A failing property prints its seed and path; `fc.assert(…, { seed, path })` runs it again. */

const NOW = Date.UTC(2026, 10, 26, 12, 0, 0);
const HOUR_MS = 3_600_000;

test('whole and broken seconds are milliseconds, rounded up', () => {
  fc.assert(
    fc.property(fc.nat({ max: 86_400_000 }), fc.constantFrom('', ' '), (ms, blank) => {
      const text = `${blank}${ms / 1000}${blank}`;
      const wait = retryAfterMs({ 'retry-after': text }, undefined, NOW)!;
      expect(wait).toBeGreaterThanOrEqual(ms);
      expect(wait).toBeLessThanOrEqual(ms + 1);
    }),
  );
});

test('an HTTP date is the time until then, and nothing when it has passed', () => {
  fc.assert(
    fc.property(fc.integer({ min: -HOUR_MS, max: HOUR_MS }), (ms) => {
      const whole = Math.floor((NOW + ms) / 1000) * 1000;
      const date = new Date(whole).toUTCString();
      expect(retryAfterMs({ 'retry-after': date }, undefined, NOW)).toBe(Math.max(0, whole - NOW));
    }),
  );
});

test('milliseconds go before seconds', () => {
  fc.assert(
    fc.property(fc.nat({ max: HOUR_MS }), fc.nat({ max: 3600 }), (ms, seconds) => {
      const headers = { 'retry-after-ms': String(ms), 'retry-after': String(seconds) };
      expect(retryAfterMs(headers, undefined, NOW)).toBe(ms);
    }),
  );
});

/** As OpenAI writes it: `1h2m3.5s`, `250ms`. */
const duration = fc
  .record({ h: fc.nat({ max: 30 }), m: fc.nat({ max: 59 }), ms: fc.nat({ max: 59_999 }) })
  .filter(({ h, m, ms }) => h + m + ms > 0)
  .map(({ h, m, ms }) => ({
    text: `${h > 0 ? `${h}h` : ''}${m > 0 ? `${m}m` : ''}${ms > 0 || h + m === 0 ? `${ms / 1000}s` : ''}`,
    ms: h * HOUR_MS + m * 60_000 + ms,
  }));

test('of the windows that are used up, the longest wait counts; others do not', () => {
  fc.assert(
    fc.property(duration, duration, fc.constantFrom('0', '7'), (requests, tokens, left) => {
      const headers = {
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': requests.text,
        'x-ratelimit-remaining-tokens': left,
        'x-ratelimit-reset-tokens': tokens.text,
      };
      const wait = retryAfterMs(headers, undefined, NOW)!;
      const wanted = left === '0' ? Math.max(requests.ms, tokens.ms) : requests.ms;
      expect(Math.abs(wait - wanted)).toBeLessThanOrEqual(1);
    }),
  );
});

test("Google's delay is found in its body, alone or in a list", () => {
  fc.assert(
    fc.property(fc.nat({ max: HOUR_MS }), fc.boolean(), (ms, listed) => {
      const info = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${ms / 1000}s` };
      const error = { error: { code: 429, status: 'RESOURCE_EXHAUSTED', details: [info] } };
      const wait = retryAfterMs({}, JSON.stringify(listed ? [error] : error), NOW)!;
      expect(Math.abs(wait - ms)).toBeLessThanOrEqual(1);
    }),
  );
});

test('whatever a header says, the wait is a whole number of milliseconds that an Int holds, or there is none', () => {
  const names = ['retry-after', 'retry-after-ms', 'x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'];
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('NaN', '-1', '1e999', '', ' ', '0x10', 'Infinity', 'soon', '12:00', '1.2.3', 'Thu, 31 Foo 2026'),
    fc.double().map(String),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), fc.string(), (headers, body) => {
      const wait = retryAfterMs(headers, body, NOW);
      expect(wait === undefined || (Number.isInteger(wait) && wait >= 0 && wait < 2 ** 31)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('back-off has full jitter: anything from nothing to 250 ms doubled with each turn, 4 s at most', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0, max: 0.999999, noNaN: true }),
      (turn, chance) => {
        const most = Math.min(4000, 250 * 2 ** (turn - 1));
        const wait = backoffMs(turn, { float: () => chance });
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThan(most);
        expect(wait / most).toBeCloseTo(chance);
      },
    ),
  );
});

/** Ways in which vendors say that somebody has to pay. */
const unpaid = fc.constantFrom(
  { error: { code: 'insufficient_quota', message: 'You exceeded your current quota.' } },
  { error: { type: 'insufficient_quota' } },
  { error: { code: 'credit_balance_exhausted' } },
  { error: { type: 'rate_limit_error', details: { error_code: 'enforced_spend_limit_reached' } } },
  { type: 'error', error: { type: 'invalid_request_error', message: 'Your credit balance is too low.' } },
  { error: { code: 'billing_hard_limit_reached' } },
  [{ error: { code: 429, status: 'RESOURCE_EXHAUSTED', details: [{ violations: [{ quotaId: 'RequestsPerDay' }] }] } }],
);

test('an unpaid bill is never asked for again, whatever else is said', () => {
  const headers = fc.record(
    {
      'x-should-retry': fc.constantFrom('true', 'false', ''),
      'retry-after': fc.constantFrom('0', '1', '0.1', new Date(NOW + 1000).toUTCString()),
      'retry-after-ms': fc.constantFrom('0', '10'),
      'x-ratelimit-remaining-requests': fc.constant('0'),
      'x-ratelimit-reset-requests': fc.constant('1ms'),
    },
    { requiredKeys: [] },
  );
  const statuses = fc.constantFrom(400, 402, 403, 408, 409, 429, 500, 502, 503, 504, 529, 200);
  fc.assert(
    fc.property(statuses, unpaid, headers, (statusCode, body, responseHeaders) => {
      const error = new APICallError({
        message: 'refused',
        url: 'https://api.example.com/v1',
        requestBodyValues: {},
        statusCode,
        responseHeaders: responseHeaders as Record<string, string>,
        responseBody: JSON.stringify(body),
        isRetryable: true,
      });
      expect(failureOf(error, NOW)).toMatchObject({
        money: true,
        again: false,
        elsewhere: true,
        retryAfterMs: undefined,
      });
    }),
    { numRuns: 1000 },
  );
});

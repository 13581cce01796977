/**
 * How long a provider asks us to wait, in ms, from headers and body; undefined when it does not say or says nonsense.
 * In this order: `retry-after-ms`; `retry-after` as seconds or as an HTTP date; `x-ratelimit-reset-*` as durations
 * like `6m0s` or `250ms` (OpenAI: the longest of those whose budget is used up); `retryDelay` of google.rpc.RetryInfo.
 * @param now Unix ms, for dates
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
  now: number,
): number | undefined {
  return (
    milliseconds(headers['retry-after-ms']) ??
    secondsOrDate(headers['retry-after'], now) ??
    resetOfUsedUp(headers) ??
    googleRetryDelay(body)
  );
}

function milliseconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : sensible(Number(text.trim() === '' ? Number.NaN : text));
}

function secondsOrDate(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\s*-?[\d.]+\s*$/.test(text)) return sensible(Number(text) * 1000);
  // A bare word or a partial date is parsed by some engines into the far past: only the real formats count.
  return /^[A-Z][a-z]{2,8},? /.test(text) ? sensible(Math.max(0, Date.parse(text) - now)) : undefined;
}

function resetOfUsedUp(headers: Readonly<Record<string, string>>): number | undefined {
  const waits = ['requests', 'tokens']
    .filter((kind) => headers[`x-ratelimit-remaining-${kind}`] === '0')
    .map((kind) => duration(headers[`x-ratelimit-reset-${kind}`]))
    .filter((wait) => wait !== undefined);
  return waits.length === 0 ? undefined : Math.max(...waits);
}

const UNIT_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** `1d2h3m4.5s`, `250ms` */
function duration(text: string | undefined): number | undefined {
  if (!text || !/^(\d+(\.\d+)?(ms|[dhms]))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g))
    total += Number(amount) * UNIT_MS[unit!]!;
  return sensible(total);
}

/** Bodies come as an object, or as an array of one: the whole text is searched. */
function googleRetryDelay(body: string | undefined): number | undefined {
  return duration(body && /"retryDelay"\s*:\s*"([\d.]+s)"/.exec(body)?.[1]);
}

/** Some 24 days: what an Int of GraphQL holds. Whoever asks for more has given the call away all the same. */
const LONGEST_MS = 2 ** 31 - 1;

function sensible(ms: number): number | undefined {
  return Number.isFinite(ms) && ms >= 0 ? Math.min(LONGEST_MS, Math.ceil(ms)) : undefined;
}

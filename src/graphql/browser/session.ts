import type { IncomingHttpHeaders } from 'node:http';

/**
 * The session of a person who is signed in, as the browser brings it. A cookie comes along whoever made the browser ask,
 * so it counts only where the browser itself says that a page of our own did.
 */

/** Where the house is for browsers. */
export interface Home {
  readonly origin: string;
  /** True when an operator said so (GLIDEPATH_PUBLIC_URL); otherwise any name that we are called by is ours. */
  readonly stated: boolean;
}

/** @returns the token; null where there is none, or it must not count */
export function sessionOf(headers: IncomingHttpHeaders, home: Home): string | null {
  const token = headers.cookie === undefined ? undefined : cookiesOf(headers).get(sessionCookie(home));
  return token !== undefined && isFromOwnPage(headers, home) ? token : null;
}

/**
 * Browsers write these two headers, and no page can. A request that has neither comes from none of today's browsers, or
 * from its address bar.
 */
export function isFromOwnPage({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders, home: Home): boolean {
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin === undefined) return site === 'same-origin';
  if (home.stated) return origin === home.origin;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** Browsers keep the long name to https, this host and all of its paths, whatever a cookie's other words say. */
export function sessionCookie({ origin }: Home): string {
  return origin.startsWith('https:') ? '__Host-glidepath' : 'glidepath';
}

/** What a browser brings of a name twice, it was talked into: neither counts. */
export function cookiesOf({ cookie }: IncomingHttpHeaders): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const twice = new Set<string>();
  for (const pair of (cookie ?? '').split(';')) {
    const [, name, value] = /^\s*([^=\s]+)=([\w.-]*)\s*$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) continue;
    if (found.has(name)) twice.add(name);
    found.set(name, value);
  }
  for (const name of twice) found.delete(name);
  return found;
}

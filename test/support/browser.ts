/** What a browser does about cookies, redirects and where a request comes from, as far as signing in depends on it. */
export interface Browser {
  /** A person opens an address; redirects are followed. */
  open(url: string): Promise<Visit>;
  /** The same, but stops before an address that begins like this, and tells it. */
  openUntil(url: string, stop: string): Promise<string>;
  /**
   * A page asks. Cookies go along as their SameSite lets them, and the headers about its origin say the truth.
   * @param page the origin of the page
   */
  ask(
    page: string,
    url: string,
    init?: { readonly method?: string; readonly body?: string; readonly type?: string },
  ): Promise<Visit>;
  /** `name=value; …` of all cookies for a URL. */
  cookies(url: string): string;
  /** As they were set, newest last. */
  readonly setCookies: readonly string[];
}

export interface Visit {
  readonly status: number;
  readonly url: string;
  readonly text: string;
  readonly headers: Headers;
  json<T>(): T;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  readonly path: string;
  readonly sameSite: string;
}

export function openBrowser(): Browser {
  let jar: Cookie[] = [];
  const setCookies: string[] = [];

  function keep(url: URL, headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      setCookies.push(line);
      const [pair = '', ...words] = line.split(/;\s*/);
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const said = (word: string) =>
        words.find((one) => one.toLowerCase().startsWith(`${word}=`))?.slice(word.length + 1);
      const path = said('path') ?? '/';
      jar = jar.filter((one) => !(one.name === name && one.host === url.host && one.path === path));
      const gone = said('max-age') === '0' || new Date(said('expires') ?? '9999-01-01').getTime() < Date.now();
      const sameSite = said('samesite')?.toLowerCase() ?? 'lax';
      if (!gone) jar.push({ name, value, host: url.host, path, sameSite });
    }
  }

  /** Ports make no other site: everything on this machine is one, so an `origin` elsewhere has another name. */
  function bring(url: URL, sameSite: boolean, navigation: boolean): string {
    return jar
      .filter(({ host, path }) => host === url.host && url.pathname.startsWith(path))
      .filter((one) => sameSite || one.sameSite === 'none' || (one.sameSite === 'lax' && navigation))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  async function follow(start: string, stop: (next: URL) => boolean): Promise<{ url: URL; response: Response }> {
    for (let [url, from, hops] = [new URL(start), null as URL | null, 0]; hops < 20; hops++) {
      const sameSite = from === null || from.hostname === url.hostname;
      const site = from === null ? 'none' : from.host === url.host ? 'same-origin' : 'cross-site';
      const response = await fetch(url, {
        redirect: 'manual',
        headers: { cookie: bring(url, sameSite, true), 'sec-fetch-site': site, 'user-agent': 'a browser of the tests' },
      });
      keep(url, response.headers);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || !location) return { url, response };
      const next = new URL(location, url);
      if (stop(next)) return { url, response };
      await response.body?.cancel();
      [from, url] = [url, next];
    }
    throw new Error('too many redirects');
  }

  const visitOf = async (response: Response, url: string): Promise<Visit> => {
    const text = await response.text();
    return { status: response.status, url, text, headers: response.headers, json: () => JSON.parse(text) };
  };

  return {
    setCookies,
    cookies: (url) => bring(new URL(url), true, true),
    async open(start) {
      const { url, response } = await follow(start, () => false);
      return visitOf(response, url.href);
    },
    async openUntil(start, stop) {
      const { url, response } = await follow(start, (next) => next.href.startsWith(stop));
      await response.body?.cancel();
      return new URL(response.headers.get('location') ?? '', url).href;
    },
    async ask(page, target, { method = 'POST', body, type = 'application/json' } = {}) {
      const url = new URL(target);
      const own = new URL(page).origin === url.origin;
      const response = await fetch(url, {
        method,
        redirect: 'manual',
        headers: {
          cookie: bring(url, new URL(page).hostname === url.hostname, false),
          'sec-fetch-site': own ? 'same-origin' : 'cross-site',
          ...(method === 'GET' ? {} : { origin: new URL(page).origin, 'content-type': type }),
        },
        ...(body !== undefined && { body }),
      });
      keep(url, response.headers);
      return visitOf(response, url.href);
    },
  };
}

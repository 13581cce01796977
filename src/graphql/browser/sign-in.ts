import type { IncomingMessage, ServerResponse } from 'node:http';
import { SignInRefused } from '../../access/index.ts';
import { Unauthenticated } from '../../core/problem.ts';
import type { Gateway } from '../context.ts';
import { cookiesOf, type Home, isFromOwnPage, sessionCookie, sessionOf } from './session.ts';

const LOGIN = /^\/login(?:\/([a-z0-9-]{1,63}))?$/;
const CALLBACK = '/login/callback';
const LOGOUT = '/logout';
/** Of a sign-in under way. The answer comes by a link on somebody else's page, which a strict cookie would not survive. */
const PENDING_COOKIE = 'glidepath-login';
const START_PAGE = '/graphiql';

/**
 * How people come in by a browser and leave again:
 * - `GET /login`, `GET /login/<organization>`: to the organization's identity provider, and afterwards to `?return=/path`
 * - `GET /login/callback`: back from there, with a session as a cookie that no script can read
 * - `POST /logout`: ends the session; from our own pages only
 * @returns answers a request and tells true, or false when the path is none of these
 */
export function createSignInPages(
  { rooms, runtime }: Gateway,
  home: () => Home,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  async function begin(request: IncomingMessage, response: ServerResponse, slug: string | null): Promise<void> {
    // The way back leads to one name of ours, and the cookie has to be there.
    if (request.headers.host !== new URL(home().origin).host) {
      response.writeHead(303, { location: home().origin + request.url }).end();
      return;
    }
    const wanted = new URL(request.url ?? '/', home().origin).searchParams.get('return');
    const begun = await rooms.access.people.signIn.begin(slug, home().origin + CALLBACK, ownPath(wanted, home()));
    setCookie(response, home(), PENDING_COOKIE, begun.pending, begun.maxAgeMs, 'Lax', '/login');
    response.writeHead(303, { location: begun.location }).end();
  }

  async function finish(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pending = cookiesOf(request.headers).get(PENDING_COOKIE) ?? '';
    setCookie(response, home(), PENDING_COOKIE, '', 0, 'Lax', '/login');
    const { search } = new URL(request.url ?? '/', home().origin);
    const address = new URL(CALLBACK + search, home().origin);
    const { token, maxAgeMs, returnTo } = await rooms.access.people.signIn.finish(pending, address, {
      ip: request.socket.remoteAddress ?? null,
      userAgent: request.headers['user-agent']?.slice(0, 300) ?? null,
    });
    setCookie(response, home(), sessionCookie(home()), token.reveal(), maxAgeMs, 'Strict', '/');
    response.writeHead(303, { location: returnTo }).end();
  }

  async function leave(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isFromOwnPage(request.headers, home())) return say(response, 403, 'Only a page of this gateway signs out.');
    setCookie(response, home(), sessionCookie(home()), '', 0, 'Strict', '/');
    const ip = request.socket.remoteAddress ?? null;
    try {
      const session = sessionOf(request.headers, home());
      const caller = await rooms.access.authenticate({ authorization: null, session, ip });
      await rooms.access.people.sessionEnd(caller, { id: caller.sessionId!, reason: 'Signed out.' });
    } catch (error) {
      // It had ended already, which is what was wanted.
      if (!(error instanceof Unauthenticated)) throw error;
    }
    response.writeHead(204).end();
  }

  async function answer(response: ServerResponse, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (error instanceof SignInRefused) return say(response, 403, error.message);
      const incidentId = runtime.ids.next('inc');
      runtime.log.error({ err: error, incidentId }, 'a sign-in broke');
      say(response, 500, `Something broke inside the gateway. Quote incident ${incidentId}.`);
    }
  }

  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '';
    const { method } = request;
    const login = LOGIN.exec(path);
    if (path === CALLBACK && method === 'GET') void answer(response, finish(request, response));
    else if (login && method === 'GET') void answer(response, begin(request, response, login[1] ?? null));
    else if (path === LOGOUT && method === 'POST') void answer(response, leave(request, response));
    else return false;
    return true;
  };
}

/** Nowhere but here: `//evil.example` and `/\evil.example` would be links to somebody else. */
function ownPath(wanted: string | null, { origin }: Home): string {
  if (!wanted?.startsWith('/') || !URL.canParse(wanted, origin)) return START_PAGE;
  const url = new URL(wanted, origin);
  return url.origin === origin ? url.pathname + url.search : START_PAGE;
}

function setCookie(
  response: ServerResponse,
  { origin }: Home,
  name: string,
  value: string,
  maxAgeMs: number,
  sameSite: 'Strict' | 'Lax',
  path: string,
): void {
  const secure = origin.startsWith('https:') ? '; Secure' : '';
  const words = `Path=${path}; Max-Age=${Math.floor(maxAgeMs / 1000)}; HttpOnly; SameSite=${sameSite}${secure}`;
  response.appendHeader('set-cookie', `${name}=${value}; ${words}`);
}

/** For a person to read; whatever an issuer wrote into the address is not in it. */
function say(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}

import { LRUCache } from 'lru-cache';
import { buildConnector, type Dispatcher } from 'undici';
import { createConnections } from './connections.ts';
import { type Answer, answerOf, streamOf } from './egress-answer.ts';
import { EgressRefused, guardOf, type Resolve } from './egress-guard.ts';
import { unpacked } from './unpacking.ts';

/** The only way out of the process. */
export interface Egress {
  /**
   * By http and https only, to public addresses and those the operator allowed, without following redirects (a 3xx is
   * an answer like any other: a key never crosses to another origin), and with answers of a bounded size.
   * @throws EgressRefused, or what the network said; its body throws ResponseTooLarge. On abort, the signal's reason
   */
  readonly send: (url: string, sending?: Sending) => Promise<Answer>;
  /**
   * The same in the platform's words, for packages that want it so: it is dearer.
   * @throws TypeError whose cause is what `send` throws
   */
  readonly fetch: typeof fetch;
  /** Ends idle connections at once and running ones too. */
  close(): Promise<void>;
}

export interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | null;
  readonly signal?: AbortSignal | undefined;
}

export interface EgressOptions {
  /** Destinations that may be private: `host`, `host:port`, an address or a CIDR block. */
  readonly allow: readonly string[];
  /** Who knows the addresses of names; the system, when left out. */
  readonly resolve?: Resolve;
  /** Decoded bytes of one answer. */
  readonly maxResponseBytes?: number;
}

/** The answer is larger than any a model gives, or unpacks to far more than was sent. */
export class ResponseTooLarge extends Error {
  readonly code = 'ERR_RESPONSE_TOO_LARGE';

  constructor() {
    super('The answer is larger than this gateway takes.');
  }
}

const CONNECT_TIMEOUT_MS = 3000;
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;
/** Text packs about ten to one; a hundred is a bomb. */
const MAX_UNPACKING = 100;

/** Models are asked at the same few again and again. */
const REMEMBERED_DESTINATIONS = 1000;

interface Destination {
  readonly origin: string;
  readonly path: string;
}

export function createEgress({ allow, resolve, maxResponseBytes = MAX_RESPONSE_BYTES }: EgressOptions): Egress {
  const guard = guardOf(allow, resolve);
  const settings = { timeout: CONNECT_TIMEOUT_MS, allowH2: false };
  const guarded = buildConnector({ ...settings, lookup: guard.lookup });
  const trusted = buildConnector(settings);

  const connections = createConnections({
    // Here and nowhere earlier is known what is really connected to: addresses are checked as they are dialled, so a
    // name that resolves differently the second time gains nothing.
    connect(options, callback) {
      try {
        const open = guard.allowsHost(options.hostname, portOf(options));
        if (!open) guard.checkLiteral(options.hostname);
        (open ? trusted : guarded)(options, callback);
      } catch (error) {
        callback(error as Error, null);
      }
    },
    // Under the 5 s after which common servers hang up, so that a request is rarely written to a closing connection;
    // servers that announce a longer time get it, up to half a minute.
    keepAliveTimeout: 4000,
    keepAliveMaxTimeout: 30_000,
    // Whoever calls has clocks of its own; these only end what everybody forgot.
    headersTimeout: 600_000,
    bodyTimeout: 600_000,
    connections: 512,
    allowH2: false,
  });

  const known = new LRUCache<string, Destination>({ max: REMEMBERED_DESTINATIONS });
  const destinationOf = (url: string): Destination => {
    const before = known.get(url);
    if (before) return before;
    const { protocol, origin, pathname, search } = new URL(url);
    if (!/^https?:$/.test(protocol)) throw new EgressRefused();
    const destination = { origin, path: `${pathname}${search}` };
    known.set(url, destination);
    return destination;
  };

  const send: Egress['send'] = async (url, { method = 'GET', headers, body, signal } = {}) => {
    const { origin, path } = destinationOf(url);
    const dispatcher = connections.to(origin);
    const asked = {
      origin,
      path,
      method: method as Dispatcher.HttpMethod,
      headers: { ...SAID, ...headers },
      body: body ?? null,
    };
    try {
      const answer = await answerOf(dispatcher, asked, signal, within(maxResponseBytes));
      const { 'content-encoding': codings, 'content-length': length } = answer.headers;
      if (!codings) return answer;
      const limit = Math.min(maxResponseBytes, (Number(length) || maxResponseBytes) * MAX_UNPACKING + 64 * 1024);
      return { ...answer, body: unpacked(answer.body, codings, within(limit)) };
    } catch (error) {
      if (brokeUnanswered(error)) connections.renew(origin, dispatcher);
      throw error;
    }
  };

  return {
    send,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
      const body = request.body ? Buffer.from(await request.arrayBuffer()) : null;
      try {
        const { method, url } = request;
        return asResponse(await send(url, { method, headers: Object.fromEntries(request.headers), body, signal }));
      } catch (cause) {
        signal?.throwIfAborted();
        throw new TypeError('fetch failed', { cause });
      }
    },
    close: connections.close,
  };
}

/** Whoever packs an answer makes us unpack it, which costs more than the bytes it saves. */
const SAID = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'glidepath' };

/** A connection ended before a byte of the answer had come. */
function brokeUnanswered(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

function asResponse({ status, statusText, headers, body }: Answer): Response {
  const silent = status === 204 || status === 205 || status === 304;
  return new Response(silent ? null : (streamOf(body) as unknown as BodyInit), {
    status,
    statusText,
    headers,
  });
}

function portOf({ port, protocol }: { readonly port: string; readonly protocol: string }): number {
  return Number(port) || (protocol === 'https:' ? 443 : 80);
}

/** @returns what throws as soon as the pieces it is shown are more than the limit */
function within(maxBytes: number): (piece: Buffer) => void {
  let seen = 0;
  return (piece) => {
    seen += piece.length;
    if (seen > maxBytes) throw new ResponseTooLarge();
  };
}

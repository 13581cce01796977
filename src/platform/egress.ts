import { buildConnector, type RequestInit as UndiciRequestInit, fetch as undiciFetch } from 'undici';
import { createConnections } from './connections.ts';
import { EgressRefused, guardOf, type Resolve } from './egress-guard.ts';

/** The only way out of the process. */
export interface Egress {
  /**
   * Like the platform's own, but for http and https only, to public addresses and those the operator allowed, without
   * following redirects (a 3xx is an answer like any other: a key never crosses to another origin), and with answers of
   * a bounded size.
   * @throws TypeError whose cause is EgressRefused or ResponseTooLarge, or what the network said
   */
  readonly fetch: typeof fetch;
  /** Ends idle connections at once and running ones too. */
  close(): Promise<void>;
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

  return {
    fetch: async (input, init) => {
      // undici's own types and the platform's describe the same things twice.
      const url = new URL(input instanceof Request ? input.url : input);
      if (!/^https?:$/.test(url.protocol)) throw new TypeError('fetch failed', { cause: new EgressRefused() });
      const asked = (init?.body instanceof FormData ? await asBytes(init, init.body) : init) as UndiciRequestInit;
      const dispatcher = connections.to(url.origin);
      try {
        const response = await undiciFetch(url, { ...asked, redirect: 'manual', dispatcher });
        return bounded(response as unknown as Response, maxResponseBytes);
      } catch (error) {
        if (brokeUnanswered(error)) connections.renew(url.origin, dispatcher);
        throw error;
      }
    },
    close: connections.close,
  };
}

/** A connection ended before a byte of the answer had come. */
function brokeUnanswered(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as { readonly code?: unknown };
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

/** The platform's forms are not those of the package, which would send their name instead of them. */
async function asBytes(init: RequestInit, form: FormData): Promise<RequestInit> {
  const encoded = new Response(form);
  const headers = new Headers(init.headers);
  headers.set('content-type', encoded.headers.get('content-type') ?? 'multipart/form-data');
  return { ...init, headers: Object.fromEntries(headers), body: await encoded.arrayBuffer() };
}

function portOf({ port, protocol }: { readonly port: string; readonly protocol: string }): number {
  return Number(port) || (protocol === 'https:' ? 443 : 80);
}

/** The same response, whose body fails as soon as it grows past the limit. Aborting the request still ends it. */
function bounded(response: Response, maxBytes: number): Response {
  if (!response.body) return response;
  const packed = response.headers.has('content-encoding') ? Number(response.headers.get('content-length')) : 0;
  const limit = packed > 0 ? Math.min(maxBytes, packed * MAX_UNPACKING + 64 * 1024) : maxBytes;
  let seen = 0;
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        seen += chunk.byteLength;
        if (seen > limit) controller.error(new ResponseTooLarge());
        else controller.enqueue(chunk);
      },
    }),
  );
  const { status, statusText, headers } = response;
  return new Response(counted, { status, statusText, headers });
}

import { type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http';

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];

const SECURITY: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** As Node takes them raw: names and values in turn; and where each name stands. */
const raw = Object.entries(SECURITY).flat();
const places = new Map(Object.keys(SECURITY).map((name, place) => [name, 2 * place]));

/**
 * Every answer of the house has these headers, whoever gives it, unless it says something else of the same name. They are
 * written with the others: set one by one beforehand, Node would look at each of them, and at all others, a second time.
 */
export class SecuredResponse extends ServerResponse {
  override writeHead(status: number, message?: string | Headers, headers?: Headers): this {
    // Others have set some already, or give them in a form of their own.
    if (typeof message === 'string' || Array.isArray(message) || this.getHeaderNames().length > 0) {
      for (const name in SECURITY) if (!this.hasHeader(name)) this.setHeader(name, SECURITY[name]!);
      return typeof message === 'string' ? super.writeHead(status, message, headers) : super.writeHead(status, message);
    }
    const all: unknown[] = [...raw];
    for (const name in message) {
      const value = message[name];
      const place = places.get(name.toLowerCase());
      if (place !== undefined) all.splice(place, 2, name, value);
      else if (value !== undefined) all.push(name, value);
    }
    return super.writeHead(status, all as OutgoingHttpHeader[]);
  }
}

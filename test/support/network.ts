import type { Egress } from '../../src/platform/egress.ts';

/** A way out that leads to an answer made up by a test, in both of the forms in which an egress has it. */
export function network(fetch: Egress['fetch']): Pick<Egress, 'fetch' | 'send'> {
  return {
    fetch,
    async send(url, { method = 'GET', headers = {}, body = null, signal } = {}) {
      const sent = typeof body === 'string' ? body : body && new Uint8Array(body);
      const response = await fetch(url, { method, headers, body: sent, ...(signal && { signal }) });
      return {
        status: response.status,
        statusText: response.statusText,
        headers: Object.fromEntries(response.headers),
        body: piecesOf(response)[Symbol.asyncIterator](),
        leave() {},
      };
    },
  };
}

async function* piecesOf({ body }: Response): AsyncGenerator<Buffer, undefined> {
  for await (const piece of body ?? []) yield Buffer.from(piece);
}

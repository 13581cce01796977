import type { Egress } from '../../src/platform/egress.ts';
import type { Body } from '../../src/platform/egress-answer.ts';

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
        body: bodyOf(response),
      };
    },
  };
}

function bodyOf({ body }: Response): Body {
  let wanted = true;
  const stop = () => {
    wanted = false;
  };
  return {
    async tell(hear) {
      for await (const piece of body ?? []) {
        await hear(Buffer.from(piece));
        if (!wanted) return;
      }
    },
    leave: stop,
    stop,
  };
}

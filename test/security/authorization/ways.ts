import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Asked } from './documents.ts';

/** How a caller shows who he is. */
export type Shown = { readonly key: string } | { readonly session: string } | null;

/** A way to the endpoint. Answers what came back, as text: the body, or the payload of the first message. */
export type Way = (asked: Asked, shown: Shown) => Promise<string>;

/** The ways there are, to the gateway at `url`. */
export function waysTo(url: string): { readonly ways: Readonly<Record<string, Way>>; close(): Promise<void> } {
  const sockets = new Map<string, ReturnType<typeof createClient>>();

  const headersOf = (shown: Shown): Record<string, string> => {
    if (shown === null) return {};
    return 'key' in shown
      ? { authorization: `Bearer ${shown.key}` }
      : { cookie: `glidepath=${shown.session}`, origin: url };
  };

  const post = async (asked: Asked, shown: Shown, accept: string): Promise<string> => {
    const leave = new AbortController();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...headersOf(shown), accept, 'content-type': 'application/json' },
      body: JSON.stringify(asked),
      signal: leave.signal,
    });
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text();
    // The first event tells; a stream that is silent has been let in.
    let text = '';
    const reading = (async () => {
      for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
        text += piece;
        const data = /^event: (?:next|complete)\ndata:(.*)$/m.exec(text)?.[1];
        if (data !== undefined) return data.trim();
      }
      return text;
    })();
    const answer = await Promise.race([reading, silence(asked)]);
    reading.catch(() => {});
    leave.abort();
    return answer;
  };

  const socket = (asked: Asked, shown: Shown): Promise<string> => {
    const name = JSON.stringify(shown);
    let client = sockets.get(name);
    if (!client) {
      const headers = headersOf(shown);
      class Showing extends WebSocket {
        constructor(address: string, protocols: string) {
          super(address, protocols, { headers });
        }
      }
      const options = { webSocketImpl: Showing, retryAttempts: 0, lazyCloseTimeout: 10_000 };
      client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, ...options });
      sockets.set(name, client);
    }
    return new Promise((resolve) => {
      const leave = client.subscribe(asked as never, {
        next: (result) => settle(JSON.stringify(result)),
        error: (error) =>
          settle(Array.isArray(error) ? JSON.stringify({ errors: error }) : `closed: ${(error as CloseEvent).code}`),
        complete: () => settle(''),
      });
      void silence(asked).then(settle);
      function settle(answer: string): void {
        resolve(answer);
        leave();
      }
    });
  };

  return {
    ways: {
      POST: (asked, shown) => post(asked, shown, 'application/json'),
      SSE: (asked, shown) => post(asked, shown, 'text/event-stream'),
      WebSocket: socket,
    },
    async close() {
      for (const client of sockets.values()) await client.dispose();
    },
  };
}

/** Of a subscription to which nothing has happened. Whoever is refused is told at once, and long before that. */
function silence({ query }: Asked): Promise<string> {
  return new Promise((resolve) => {
    if (query.startsWith('subscription')) setTimeout(resolve, 1000, 'silence').unref();
  });
}

import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    data?: Record<string, unknown> | null;
    errors?: { message: string; extensions: Record<string, unknown> }[];
  };
}

/** One operation over plain fetch, as the strictest of clients sends it. */
export async function ask(
  { url, key }: { url: string; key: string | null },
  query: string,
  variables: Record<string, unknown> = {},
  init: RequestInit = {},
): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    body: JSON.stringify({ query, variables }),
    ...init,
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(init.headers as Record<string, string>),
    },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

export function codesOf({ body }: Pick<Answer, 'body'>): unknown[] {
  return body.errors?.map(({ extensions }) => extensions?.code) ?? [];
}

export function socketClient({ url, key }: { url: string; key: string | null }): Client {
  return createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: true,
    ...(key === null ? {} : { connectionParams: { authorization: `Bearer ${key}` } }),
  });
}

import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
import { ConnectionError, type GraphQLFailure } from './errors.ts';
import { errorOfAnswer } from './problems.ts';
import { serverSentEvents } from './sse.ts';
import { watch } from './watchdog.ts';

/** A document as text that knows its types, such as client-preset's TypedDocumentString. */
export type TypedDocument<Result, Variables> = DocumentTypeDecoration<Result, Variables> & {
  readonly length: number;
  toString(): string;
};

/** GraphQL over HTTP: one POST per operation, answered as JSON or, for subscriptions, as server-sent events. */
export interface Transport {
  /** @throws GlidepathError of the answer's errors, ConnectionError without an answer, the signal's reason */
  post<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    variables: Variables,
    patience: Patience,
  ): Promise<Result>;
  /**
   * What the subscription says, until it says that it is complete. Leaving the iteration closes the connection.
   * @throws as `post`; ConnectionError also when the connection ends before the subscription does
   */
  subscribe<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    variables: Variables,
    patience: Patience,
  ): AsyncGenerator<Result, void>;
}

export interface Patience {
  readonly signal: AbortSignal | undefined;
  /** The longest wait for an answer, or for the next event of a subscription. */
  readonly silenceMs: number;
}

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly GraphQLFailure[];
}

export interface TransportOptions {
  /** With or without /graphql at its end. */
  readonly url: string;
  readonly apiKey: string;
  readonly fetch: typeof globalThis.fetch;
}

/** @throws TypeError for a url or a key that cannot be sent */
export function createTransport({ url, apiKey, fetch }: TransportOptions): Transport {
  const endpoint = new URL(`${url.replace(/(\/graphql)?\/?$/, '')}/graphql`).href;
  const headers = new Headers({ authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' });

  function call(accept: string, document: object, variables: unknown): RequestInit {
    const body = JSON.stringify({ query: document.toString(), variables });
    return { method: 'POST', headers: { ...Object.fromEntries(headers), accept }, body };
  }

  return {
    async post<Result>(document: object, variables: unknown, { signal, silenceMs }: Patience): Promise<Result> {
      const init = call('application/graphql-response+json', document, variables);
      const watchdog = watch(endpoint, silenceMs, signal);
      try {
        return dataOf<Result>(await parse(await fetch(endpoint, { ...init, signal: watchdog.signal })));
      } catch (error) {
        throw watchdog.explain(error);
      } finally {
        watchdog.stop();
      }
    },
    async *subscribe<Result>(document: object, variables: unknown, { signal, silenceMs }: Patience) {
      const init = call('text/event-stream', document, variables);
      const watchdog = watch(endpoint, silenceMs, signal);
      try {
        const response = await fetch(endpoint, { ...init, signal: watchdog.signal });
        let complete = false;
        for await (const { event, data } of serverSentEvents(await streamed(response))) {
          complete ||= event === 'complete';
          if (complete) continue;
          watchdog.stop(); // the reader takes its time, not the gateway
          yield dataOf<Result>(JSON.parse(data) as Answer<Result>);
          watchdog.restart();
        }
        if (!complete) throw new ConnectionError(`The connection to ${endpoint} ended before the stream did.`);
      } catch (error) {
        throw watchdog.explain(error);
      } finally {
        watchdog.stop();
      }
    },
  };
}

/** Statuses with which a proxy says that the gateway behind it may be back soon. */
const PASSING: readonly number[] = [408, 425, 429, 502, 503, 504];

async function parse(response: Response): Promise<Answer<never>> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Answer<never>;
  } catch (cause) {
    const retryable = response.ok || PASSING.includes(response.status);
    throw new ConnectionError(`The answer was ${response.status} and no JSON.`, cause, retryable);
  }
}

/** A refusal may come as JSON instead. */
async function streamed(response: Response): Promise<ReadableStream<Uint8Array>> {
  if (response.body && response.headers.get('content-type')?.startsWith('text/event-stream')) return response.body;
  dataOf(await parse(response));
  throw new ConnectionError(`A subscription was answered ${response.status}, and not with a stream.`, null, false);
}

function dataOf<Result>({ data, errors }: Answer<Result>): Result {
  if (errors?.length) throw errorOfAnswer(errors, data ?? null);
  return data as Result;
}

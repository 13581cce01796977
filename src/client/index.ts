import { type Answer, answerTo } from './answer.ts';
import { type Question, toInput } from './question.ts';
import { type RetryOptions, retrying } from './retry.ts';
import { type CompletionStream, openStream } from './stream.ts';
import { createTransport, type TypedDocument } from './transport.ts';

export type { Answer } from './answer.ts';
export * from './errors.ts';
export * from './generated/graphql.ts';
export { unwrap } from './problems.ts';
export type { Question } from './question.ts';
export type { StreamEvent } from './resume.ts';
export type { CompletionStream } from './stream.ts';
export type { TypedDocument } from './transport.ts';

/**
 * A gateway, as an application sees it. Failures are exceptions, one class for each error type of the schema. What may
 * be repeated is repeated: broken connections, and failures that the gateway calls retryable, after the time it asks
 * for. Aborting a signal stops waiting, never a run.
 */
export interface Glidepath {
  /** The whole answer to a question. Its idempotency key, if it has none, is made here and kept over retries. */
  complete(question: Question, options?: CallOptions): Promise<Answer>;
  /** The answer as it is written. Nothing happens before the first event is asked for. */
  stream(question: Question, options?: CallOptions & { readonly coalesceMs?: number }): CompletionStream;
  /** The events of a run that is known by its id, after `afterSeq`: from a second place, or after a break. */
  follow(id: string, options?: CallOptions & { readonly afterSeq?: number }): CompletionStream;
  /**
   * Any query or mutation, as it is; `unwrap` makes of a result union its success. Repeated after a broken connection
   * when it is a query, or when its input has an idempotencyKey.
   */
  request<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    ...rest: Record<string, never> extends Variables
      ? [variables?: NoInfer<Variables>, options?: CallOptions]
      : [variables: NoInfer<Variables>, options?: CallOptions]
  ): Promise<Result>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface GlidepathOptions {
  /** e.g. http://127.0.0.1:4000 */
  readonly url: string;
  /** gp_live_… */
  readonly apiKey: string | undefined;
  /** Instead of the global one: for other agents, proxies, headers. */
  readonly fetch?: typeof globalThis.fetch;
  /** Of each call, the first one included; of a stream, between two events. */
  readonly maxAttempts?: number;
  /** Before the second attempt, twice as long before each further one, up to 5 s; or as long as the gateway asks for. */
  readonly firstPauseMs?: number;
}

const SILENCE_MS = 60_000;

export function createGlidepath(options: GlidepathOptions): Glidepath {
  const { url, apiKey, fetch = globalThis.fetch, maxAttempts = 6, firstPauseMs = 200 } = options;
  if (!apiKey) throw new TypeError('createGlidepath needs an apiKey; by convention it is in GLIDEPATH_KEY.');
  const transport = createTransport({ url, apiKey, fetch });
  const retry = (signal: AbortSignal | undefined): RetryOptions => ({ maxAttempts, firstPauseMs, signal });

  return {
    async complete(question, { signal } = {}) {
      return answerTo(transport, toInput(question), retry(signal));
    },
    stream(question, { signal, coalesceMs } = {}) {
      return openStream(transport, { input: toInput(question), coalesceMs }, retry(signal));
    },
    follow(id, { signal, afterSeq = 0 } = {}) {
      return openStream(transport, { id, afterSeq }, retry(signal));
    },
    async request<Result, Variables>(
      document: TypedDocument<Result, Variables>,
      variables?: Variables,
      { signal }: CallOptions = {},
    ) {
      const post = () => transport.post(document, variables as Variables, { signal, silenceMs: SILENCE_MS });
      return isRepeatable(document.toString(), variables) ? retrying(post, retry(signal)) : post();
    },
  };
}

/** Whether a second time does what the first did. Anything that cannot be told is not repeated. */
function isRepeatable(document: string, variables: unknown): boolean {
  const { input } = (variables ?? {}) as { input?: { idempotencyKey?: unknown } };
  return /^\s*(query\b|\{)/.test(document) || typeof input?.idempotencyKey === 'string';
}

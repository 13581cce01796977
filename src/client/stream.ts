import {
  CompletionCancelDocument,
  CompletionEventsDocument,
  type CompletionInput,
  CompletionStreamDocument,
} from './generated/graphql.ts';
import { errorOf, unwrap } from './problems.ts';
import { isLast, type Place, resumed, type StreamEvent } from './resume.ts';
import { type RetryOptions, retrying } from './retry.ts';
import type { Transport } from './transport.ts';

/**
 * The events of one run. It begins with the first `next()` and ends after CompletionFinished; after CompletionFailed it
 * throws the error of that event, unless it was this stream's `cancel` that ended the run. Leaving the loop, or aborting
 * the signal, only stops listening: the run goes on, and `follow(id)` comes back to it.
 */
export interface CompletionStream extends AsyncIterableIterator<StreamEvent, void> {
  /** The completion's id; null before the first event. */
  readonly id: string | null;
  /** seq of the newest event that was given out. */
  readonly lastSeq: number;
  /** Stops the run itself, which is billed until then. Its last events can still be read. */
  cancel(reason?: string): Promise<void>;
}

/** A run that is to be started (or, by its idempotency key, found again), or one that is known by its id. */
export type StreamSource =
  | { readonly input: CompletionInput; readonly coalesceMs: number | undefined }
  | { readonly id: string; readonly afterSeq: number };

/** Heartbeats come every 15 s: three of them lost, and the connection is dead whatever TCP says. */
const SILENCE_MS = 45_000;
const ANSWER_MS = 15_000;
/** How long the end of the stream may come after the last event of the run. */
const GOODBYE_MS = 1_000;

export function openStream(transport: Transport, source: StreamSource, options: RetryOptions): CompletionStream {
  const detached = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, detached.signal]) : detached.signal;
  const place: Place = 'id' in source ? { id: source.id, lastSeq: source.afterSeq } : { id: null, lastSeq: 0 };
  const begun = Promise.withResolvers<void>();
  let started = false;
  let cancelled = false;

  /**
   * Until the run's id is known, its idempotency key is what leads back to it. From then on it is the id: if the run
   * has failed meanwhile, the key would start another, whose events would be taken for the rest of this one's.
   */
  async function* connect() {
    const patience = { signal, silenceMs: SILENCE_MS };
    if (place.id === null && 'input' in source) {
      const { input, coalesceMs } = source;
      const answers = transport.subscribe(CompletionStreamDocument, { input, coalesceMs }, patience);
      for await (const { completionStream } of answers) yield completionStream;
    } else {
      const variables = { id: place.id!, afterSeq: place.lastSeq };
      const answers = transport.subscribe(CompletionEventsDocument, variables, patience);
      for await (const { completionEvents } of answers) yield completionEvents;
    }
  }

  async function* read(): AsyncGenerator<StreamEvent, void> {
    if (cancelled) return;
    started = true;
    let last: StreamEvent | undefined;
    let hangUp: ReturnType<typeof setTimeout> | undefined;
    try {
      for await (const event of resumed(connect, place, { ...options, signal })) {
        begun.resolve();
        last = event;
        yield event;
        if (isLast(event)) hangUp = setTimeout(() => detached.abort(), GOODBYE_MS);
      }
    } catch (error) {
      if (!detached.signal.aborted) throw error;
    } finally {
      clearTimeout(hangUp);
      begun.resolve();
    }
    if (last?.__typename === 'CompletionFailed' && !cancelled) throw errorOf(last.error);
  }

  const events = read();
  return {
    get id() {
      return place.id;
    },
    get lastSeq() {
      return place.lastSeq;
    },
    next: () => events.next(),
    /** Aborts first: a generator that waits for the network hears of `return` only after the next event. */
    async return() {
      detached.abort();
      return events.return();
    },
    async cancel(reason) {
      cancelled = true;
      if (started) await begun.promise;
      const { id } = place;
      if (id === null) return; // never started, and now never will be
      const patience = { signal: options.signal, silenceMs: ANSWER_MS };
      await retrying(async () => {
        const { completionCancel } = await transport.post(CompletionCancelDocument, { id, reason }, patience);
        return unwrap(completionCancel);
      }, options);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

import type { Dispatcher } from 'undici';
import type { Clock } from '../core/runtime.ts';

/** An answer, from its headers on. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  /** By their names in lower case; what came more than once, with commas between. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * As the network gives it, to be read once. Whoever stops reading closes the connection.
   * @throws what the network said; on abort, the signal's reason
   */
  readonly body: AsyncIterableIterator<Buffer>;
  /**
   * For a reader that has all it wants before the end has come: the connection is kept for others if the end follows at
   * once, and closed otherwise.
   */
  leave(clock: Clock): void;
}

/** As long as an end takes that was written right after the last words. */
const END_MS = 200;
const END_BYTES = 64 * 1024;

/** Above this nothing more is read from the socket, until some of it is taken. */
const WAITING_BYTES = 256 * 1024;

/**
 * Asks, and resolves with the headers of the answer. Without a stream or a promise per piece that is already there: this
 * is the way of every token.
 * @param see is shown each piece as it comes; when it throws, the answer fails with that
 * @throws what the network said; on abort, the signal's reason
 */
export function answerOf(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal | undefined,
  see: (piece: Buffer) => void,
): Promise<Answer> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let controller: Dispatcher.DispatchController | undefined;
  const pieces: Buffer[] = [];
  /** Bytes in them; after the reader has left, those that have come since. */
  let waiting = 0;
  let over: { readonly error?: unknown } | null = null;
  let reader: PromiseWithResolvers<IteratorResult<Buffer>> | null = null;
  let stopClock: (() => void) | null = null;

  const end = (how: { readonly error?: unknown }) => {
    if (over) return;
    over = how;
    signal?.removeEventListener('abort', abort);
    stopClock?.();
    if (!('error' in how)) return reader?.resolve(END);
    reject(how.error);
    reader?.reject(how.error);
  };
  const stop = (reason: unknown) => {
    pieces.length = 0;
    end({ error: reason });
    controller?.abort(reason as Error);
  };
  const abort = () => stop(signal?.reason);
  const abandon = () => stop(new Error('nobody reads on'));

  const body: AsyncIterableIterator<Buffer> = {
    next() {
      const value = pieces.shift();
      if (value) {
        waiting -= value.length;
        if (controller?.paused && waiting < WAITING_BYTES) controller.resume();
        return Promise.resolve({ done: false, value });
      }
      if (over) return 'error' in over ? Promise.reject(over.error) : Promise.resolve(END);
      reader = Promise.withResolvers();
      return reader.promise;
    },
    return() {
      if (!over) abandon();
      return Promise.resolve(END);
    },
    [Symbol.asyncIterator]: () => body,
  };

  const leave = (clock: Clock) => {
    if (over) return;
    signal?.removeEventListener('abort', abort);
    pieces.length = 0;
    waiting = 0;
    stopClock = clock.after(END_MS, abandon);
    if (controller?.paused) controller.resume();
  };

  signal?.addEventListener('abort', abort, { once: true });
  dispatcher.dispatch(options, {
    onRequestStart(started) {
      controller = started;
      if (over && 'error' in over) started.abort(over.error as Error);
    },
    onResponseStart(_, status, named, statusText = '') {
      // What comes before an answer is none.
      if (status < 200) return;
      resolve({ status, statusText, headers: plain(named), body, leave });
    },
    onResponseData(_, piece) {
      if (over) return;
      see(piece);
      if (reader) {
        const { resolve: give } = reader;
        reader = null;
        return give({ done: false, value: piece });
      }
      waiting += piece.length;
      if (stopClock) {
        if (waiting > END_BYTES) abandon();
        return;
      }
      pieces.push(piece);
      if (waiting >= WAITING_BYTES) controller?.pause();
    },
    onResponseEnd: () => end({}),
    onResponseError: (_, error) => end({ error }),
  });
  return promise;
}

const END: IteratorReturnResult<undefined> = { done: true, value: undefined };

function plain(named: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const name in named) {
    const value = named[name];
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return headers;
}

import type { IncomingHttpHeaders } from 'node:http';
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
  const call = new Call(signal, see);
  dispatcher.dispatch(options, call);
  return call.answer;
}

/** What undici tells of a call, and the body of its answer. */
class Call implements Dispatcher.DispatchHandler, AsyncIterableIterator<Buffer> {
  readonly #signal: AbortSignal | undefined;
  readonly #see: (piece: Buffer) => void;
  readonly #begun = Promise.withResolvers<Answer>();
  #controller: Dispatcher.DispatchController | undefined;
  readonly #pieces: Buffer[] = [];
  /** Bytes in them; after the reader has left, those that have come since. */
  #waiting = 0;
  #over: { readonly error?: unknown } | null = null;
  #reader: PromiseWithResolvers<IteratorResult<Buffer>> | null = null;
  #stopClock: (() => void) | null = null;

  constructor(signal: AbortSignal | undefined, see: (piece: Buffer) => void) {
    this.#signal = signal;
    this.#see = see;
    signal?.addEventListener('abort', this.#abort, { once: true });
  }

  get answer(): Promise<Answer> {
    return this.#begun.promise;
  }

  onRequestStart(started: Dispatcher.DispatchController): void {
    this.#controller = started;
    if (this.#over && 'error' in this.#over) started.abort(this.#over.error as Error);
  }

  onResponseStart(_: unknown, status: number, named: IncomingHttpHeaders, statusText = ''): void {
    // What comes before an answer is none.
    if (status < 200) return;
    const leave = (clock: Clock) => this.#leave(clock);
    this.#begun.resolve({ status, statusText, headers: plain(named), body: this, leave });
  }

  onResponseData(_: unknown, piece: Buffer) {
    if (this.#over) return;
    this.#see(piece);
    if (this.#reader) {
      const { resolve: give } = this.#reader;
      this.#reader = null;
      return give({ done: false, value: piece });
    }
    this.#waiting += piece.length;
    if (this.#stopClock) {
      if (this.#waiting > END_BYTES) this.#abandon();
      return;
    }
    this.#pieces.push(piece);
    if (this.#waiting >= WAITING_BYTES) this.#controller?.pause();
  }

  onResponseEnd(): void {
    this.#end({});
  }

  onResponseError(_: unknown, error: Error): void {
    this.#end({ error });
  }

  next(): Promise<IteratorResult<Buffer>> {
    const value = this.#pieces.shift();
    if (value) {
      this.#waiting -= value.length;
      if (this.#controller?.paused && this.#waiting < WAITING_BYTES) this.#controller.resume();
      return Promise.resolve({ done: false, value });
    }
    if (this.#over) return 'error' in this.#over ? Promise.reject(this.#over.error) : Promise.resolve(END);
    this.#reader = Promise.withResolvers();
    return this.#reader.promise;
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    if (!this.#over) this.#abandon();
    return Promise.resolve(END);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #leave(clock: Clock): void {
    if (this.#over) return;
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#pieces.length = 0;
    this.#waiting = 0;
    this.#stopClock = clock.after(END_MS, () => this.#abandon());
    if (this.#controller?.paused) this.#controller.resume();
  }

  readonly #abort = () => this.#stop(this.#signal?.reason);

  #abandon(): void {
    this.#stop(new Error('nobody reads on'));
  }

  #stop(reason: unknown): void {
    this.#pieces.length = 0;
    this.#end({ error: reason });
    this.#controller?.abort(reason as Error);
  }

  #end(how: { readonly error?: unknown }): void {
    if (this.#over) return;
    this.#over = how;
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#stopClock?.();
    if ('error' in how) {
      this.#begun.reject(how.error);
      this.#reader?.reject(how.error);
    } else this.#reader?.resolve(END);
  }
}

const END: IteratorReturnResult<undefined> = { done: true, value: undefined };

function plain(named: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const name in named) {
    const value = named[name];
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return headers;
}

import type { IncomingHttpHeaders } from 'node:http';
import { ReadableStream } from 'node:stream/web';
import type { Dispatcher } from 'undici';
import type { Clock } from '../core/runtime.ts';
import type { Step, Tell } from '../core/turns.ts';

/** An answer, from its headers on. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  /** By their names in lower case; what came more than once, with commas between. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** What follows the headers. Whoever does not hear it to its end stops it, leaves it, or aborts the call. */
export interface Body {
  /**
   * Tells it in pieces, each as the network gives it, to its end or until it is left. To be called once.
   * @throws what `hear` throws, or what the network said; on abort, the signal's reason. The connection is closed then.
   */
  tell(hear: Tell<Buffer>): Promise<void>;
  /**
   * For a reader that has all it wants before the end has come: the connection is kept for others if the end follows at
   * once, and closed otherwise.
   */
  leave(clock: Clock): void;
  /** Closes the connection, unless the end has come or the reader has left. */
  stop(): void;
}

/** All of it. @throws what its `tell` throws */
export async function wholeOf(body: Body): Promise<Buffer> {
  const pieces: Buffer[] = [];
  await body.tell((piece) => void pieces.push(piece));
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

/** In the platform's words: it is told no faster than somebody reads it. */
export function streamOf(body: Body): ReadableStream<Buffer> {
  let taken = Promise.withResolvers<void>();
  return new ReadableStream<Buffer>(
    {
      start(controller) {
        const hear = (piece: Buffer): Step => {
          // First, as who waits for the piece may ask for the next one right away.
          taken = Promise.withResolvers();
          controller.enqueue(piece);
          return taken.promise;
        };
        const told = body.tell(hear).then(() => controller.close());
        told.catch((error) => controller.error(error));
      },
      pull: () => taken.resolve(),
      cancel: () => body.stop(),
    },
    { highWaterMark: 0 },
  );
}

/** As long as an end takes that was written right after the last words. */
const END_MS = 200;
const END_BYTES = 64 * 1024;

/** Above this nothing more is read from the socket, until some of it is taken. */
const WAITING_BYTES = 256 * 1024;

/**
 * Asks, and resolves with the headers of the answer. Its body goes from the network's buffer to its reader without a
 * stream, a promise or a turn in between: this is the way of every token.
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

interface Reader {
  readonly hear: Tell<Buffer>;
  readonly told: PromiseWithResolvers<void>;
}

/** What undici tells of a call, and the body of its answer. */
class Call implements Dispatcher.DispatchHandler, Body {
  readonly #signal: AbortSignal | undefined;
  readonly #see: (piece: Buffer) => void;
  readonly #begun = Promise.withResolvers<Answer>();
  #controller: Dispatcher.DispatchController | undefined;
  /** Until all has been told, or is not wanted any more. */
  #reader: Reader | null = null;
  /** It is still at the last piece. */
  #busy = false;
  /** What has come before the reader, or meanwhile. */
  readonly #pieces: Buffer[] = [];
  /** Bytes in them; after the reader has left, those that have come since. */
  #waiting = 0;
  #over: { readonly error?: unknown } | null = null;
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
    this.#begun.resolve({ status, statusText, headers: plain(named), body: this });
  }

  onResponseData(_: unknown, piece: Buffer): void {
    if (this.#over) return;
    this.#see(piece);
    if (this.#reader && !this.#busy) this.#give(this.#reader, piece);
    else this.#keep(piece);
  }

  onResponseEnd(): void {
    this.#end({});
  }

  onResponseError(_: unknown, error: Error): void {
    this.#end({ error });
  }

  tell(hear: Tell<Buffer>): Promise<void> {
    const told = Promise.withResolvers<void>();
    this.#reader = { hear, told };
    this.#goOn();
    return told.promise;
  }

  leave(clock: Clock): void {
    this.#reader?.told.resolve();
    this.#reader = null;
    if (this.#over) return;
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#pieces.length = 0;
    this.#waiting = 0;
    this.#stopClock = clock.after(END_MS, () => this.#abandon());
    if (this.#controller?.paused) this.#controller.resume();
  }

  stop(): void {
    if (this.#stopClock === null) this.#abandon();
  }

  #keep(piece: Buffer): void {
    this.#waiting += piece.length;
    if (this.#stopClock) {
      if (this.#waiting > END_BYTES) this.#abandon();
      return;
    }
    this.#pieces.push(piece);
    if (this.#waiting >= WAITING_BYTES) this.#controller?.pause();
  }

  #give({ hear }: Reader, piece: Buffer): void {
    try {
      const step = hear(piece);
      if (step) this.#wait(step);
    } catch (error) {
      this.#fail(error);
    }
  }

  #wait(step: Promise<void>): void {
    this.#busy = true;
    step.then(
      () => {
        this.#busy = false;
        this.#goOn();
      },
      (error) => this.#fail(error),
    );
  }

  /** Tells what waits, as far as the reader takes it at once, and the end behind it. */
  #goOn(): void {
    while (this.#reader && !this.#busy && this.#pieces.length > 0) {
      const piece = this.#pieces.shift()!;
      this.#waiting -= piece.length;
      this.#give(this.#reader, piece);
    }
    if (this.#controller?.paused && this.#waiting < WAITING_BYTES) this.#controller.resume();
    if (this.#over && !this.#busy && this.#pieces.length === 0) this.#settle(this.#over);
  }

  #settle(how: { readonly error?: unknown }): void {
    if ('error' in how) this.#reader?.told.reject(how.error);
    else this.#reader?.told.resolve();
    this.#reader = null;
  }

  readonly #abort = () => this.#fail(this.#signal?.reason);

  #abandon(): void {
    this.#fail(new Error('nobody reads on'));
  }

  /** At once, whatever waits. */
  #fail(error: unknown): void {
    this.#pieces.length = 0;
    this.#settle({ error });
    this.#end({ error });
    this.#controller?.abort(error as Error);
  }

  #end(how: { readonly error?: unknown }): void {
    if (this.#over) return;
    this.#over = how;
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#stopClock?.();
    if ('error' in how) this.#begun.reject(how.error);
    this.#goOn();
  }
}

function plain(named: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const name in named) {
    const value = named[name];
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return headers;
}

import { Duplex } from 'node:stream';
import type pg from 'pg';

/** Sends whole PostgreSQL wire-protocol messages to a session and answers with the bytes it replied. */
export type Exchange = (messages: Uint8Array) => Promise<Uint8Array>;

/** The session is gone; what it had answered is on disk, what it had not is rolled back at the next opening. */
export class SessionEnded extends Error {
  constructor(cause?: Error) {
    super('The embedded database has stopped', cause && { cause });
  }
}

/** One session, as a socket needs it. */
export interface Wire {
  readonly exchange: Exchange;
  /** Resolves when the session has gone, and with it what clients have told it: settings, prepared statements. */
  readonly ended: Promise<void>;
}

/**
 * How a node-postgres pool or client reaches an embedded session. PGlite ends itself when it is told no user.
 * @param wire to the session there is when a client connects
 */
export function throughWire(wire: () => Wire) {
  return {
    max: 1,
    user: 'postgres',
    database: 'postgres',
    idleTimeoutMillis: 0,
    stream: () => new WireSocket(wire()),
  } satisfies pg.PoolConfig;
}

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Looks like a `net.Socket` to node-postgres, but speaks to an embedded session in this process. The session outlives
 * the socket: a socket that ends leaves it as it found it, outside any transaction and with its first settings. One
 * session can serve one socket at a time, so the pool's `max` must be 1. A session that ends takes its socket along.
 */
class WireSocket extends Duplex {
  readonly #exchange: Exchange;
  #rest = NOTHING;
  #started = false;

  constructor({ exchange, ended }: Wire) {
    super();
    this.#exchange = exchange;
    void ended.then(() => this.destroy(new SessionEnded()));
  }

  connect(): this {
    queueMicrotask(() => this.emit('connect'));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#send(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error) => void): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // Each in a message of its own: neither may stand in the other's implicit transaction.
    Promise.all([this.#exchange(simpleQuery('ROLLBACK')), this.#exchange(simpleQuery('DISCARD ALL'))])
      .then(() => done(error))
      .catch((failure: Error) => done(error ?? failure));
  }

  #send(chunk: Buffer, done: (error?: Error) => void): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const { end, terminated } = this.#wholeMessages(bytes);
    // An empty piece of them would keep all of them until something else is sent.
    this.#rest = end < bytes.length ? bytes.subarray(end) : NOTHING;
    const answered =
      end === 0 ? Promise.resolve() : this.#exchange(bytes.subarray(0, end)).then((reply) => this.#deliver(reply));
    answered.then(() => {
      if (terminated) this.push(null);
      done();
    }, done);
  }

  /** Pushed only after the exchange is over: pushing while PGlite runs would let a reader call into it again. */
  #deliver(reply: Uint8Array): void {
    if (reply.length > 0 && !this.destroyed) this.push(reply);
  }

  /** Where the last whole message ends. A batch of messages goes over in one exchange; Terminate never does. */
  #wholeMessages(bytes: Buffer): { end: number; terminated: boolean } {
    let end = 0;
    if (!this.#started) {
      // The first message has no type byte, only its length.
      if (bytes.length < 4 || bytes.length < bytes.readInt32BE(0)) return { end, terminated: false };
      end = bytes.readInt32BE(0);
      this.#started = true;
    }
    while (bytes.length - end >= 5) {
      const length = 1 + bytes.readInt32BE(end + 1);
      if (bytes.length - end < length) break;
      if (bytes[end] === TERMINATE) return { end, terminated: true };
      end += length;
    }
    return { end, terminated: false };
  }
}

const TERMINATE = 'X'.charCodeAt(0);

/** A Query message: type, length of the rest, text, zero byte. */
function simpleQuery(sql: string): Buffer {
  const message = Buffer.alloc(sql.length + 6);
  message.write('Q');
  message.writeInt32BE(sql.length + 5, 1);
  message.write(sql, 5);
  return message;
}

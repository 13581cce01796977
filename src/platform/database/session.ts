import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { type Exchange, SessionEnded } from './wire-socket.ts';

/** A PGlite in a thread of its own, so that SQL never holds up timers and sockets of this one. */
export interface Session {
  readonly exchange: Exchange;
  /** False once the thread has ended, whether asked to or not. */
  alive(): boolean;
  /** Resolves when the thread has ended. */
  readonly ended: Promise<void>;
  /** Answers what was asked before, then writes everything out and ends the thread. */
  close(): Promise<void>;
  /** Ends the thread in the middle of whatever it does. As harmless to the files as killing the process. */
  kill(): Promise<void>;
}

/** Where the records come from: a PostgreSQL data folder, or a dump of one that is then kept in memory. */
export interface SessionSource {
  readonly dataDir?: string;
  /** Path of a tar written by PGlite's `dumpDataDir`. */
  readonly dump?: string;
}

export type SessionRequest = { readonly kind: 'exchange'; readonly bytes: Uint8Array } | { readonly kind: 'close' };
export type SessionReply = { readonly kind: 'ready' } | { readonly kind: 'answer'; readonly bytes: Uint8Array };

/**
 * Keeps V8 from optimizing WebAssembly: it may optimize only the function with this number, which none has. PGlite's
 * interpreter of expressions is one function of 105 KB; V8 finds it hot within seconds of the first start and takes
 * 600 MB to optimize it. Measured without: 280 MB at the peak instead of 830, the same queries per second, long reports
 * up to twice as long. The flag holds for the whole process, and works on one that is running.
 */
const NEVER_OPTIMIZE = '--wasm-tier-up-filter=2147483647';

/** @throws whatever kept PGlite from starting, e.g. damaged files */
export async function openSession(source: SessionSource): Promise<Session> {
  setFlagsFromString(NEVER_OPTIMIZE);
  const worker = new Worker(new URL('./session-worker.ts', import.meta.url), { workerData: source, execArgv: [] });
  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  // Answers come in the order of the requests.
  const waiting: PromiseWithResolvers<Uint8Array>[] = [];
  let alive = true;

  worker.on('message', (reply: SessionReply) => {
    if (reply.kind === 'ready') ready.resolve();
    else waiting.shift()?.resolve(reply.bytes);
  });
  const end = (cause?: Error) => {
    alive = false;
    ready.reject(cause ?? new SessionEnded());
    for (const request of waiting.splice(0)) request.reject(new SessionEnded(cause));
  };
  worker.once('error', end);
  worker.once('exit', () => {
    end();
    ended.resolve();
  });

  await ready.promise;
  return {
    alive: () => alive,
    ended: ended.promise,
    exchange(messages) {
      if (!alive) return Promise.reject(new SessionEnded());
      const answer = Promise.withResolvers<Uint8Array>();
      waiting.push(answer);
      const bytes = new Uint8Array(messages);
      worker.postMessage({ kind: 'exchange', bytes } satisfies SessionRequest, [bytes.buffer]);
      return answer.promise;
    },
    close() {
      if (alive) worker.postMessage({ kind: 'close' } satisfies SessionRequest);
      return ended.promise;
    },
    async kill() {
      await worker.terminate();
    },
  };
}

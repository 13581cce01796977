import { ConnectionError, GlidepathError } from './errors.ts';

/** Ends a wait on the network that would not end by itself. */
export interface Watchdog {
  /** Aborts with the caller's signal, or after `silenceMs` without `restart`. */
  readonly signal: AbortSignal;
  restart(): void;
  stop(): void;
  /** Why what was watched has thrown: the caller's reason, the silence, or, for whatever `fetch` throws, the network. */
  explain(error: unknown): unknown;
}

export function watch(endpoint: string, silenceMs: number, signal: AbortSignal | undefined): Watchdog {
  const silence = new AbortController();
  const bark = () => silence.abort(new ConnectionError(`${endpoint} has been silent for ${silenceMs / 1000} s.`));
  let timer = setTimeout(bark, silenceMs);
  return {
    signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    restart() {
      clearTimeout(timer);
      timer = setTimeout(bark, silenceMs);
    },
    stop: () => clearTimeout(timer),
    explain(error) {
      if (signal?.aborted) return signal.reason;
      if (error instanceof GlidepathError) return error;
      return new ConnectionError(`The connection to ${endpoint} broke: ${rootOf(error).message}`, error);
    },
  };
}

/** `fetch` says "fetch failed"; what failed is its cause. */
function rootOf(error: unknown): Error {
  let root = error as Error;
  while (root.cause instanceof Error && root.cause.message) root = root.cause;
  return root;
}

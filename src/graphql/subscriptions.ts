import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Runtime } from '../core/runtime.ts';
import type { Arrival, Context, Gateway } from './context.ts';
import { checkBegun } from './execute.ts';
import { presentable, refusal, unauthenticated } from './refusals.ts';

/**
 * Keeps a hold on every open subscription, whatever it came by. It ends
 * - when its listener goes: first the signal in its context aborts, then its source is returned. The other way round
 *   (graphql-js, graphql-ws) a source that waits for a provider would hear of it only after the next chunk;
 * - with UNAUTHENTICATED, when the caller's key stops being valid;
 * - with UNAVAILABLE, when `closing` aborts because this process shuts down.
 */
export function heldSubscriptions({ rooms, runtime }: Gateway, closing: AbortSignal): Plugin<Arrival> {
  return {
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn(async (args: ExecutionArgs) => {
        const { caller, signal } = args.contextValue as Context;
        const controller = new AbortController();
        const contextValue: Context = { ...(args.contextValue as Context), signal: controller.signal };
        const result: ExecutionResult | AsyncIterable<ExecutionResult> = await subscribeFn({ ...args, contextValue });
        if (!(Symbol.asyncIterator in result)) {
          checkBegun(result);
          return result;
        }
        return held(result, controller, runtime, (end) => [
          onAbort(signal, () => end(null)),
          onAbort(closing, () => end(shuttingDown())),
          rooms.access.onRevoked(caller, () => end(unauthenticated())),
        ]);
      });
    },
  };
}

const shuttingDown = () =>
  refusal('UNAVAILABLE', 'This instance is shutting down. Follow the completion with completionEvents(id, afterSeq).');

type End = (error: GraphQLError | null) => void;

/**
 * @param watch is given the way to end the stream from outside (with one last error, or without), and returns how to
 *   take its watchers back; called once, and they are taken back however the stream ends
 */
function held(
  source: AsyncIterable<ExecutionResult>,
  controller: AbortController,
  runtime: Runtime,
  watch: (end: End) => readonly (() => void)[],
): AsyncIterableIterator<ExecutionResult> {
  const inner = source[Symbol.asyncIterator]();
  const over: IteratorResult<ExecutionResult> = { done: true, value: undefined };
  let ended = false;
  let last: GraphQLError | null = null;
  /** The consumer's `next()` that waits for the source. */
  let waiting: ((result: IteratorResult<ExecutionResult>) => void) | null = null;
  let watchers: readonly (() => void)[] = [];

  function finish(): void {
    ended = true;
    for (const takeBack of watchers) takeBack();
  }

  function end(error: GraphQLError | null): void {
    if (ended) return;
    finish();
    last = error;
    controller.abort();
    // It was told to stop; how it does, and what it says about it, is nobody's business any more.
    inner.return?.().catch(() => {});
    waiting?.(lastWord());
  }

  function lastWord(): IteratorResult<ExecutionResult> {
    if (!last) return over;
    const errors = [last];
    last = null;
    return { done: false, value: { errors } };
  }

  async function pull(resolve: (result: IteratorResult<ExecutionResult>) => void): Promise<void> {
    try {
      const result = await inner.next();
      if (result.done && !ended) finish();
      resolve(result);
    } catch (error) {
      if (!ended) {
        finish();
        resolve({ done: false, value: { errors: [presentable(error, runtime)] } });
      }
    }
  }

  const iterator: AsyncIterableIterator<ExecutionResult> = {
    next() {
      if (ended) return Promise.resolve(lastWord());
      return new Promise((resolve) => {
        waiting = (result) => {
          waiting = null;
          resolve(result);
        };
        // A source that answers after `end` finds the question settled.
        void pull(waiting);
      });
    },
    async return() {
      end(null);
      return over;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  watchers = watch(end);
  if (ended) finish();
  return iterator;
}

function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import type { Context, Gateway } from './context.ts';
import { operationOf } from './cost.ts';
import { checkBegun } from './execute.ts';
import { perEvent } from './per-event.ts';
import { presentableResult, refusal, unauthenticated } from './refusals.ts';

export type Subscribe = (args: ExecutionArgs) => Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>>;

/**
 * Begins subscriptions that have been let in, whatever they came by, and keeps a hold on every open one. It ends
 * - when its listener goes: first the signal in its context aborts, then its source is returned. The other way round
 *   (graphql-js, graphql-ws) a source that waits for a provider would hear of it only after the next chunk;
 * - with UNAUTHENTICATED, when the caller's key stops being valid;
 * - with UNAVAILABLE, when `closing` aborts because this process shuts down.
 * @throws GraphQLError BAD_USER_INPUT when a variable does not fit
 */
export function createSubscribe(schema: GraphQLSchema, { rooms, runtime }: Gateway, closing: AbortSignal): Subscribe {
  const answerTo = perEvent(schema);
  const shown = (result: ExecutionResult) => presentableResult(result, runtime);

  return async (asked) => {
    const { caller, signal } = asked.contextValue as Context;
    const controller = new AbortController();
    const contextValue: Context = { ...(asked.contextValue as Context), signal: controller.signal };
    const args: ExecutionArgs = { ...asked, contextValue };
    const events = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in events)) {
      checkBegun(events);
      return shown(events);
    }
    const answers: Answers = {
      to(event) {
        const answer = answerTo(args, event);
        return answer instanceof Promise ? answer.then(shown) : shown(answer);
      },
      toFailure(error) {
        const nodes = operationOf(args.document, args.operationName);
        const located = new GraphQLError((error as Error).message, { nodes, originalError: error as Error });
        return shown({ errors: [located] });
      },
    };
    return held(events[Symbol.asyncIterator](), answers, controller, (end) => [
      onAbort(signal, () => end(null)),
      onAbort(closing, () => end(shuttingDown())),
      rooms.access.onRevoked(caller, () => end(unauthenticated())),
    ]);
  };
}

const shuttingDown = () =>
  refusal('UNAVAILABLE', 'This instance is shutting down. Follow the completion with completionEvents(id, afterSeq).');

/** What a listener is told of an event, and when there are no more of them for a reason that is no end. */
interface Answers {
  to(event: unknown): ExecutionResult | Promise<ExecutionResult>;
  toFailure(error: unknown): ExecutionResult;
}

type End = (error: GraphQLError | null) => void;

/**
 * @param watch is given the way to end the stream from outside (with one last error, or without), and returns how to
 *   take its watchers back; called once, and they are taken back however the stream ends
 */
function held(
  events: AsyncIterator<unknown>,
  answers: Answers,
  controller: AbortController,
  watch: (end: End) => readonly (() => void)[],
): AsyncIterableIterator<ExecutionResult> {
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
    events.return?.().catch(() => {});
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
      const { done, value } = await events.next();
      if (done && !ended) finish();
      resolve(done ? over : { done: false, value: await answers.to(value) });
    } catch (error) {
      if (!ended) {
        finish();
        resolve({ done: false, value: answers.toFailure(error) });
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

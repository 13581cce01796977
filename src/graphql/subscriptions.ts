import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { onAbort } from '../core/abort.ts';
import { BriefSet } from '../core/brief.ts';
import { END, isPrompt, type Next, type Prompt } from '../core/stream.ts';
import type { Context, Gateway } from './context.ts';
import { operationOf } from './cost.ts';
import { checkBegun, forget } from './execute.ts';
import { perEvent } from './per-event.ts';
import { presentableResult, refusal, unauthenticated } from './refusals.ts';

export type Subscribe = (args: ExecutionArgs) => Promise<ExecutionResult | Prompt<ExecutionResult>>;

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
  const open = new BriefSet<Held>();
  const shutDown = (held: Held) => held.end(shuttingDown());
  const shutAllDown = () => {
    for (const held of open) shutDown(held);
  };
  closing.addEventListener('abort', shutAllDown, { once: true });

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
    const held = new Held(events[Symbol.asyncIterator](), answers, controller);
    open.add(held);
    held.watch([
      () => open.delete(held),
      () => forget(contextValue),
      onAbort(signal, () => held.end(null)),
      rooms.access.onRevoked(caller, () => held.end(unauthenticated())),
    ]);
    if (closing.aborted) shutDown(held);
    return held;
  };
}

const shuttingDown = () =>
  refusal('UNAVAILABLE', 'This instance is shutting down. Follow the completion with completionEvents(id, afterSeq).');

/** What a listener is told of an event, and when there are no more of them for a reason that is no end. */
interface Answers {
  to(event: unknown): ExecutionResult | Promise<ExecutionResult>;
  toFailure(error: unknown): ExecutionResult;
}

type Told = IteratorResult<ExecutionResult, undefined>;

/** A stream of answers that can be ended from outside, while it waits for its source as well. */
class Held implements Prompt<ExecutionResult> {
  readonly #events: AsyncIterator<unknown>;
  readonly #answers: Answers;
  readonly #controller: AbortController;
  #watchers: readonly (() => void)[] = [];
  #ended = false;
  #last: GraphQLError | null = null;
  /** Answers the consumer that waits for the source. */
  #waiting: ((told: Told) => void) | null = null;

  constructor(events: AsyncIterator<unknown>, answers: Answers, controller: AbortController) {
    this.#events = events;
    this.#answers = answers;
    this.#controller = controller;
  }

  /** @param watchers are called once, however the stream ends */
  watch(watchers: readonly (() => void)[]): void {
    this.#watchers = watchers;
    if (this.#ended) this.#finish();
  }

  /** Ends the stream, with one last error or without. */
  end(error: GraphQLError | null): void {
    if (this.#ended) return;
    this.#finish();
    this.#last = error;
    this.#controller.abort();
    // It was told to stop; how it does, and what it says about it, is nobody's business any more.
    this.#events.return?.().catch(() => {});
    this.#waiting?.(this.#lastWord());
  }

  take(): Next<ExecutionResult> {
    if (this.#ended) return this.#lastWord();
    try {
      const event = isPrompt(this.#events) ? this.#events.take() : this.#events.next();
      const told = event instanceof Promise ? event.then(this.#answerTo) : this.#answerTo(event);
      return told instanceof Promise ? this.#unlessEnded(told) : told;
    } catch (error) {
      return this.#failed(error);
    }
  }

  async next(): Promise<Told> {
    return this.take();
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.end(null);
    return END;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #answerTo = ({ done, value }: IteratorResult<unknown, unknown>): Told | Promise<Told> => {
    if (done) {
      if (!this.#ended) this.#finish();
      return END;
    }
    const answer = this.#answers.to(value);
    return answer instanceof Promise ? answer.then(said) : said(answer);
  };

  /** A source that answers after `end` finds the question settled. */
  #unlessEnded(coming: Promise<Told>): Promise<Told> {
    return new Promise((resolve) => {
      const tell = (told: Told) => {
        this.#waiting = null;
        resolve(told);
      };
      this.#waiting = tell;
      coming.then(tell, (error: unknown) => tell(this.#failed(error)));
    });
  }

  #failed(error: unknown): Told {
    if (this.#ended) return END;
    this.#finish();
    return said(this.#answers.toFailure(error));
  }

  #lastWord(): Told {
    if (!this.#last) return END;
    const errors = [this.#last];
    this.#last = null;
    return said({ errors });
  }

  #finish(): void {
    this.#ended = true;
    for (const takeBack of this.#watchers) takeBack();
  }
}

function said(value: ExecutionResult): IteratorYieldResult<ExecutionResult> {
  return { done: false, value };
}

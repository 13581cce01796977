import { CancelledProblem, NotFoundProblem, reviveProblem, ValidationProblem } from '../core/problem.ts';
import type { Clock } from '../core/runtime.ts';
import { END, type Next, type Prompt } from '../core/stream.ts';
import { builder, resultUnion } from '../graphql/builder.ts';
import type { RunEvent } from '../runs/index.ts';
import { Completion } from './completion.graphql.ts';
import { CompletionEvent, type SeenEvent } from './event.graphql.ts';
import './explain.graphql.ts';
import { CompletionInput } from './input.graphql.ts';
import { toRequest } from './request.ts';
import type { CompletionState } from './state.ts';

const MAX_WAIT_MS = 600_000;

const CompletionAccepted = builder
  .objectRef<{ completion: CompletionState; replayed: boolean }>('CompletionAccepted')
  .implement({
    description: 'Not necessarily finished: when the wait ran out, status is RUNNING.',
    fields: (t) => ({
      completion: t.expose('completion', { type: Completion }),
      replayed: t.exposeBoolean('replayed', {
        description: 'True when idempotencyKey matched an earlier call and nothing was sent to a provider.',
      }),
    }),
  });

const CompletionResult = resultUnion('CompletionResult', CompletionAccepted, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'IdempotencyConflictError',
  'RateLimitedError',
  'AgentStoppedError',
  'ContentTooLargeError',
  'PolicyBlockedError',
  'BudgetExceededError',
  'NoEligibleTargetError',
  'ProviderError',
  'IncompleteError',
  'CancelledError',
  'UnavailableError',
  'InternalError',
]);

builder.mutationField('completionCreate', (t) =>
  t.field({
    type: CompletionResult,
    description:
      'Runs a completion and waits up to `waitMs` for its end (0 = return at once and follow with completionEvents). ' +
      'When the wait runs out the run goes on and the result has status RUNNING: never a timeout error.',
    authScopes: { scope: 'COMPLETIONS_WRITE' },
    complexity: 10,
    args: {
      input: t.arg({ type: CompletionInput, required: true }),
      waitMs: t.arg.int({ defaultValue: 55_000, description: '0 to 600000.' }),
    },
    resolve: async (_root, { input, waitMs }, { rooms, caller, trace, signal }) => {
      const { id, replayed } = await rooms.runs.start(caller, toRequest(input, caller), {
        idempotencyKey: input.idempotencyKey ?? null,
        onDisconnect: input.onDisconnect ?? 'CONTINUE',
        streamed: false,
        sought: (waitMs ?? 0) > 0 ? 'LATER' : 'ANYBODY',
        coalesceMs: 20,
        trace,
      });
      const completion = await rooms.runs.wait(caller, id, Math.min(waitMs ?? 0, MAX_WAIT_MS), signal);
      if (completion.problem) throw reviveProblem(completion.problem);
      return { completion, replayed };
    },
  }),
);

builder.mutationField('completionCancel', (t) =>
  t.field({
    type: CompletionResult,
    description: 'The way to stop a run; closing a connection is not a cancel. What was used until now is billed.',
    authScopes: { scope: 'COMPLETIONS_WRITE' },
    args: { id: t.arg.id({ required: true }), reason: t.arg.string() },
    resolve: async (_root, { id, reason }, { rooms, caller }) => {
      const completion = await rooms.runs.cancel(caller, id, reason ?? null);
      const problem = completion.problem && reviveProblem(completion.problem);
      if (problem && !(problem instanceof CancelledProblem)) throw problem;
      return { completion, replayed: false };
    },
  }),
);

builder.queryField('completion', (t) =>
  t.field({
    type: Completion,
    nullable: true,
    authScopes: { scope: 'COMPLETIONS_READ' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { rooms, caller }) => rooms.runs.get(caller, id),
  }),
);

builder.queryField('completionByKey', (t) =>
  t.field({
    type: Completion,
    nullable: true,
    description: "Finds the run of one of this key's idempotency keys, after a crash for instance.",
    authScopes: { scope: 'COMPLETIONS_READ' },
    args: { idempotencyKey: t.arg.string({ required: true }) },
    resolve: async (_root, { idempotencyKey }, { rooms, caller }) => {
      const id = await rooms.runs.idOfKey(caller, idempotencyKey);
      return id === null ? null : rooms.runs.get(caller, id);
    },
  }),
);

builder.subscriptionField('completionStream', (t) =>
  t.field({
    type: CompletionEvent,
    description:
      'Starts a run and follows it in one operation. input.idempotencyKey is required: a client that subscribes again ' +
      'after a dropped connection attaches to the same run instead of paying twice.',
    authScopes: { scope: 'COMPLETIONS_WRITE' },
    args: {
      input: t.arg({ type: CompletionInput, required: true }),
      afterSeq: t.arg.int({ defaultValue: 0, description: 'Skip events up to this seq.' }),
      coalesceMs: t.arg.int({
        defaultValue: 20,
        description: 'Merge text that arrives faster than this; 0 = one event per provider chunk. 0 to 1000.',
      }),
    },
    subscribe: async (_root, { input, afterSeq, coalesceMs }, { rooms, runtime, caller, trace, signal }) => {
      if (input.idempotencyKey == null) {
        throw ValidationProblem.at('input.idempotencyKey', 'REQUIRED', 'completionStream needs an idempotencyKey.');
      }
      const { id, replayed } = await rooms.runs.start(caller, toRequest(input, caller), {
        idempotencyKey: input.idempotencyKey,
        onDisconnect: input.onDisconnect ?? 'CONTINUE',
        streamed: true,
        sought: 'ANYBODY',
        coalesceMs: Math.min(Math.max(coalesceMs ?? 20, 0), 1000),
        trace,
      });
      const events = rooms.runs.follow(caller, id, afterSeq ?? 0, signal);
      return new Seen(events, id, replayed, afterSeq ?? 0, runtime.clock);
    },
    resolve: (event) => event,
  }),
);

builder.subscriptionField('completionEvents', (t) =>
  t.field({
    type: CompletionEvent,
    description: 'Follows, or replays, a run that somebody else started. Ends after the terminal event.',
    authScopes: { scope: 'COMPLETIONS_READ' },
    args: { id: t.arg.id({ required: true }), afterSeq: t.arg.int({ defaultValue: 0 }) },
    subscribe: async (_root, { id, afterSeq }, { rooms, runtime, caller, signal }) => {
      if (!(await rooms.runs.get(caller, id))) throw new NotFoundProblem('completion', id);
      const events = rooms.runs.follow(caller, id, afterSeq ?? 0, signal);
      return new Seen(events, id, false, afterSeq ?? 0, runtime.clock);
    },
    resolve: (event) => event,
  }),
);

/** The run's events, one by one, with what one subscriber needs beside them. Stopping it stops `events` at once. */
class Seen implements Prompt<SeenEvent> {
  readonly #events: AsyncIterator<readonly RunEvent[]>;
  readonly #completionId: string;
  readonly #replayed: boolean;
  readonly #clock: Clock;
  #seq: number;
  #batch: readonly RunEvent[] = [];
  #place = 0;

  constructor(
    events: AsyncIterator<readonly RunEvent[]>,
    completionId: string,
    replayed: boolean,
    afterSeq: number,
    clock: Clock,
  ) {
    this.#events = events;
    this.#completionId = completionId;
    this.#replayed = replayed;
    this.#clock = clock;
    this.#seq = afterSeq;
  }

  take(): Next<SeenEvent> {
    return this.#place < this.#batch.length ? this.#one() : this.#events.next().then(this.#begin);
  }

  async next(): Promise<IteratorResult<SeenEvent, undefined>> {
    return this.take();
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#batch = [];
    await this.#events.return?.();
    return END;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #begin = ({
    done,
    value,
  }: IteratorResult<readonly RunEvent[], unknown>): IteratorResult<SeenEvent, undefined> => {
    if (done) return END;
    this.#batch = value;
    this.#place = 0;
    return this.#one();
  };

  #one(): IteratorYieldResult<SeenEvent> {
    // A sign of life repeats the last `seq`.
    const told = this.#batch[this.#place++] ?? { seq: this.#seq, at: this.#clock.now(), event: HEARTBEAT };
    this.#seq = told.seq;
    const { seq, at, event } = told;
    return { done: false, value: { seq, at, completionId: this.#completionId, event, replayed: this.#replayed } };
  }
}

const HEARTBEAT = { kind: 'heartbeat' } as const;

import type { Attempt, Candidate } from '../core/decision.ts';
import type { AttemptEvent } from '../core/event.ts';
import type { Clock } from '../core/runtime.ts';
import type { Result } from './attempt-once.ts';
import type { HealthPass } from './health.ts';

export interface Attempting {
  readonly candidate: Candidate;
  readonly pass: HealthPass;
  readonly events: AsyncGenerator<AttemptEvent, Result>;
}

/** An attempt that may turn out not to be wanted. */
export interface Contender extends Attempting {
  /** Ends it as DISCARDED: its provider's socket is closed, and what it has used is paid for. */
  discard(): void;
}

/** How the contender that was kept ended: the one that spoke first, or that failed last. */
export interface Kept {
  readonly contender: Attempting;
  /** Null when one was enough. */
  readonly second: Contender | null;
  readonly result: Result;
}

/**
 * An attempt, and a second one beside it when it says nothing for `afterMs`. The first word wins:
 *
 *     first   started ── silence ───────────────┬── word ──> kept
 *     second         afterMs later: started ────┘            DISCARDED
 *
 * and the other way round. The loser's end is told before the winner's first word, so that whoever pays knows whose
 * words they are. When one fails first, which is told with `next: null`, the other goes on alone.
 * @param callSecond null when there is nobody to ask, or nothing to pay with; then the first goes on alone
 * Whoever stops reading stops both.
 */
export async function* withHedge(
  first: Contender,
  afterMs: number,
  clock: Clock,
  callSecond: () => Promise<Contender | null>,
): AsyncGenerator<AttemptEvent, Kept> {
  const running = [first];
  try {
    const one = yield* started(first);
    if (await settledWithin(one.next, afterMs, clock)) return { second: null, ...(yield* alone(one)) };
    const second = await callSecond();
    if (!second) return { second, ...(yield* alone(one)) };
    running.push(second);
    const two = yield* started(second);
    const winner = await Promise.race([one.next.then(() => one), two.next.then(() => two)]);
    const loser = winner === one ? two : one;
    const word = await winner.next;
    if (word.done) {
      if (word.value.kind === 'failed') yield { kind: 'attemptFailed', attempt: word.value.attempt, next: null };
      return { second, ...(yield* alone(loser)) };
    }
    loser.contender.discard();
    yield { kind: 'attemptFailed', attempt: await discarded(loser), next: null };
    return { second, ...(yield* alone(winner)) };
  } finally {
    await Promise.all(running.map(({ events }) => events.return({ kind: 'succeeded' })));
  }
}

interface Running {
  readonly contender: Contender;
  readonly next: Promise<IteratorResult<AttemptEvent, Result>>;
}

/** Passes on that it has started, and waits for what it says first. */
async function* started(contender: Contender): AsyncGenerator<AttemptEvent, Running> {
  const start = await contender.events.next();
  if (!start.done) yield start.value;
  return { contender, next: contender.events.next() };
}

async function* alone({ contender, next }: Running): AsyncGenerator<AttemptEvent, Omit<Kept, 'second'>> {
  const { done, value } = await next;
  if (done) return { contender, result: value };
  yield value;
  return { contender, result: yield* contender.events };
}

/** What it came to. It may have succeeded in the very moment it was told to stop: it is not wanted all the same. */
async function discarded({ contender, next }: Running): Promise<Attempt> {
  let attempt: Attempt | undefined;
  for (let step = await next; ; step = await contender.events.next()) {
    if (!step.done && 'attempt' in step.value) attempt = { ...step.value.attempt, outcome: 'DISCARDED' };
    if (step.done && step.value.kind === 'failed') attempt = step.value.attempt;
    if (step.done) return attempt!;
  }
}

async function settledWithin(work: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const cancel = clock.after(ms, () => resolve(false));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    cancel();
  }
}

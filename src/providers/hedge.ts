import type { Attempt, Candidate } from '../core/decision.ts';
import type { AttemptEvent } from '../core/event.ts';
import type { Clock } from '../core/runtime.ts';
import { after, type Tell } from '../core/turns.ts';
import type { Result } from './attempt-once.ts';
import type { HealthPass } from './health.ts';

export interface Attempting {
  readonly candidate: Candidate;
  readonly pass: HealthPass;
}

/** An attempt that may turn out not to be wanted. */
export interface Contender extends Attempting {
  run(tell: Tell<AttemptEvent>): Promise<Result>;
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
 * @throws what `tell` throws; then both are stopped
 */
export async function withHedge(
  first: Contender,
  afterMs: number,
  clock: Clock,
  callSecond: () => Promise<Contender | null>,
  tell: Tell<AttemptEvent>,
): Promise<Kept> {
  const one = start(first, tell);
  const running = [one];
  try {
    if (await settledWithin(one.spoken, afterMs, clock)) return { second: null, ...(await alone(one)) };
    const second = await callSecond();
    if (!second) return { second, ...(await alone(one)) };
    const two = start(second, tell);
    running.push(two);
    await two.started;
    const winner = await Promise.race([one.spoken.then(() => one), two.spoken.then(() => two)]);
    const loser = winner === one ? two : one;
    const failed = await winner.spoken;
    if (failed) {
      if (failed.kind === 'failed') await tell({ kind: 'attemptFailed', attempt: failed.attempt, next: null });
      return { second, ...(await alone(loser)) };
    }
    await tell({ kind: 'attemptFailed', attempt: await loser.discarded(), next: null });
    return { second, ...(await alone(winner)) };
  } finally {
    await Promise.all(running.map((attempt) => attempt.left()));
  }
}

interface Running {
  readonly contender: Contender;
  /** Resolves when its start has been told. */
  readonly started: Promise<void>;
  /** Resolves with null when it wants to say its first word, for which it waits; with its end when it had none. */
  readonly spoken: Promise<Result | null>;
  readonly ended: Promise<Result>;
  /** From now on it may say what it says. */
  goOn(): void;
  /** Tells it to stop. @returns what it came to */
  discarded(): Promise<Attempt>;
  /** Stops it, where it has not ended. Never rejects. */
  left(): Promise<unknown>;
}

function start(contender: Contender, tell: Tell<AttemptEvent>): Running {
  const started = Promise.withResolvers<void>();
  const spoken = Promise.withResolvers<Result | null>();
  const turn = Promise.withResolvers<void>();
  let hear: Tell<AttemptEvent> = (event) => {
    if (event.kind === 'attemptStarted') return after(tell(event), started.resolve);
    spoken.resolve(null);
    return turn.promise.then(() => hear(event));
  };
  const hearBy = (other: Tell<AttemptEvent>) => {
    hear = other;
    turn.resolve();
  };
  const ended = contender.run((event) => hear(event));
  const over = ended.then(spoken.resolve, () => spoken.resolve(null)).then(started.resolve);
  return {
    ...{ contender, ended },
    started: started.promise,
    spoken: spoken.promise,
    goOn: () => hearBy(tell),
    async discarded() {
      let attempt: Attempt | undefined;
      contender.discard();
      hearBy((event) => {
        // It may have succeeded in the very moment it was told to stop: it is not wanted all the same.
        if (event.kind === 'attemptSucceeded') attempt = { ...event.attempt, outcome: 'DISCARDED' };
      });
      const result = await ended;
      return result.kind === 'failed' ? result.attempt : attempt!;
    },
    left() {
      contender.discard();
      hearBy(() => {});
      return over;
    },
  };
}

async function alone({ contender, ended, goOn }: Running): Promise<Omit<Kept, 'second'>> {
  goOn();
  return { contender, result: await ended };
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

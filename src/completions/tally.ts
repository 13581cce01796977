import type { FinishReason } from '../core/chat.ts';
import type { Attempt } from '../core/decision.ts';
import type { AttemptEvent, ContentEvent, Timing } from '../core/event.ts';
import { addCost, type Cost, noCost } from '../core/money.ts';
import type { Clock } from '../core/runtime.ts';
import type { BudgetStanding, RateStanding } from '../core/standing.ts';
import { after, type Tell } from '../core/turns.ts';
import { addUsage, noUsage, type Usage } from '../core/usage.ts';

/** What one completion has come to so far: money, tokens and time. Every attempt counts, also the ones that failed. */
export interface Tally {
  see(event: AttemptEvent): void;
  /** An answer from the cache: nobody was asked, and it was whole when it was put away. */
  recalled(events: readonly ContentEvent[]): void;
  /** Asks, and passes on what is heard; the time until each event comes is counted as the providers', not as ours. */
  waiting(ask: (tell: Tell<AttemptEvent>) => Promise<void>, tell: Tell<AttemptEvent>): Promise<void>;
  routed(): void;
  readonly attempts: readonly Attempt[];
  /** Of the kept answer; whoever knows better may say so. */
  finishReason: FinishReason | null;
  /** What the call left of its limits; none while they are not settled. */
  rates: readonly RateStanding[];
  /** Of the budgets that paid for it. */
  budgets: readonly BudgetStanding[];
  usage(): Usage;
  cost(): Cost;
  timing(): Timing;
}

export function startTally(clock: Clock, acceptedAt: number): Tally {
  const startedAt = clock.monotonic();
  const attempts: Attempt[] = [];
  let routingMs = 0;
  let ttftMs: number | null = null;
  let waitedMs = 0;
  const tally: Tally = {
    attempts,
    finishReason: null,
    rates: [],
    budgets: [],
    see(event) {
      switch (event.kind) {
        case 'attemptStarted':
        case 'outputReset':
          return;
        case 'attemptFailed':
          attempts.push(event.attempt);
          return;
        case 'attemptSucceeded':
          attempts.push(event.attempt);
          tally.finishReason = event.finishReason;
          return;
        default:
          ttftMs ??= clock.monotonic() - acceptedAt;
      }
    },
    recalled(events) {
      const calls = events.some((event) => event.kind === 'partFinished' && event.part.kind === 'toolCall');
      tally.finishReason = calls ? 'TOOL_CALLS' : 'STOP';
    },
    async waiting(ask, tell) {
      let from = clock.monotonic();
      const begin = () => {
        from = clock.monotonic();
      };
      const came = () => {
        waitedMs += clock.monotonic() - from;
      };
      await ask((event) => {
        came();
        return after(tell(event), begin);
      }).finally(came);
    },
    routed() {
      routingMs = clock.monotonic() - startedAt;
    },
    usage: () => attempts.reduce((sum, { usage }) => addUsage(sum, usage), noUsage),
    cost: () => attempts.reduce((sum, { cost }) => addCost(sum, cost), noCost),
    timing() {
      const totalMs = clock.monotonic() - acceptedAt;
      return {
        queuedMs: Math.round(startedAt - acceptedAt),
        routingMs: toMicros(routingMs),
        ttftMs: ttftMs === null ? null : Math.round(ttftMs),
        totalMs: Math.round(totalMs),
        overheadMs: toMicros(Math.max(0, totalMs - waitedMs)),
      };
    },
  };
  return tally;
}

/** Ms with three decimals: what lies below is noise. */
function toMicros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

import type { FinishReason } from '../core/chat.ts';
import type { Attempt, Decision } from '../core/decision.ts';
import type { AttemptEvent, ContentEvent, Timing } from '../core/event.ts';
import { addCost, type Cost, noCost } from '../core/money.ts';
import type { Clock } from '../core/runtime.ts';
import type { BudgetStanding, RateStanding } from '../core/standing.ts';
import { after, type Tell } from '../core/turns.ts';
import { addUsage, noUsage, type Usage } from '../core/usage.ts';

/** What one completion has come to so far: money, tokens and time. Every attempt counts, also the ones that failed. */
export class Tally {
  readonly attempts: Attempt[] = [];
  /** Null until there is one. */
  decision: Decision | null = null;
  /** Of the kept answer; whoever knows better may say so. */
  finishReason: FinishReason | null = null;
  /** What the call left of its limits; none while they are not settled. */
  rates: readonly RateStanding[] = [];
  /** Of the budgets that paid for it. */
  budgets: readonly BudgetStanding[] = [];
  usage: Usage = noUsage;
  cost: Cost = noCost;
  readonly #clock: Clock;
  readonly #acceptedAt: number;
  readonly #startedAt: number;
  #routingMs = 0;
  #ttftMs: number | null = null;
  #waitsSince = 0;
  #waitedMs = 0;

  constructor(clock: Clock, acceptedAt: number) {
    this.#clock = clock;
    this.#acceptedAt = acceptedAt;
    this.#startedAt = clock.monotonic();
  }

  see(event: AttemptEvent): void {
    switch (event.kind) {
      case 'attemptStarted':
      case 'outputReset':
        return;
      case 'attemptFailed':
        this.#add(event.attempt);
        return;
      case 'attemptSucceeded':
        this.#add(event.attempt);
        this.finishReason = event.finishReason;
        return;
      default:
        this.#ttftMs ??= this.#clock.monotonic() - this.#acceptedAt;
    }
  }

  /** An answer from the cache: nobody was asked, and it was whole when it was put away. */
  recalled(events: readonly ContentEvent[]): void {
    const calls = events.some((event) => event.kind === 'partFinished' && event.part.kind === 'toolCall');
    this.finishReason = calls ? 'TOOL_CALLS' : 'STOP';
  }

  routed(decision: Decision): void {
    this.decision = decision;
    this.#routingMs = this.#clock.monotonic() - this.#startedAt;
  }

  /** Asks, and passes on what is heard; the time until each event comes is counted as the providers', not as ours. */
  async waiting(ask: (tell: Tell<AttemptEvent>) => Promise<void>, tell: Tell<AttemptEvent>): Promise<void> {
    const wait = () => {
      this.#waitsSince = this.#clock.monotonic();
    };
    wait();
    try {
      await ask((event) => {
        this.#came();
        return after(tell(event), wait);
      });
    } finally {
      this.#came();
    }
  }

  timing(): Timing {
    const totalMs = this.#clock.monotonic() - this.#acceptedAt;
    return {
      queuedMs: Math.round(this.#startedAt - this.#acceptedAt),
      routingMs: toMicros(this.#routingMs),
      ttftMs: this.#ttftMs === null ? null : Math.round(this.#ttftMs),
      totalMs: Math.round(totalMs),
      overheadMs: toMicros(Math.max(0, totalMs - this.#waitedMs)),
    };
  }

  #came(): void {
    this.#waitedMs += this.#clock.monotonic() - this.#waitsSince;
  }

  #add(attempt: Attempt): void {
    this.attempts.push(attempt);
    this.usage = addUsage(this.usage, attempt.usage);
    this.cost = addCost(this.cost, attempt.cost);
  }
}

/** Ms with three decimals: what lies below is noise. */
function toMicros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

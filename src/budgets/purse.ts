import { invariant } from '../core/assert.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest, FinishReason } from '../core/chat.ts';
import { type Attempt, type Candidate, comesInPieces, type Decision } from '../core/decision.ts';
import type { AttemptEvent } from '../core/event.ts';
import { type Nanos, usdFromNanos } from '../core/money.ts';
import { BudgetExceededProblem, NoEligibleTargetProblem, Problem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { BudgetStanding } from '../core/standing.ts';
import type { Step } from '../core/turns.ts';
import type { Balances } from './balances.ts';
import { accountsOf, type BudgetBook } from './book.ts';
import type { Calibration, Kin } from './calibration.ts';
import { type Meter, startMeter } from './meter.ts';
import { maxOutputTokens, outputTokensFor, type Quote, quoteFor } from './quotes.ts';
import { standingsOf } from './standing.ts';
import type { Payer, Till } from './till.ts';

export interface Spending {
  readonly caller: Caller;
  readonly requestId: string;
  readonly request: CompletionRequest;
  readonly decision: Decision;
  /** On `clock.monotonic()`: when the call gives up. */
  readonly deadlineMs: number;
  /** DOWNGRADE budgets have had their say: they let pass what is left of the way. */
  readonly downgraded?: boolean;
}

/**
 * The money of one call, from its first hold to its last settlement. One hold per attempt:
 *
 * ```
 *   open ─ hold 1, sent ─ attemptStarted ─┬─ attemptSucceeded: post
 *                                         └─ attemptFailed: post, hold 2 for the next ─ attemptStarted: sent ─ …
 *                                    hedge: hold for a second one beside it, sent ─ attemptStarted ─ …
 * ```
 */
export interface Purse {
  /** What to ask: as it came, or with an answer no longer than the hold pays for. */
  readonly request: CompletionRequest;
  /** What the next attempts are asked, where that is not `request`: a repair tells what was wrong, and costs more. */
  asks(request: CompletionRequest): void;
  /** Aborts when the caller's signal does, and when an answer outgrows its hold. */
  readonly signal: AbortSignal;
  /**
   * Must be done with each event of the attempts before the next one is asked for: what it notes or holds is needed by
   * what follows.
   * @throws BudgetExceededProblem when nothing is left for a further attempt
   */
  see(event: AttemptEvent): Step;
  /**
   * Holds the money for a second attempt beside the one under way, without waiting for what others give back. It must
   * start next. @returns false when there is not enough for it
   */
  readonly hedge: (candidate: Candidate) => Promise<boolean>;
  /** What the answer's end means: BUDGET when it was the money that ended it. */
  finishReason(reason: FinishReason | null): FinishReason | null;
  /**
   * Settles what is still held, however the call ended. Never throws.
   * @returns how the budgets stand that paid for it, the one first that binds first
   */
  close(): Promise<readonly BudgetStanding[]>;
}

/** How long a hold outlives the call's own deadline. */
const GRACE_MS = 60_000;
/** The longest wait for what other calls give back; a refusal after it is final. */
const PATIENCE_MS = 3_000;

/** Where purses are opened, and what is remembered from one to the next. */
export interface Counter {
  readonly till: Till;
  readonly calibration: Calibration;
  readonly balances: Balances;
  readonly runtime: Pick<Runtime, 'clock'>;
}

/** A purse, or the route to try instead. */
export type Opening = { readonly purse: Purse } | { readonly downgradeTo: string };

/**
 * Holds the money for the first attempt.
 * @throws BudgetExceededProblem naming the budget that is short
 * @throws NoEligibleTargetProblem when a cap has to be kept and the model has no price
 */
export function openPurse(
  counter: Counter,
  book: BudgetBook,
  spending: Spending,
  caller: AbortSignal,
): Promise<Opening> {
  return new CallPurse(counter, book, spending, caller).open();
}

class CallPurse implements Purse {
  request: CompletionRequest;
  readonly signal: AbortSignal;
  readonly #counter: Counter;
  readonly #book: BudgetBook;
  readonly #spending: Spending;
  readonly #caller: AbortSignal;
  /** Null where no budget ever stands in the way: then nobody ends the call but its caller. */
  readonly #cutting: AbortController | null;
  readonly #candidates: readonly Candidate[];
  #holds = 0;
  /** For the attempt that starts next. */
  #next: Hold | null = null;
  /** One, or two side by side until one of them speaks. */
  #running: readonly Running[] = nobody;
  #shortened = false;
  #cut = false;
  #paidBy: readonly Payer[] = [];
  /** What was billed beyond its hold, by account. */
  #overruns: ReadonlyMap<string, Nanos> = none;

  constructor(counter: Counter, book: BudgetBook, spending: Spending, caller: AbortSignal) {
    this.request = spending.request;
    this.#counter = counter;
    this.#book = book;
    this.#spending = spending;
    this.#caller = caller;
    this.#candidates = spending.decision.candidates.filter(({ eligible }) => eligible);
    this.#cutting = book.some(({ onExceed }) => onExceed !== 'ALERT_ONLY') ? new AbortController() : null;
    this.signal = this.#cutting?.signal ?? caller;
  }

  async open(): Promise<Opening> {
    const first = this.#first();
    const opened = await this.#reserve(first, atFirst);
    if ('payer' in opened) {
      const { budget } = opened.payer.account;
      // A copy is there to be compared: what another route says would be taken for what its own model says.
      if (budget.onExceed === 'DOWNGRADE' && budget.downgradeRoute !== null && !this.request.copy)
        return { downgradeTo: budget.downgradeRoute };
      throw exceeded(opened, this.#now());
    }
    this.#next = opened;
    if (blocks(opened) && opened.quote && opened.nanos < opened.quote.worstNanos) {
      const tokens = outputTokensFor(this.request, first.model, opened.nanos);
      if (tokens !== null && tokens < maxOutputTokens(this.request, first.model)) {
        this.request = { ...this.request, sampling: { ...this.request.sampling, maxOutputTokens: tokens } };
        this.#shortened = true;
      }
    }
    if (this.#cutting) {
      if (this.#caller.aborted) this.#hangUp();
      else this.#caller.addEventListener('abort', this.#hangUp);
    }
    return { purse: this };
  }

  asks(request: CompletionRequest): void {
    this.request = request;
  }

  see(event: AttemptEvent): Step {
    switch (event.kind) {
      case 'attemptStarted':
        return this.#begun(event.attempt);
      case 'attemptSucceeded': {
        const run = this.#ended(event.attempt);
        const { usage, cost } = event.attempt;
        // One that the hold cut short says nothing about how long it would have been.
        if (!this.#shortened || event.finishReason !== 'LENGTH') {
          this.#counter.calibration.observe(this.#kinOf(run.candidate), usage.outputTokens);
        }
        return this.#settle(run.candidate, run.hold, cost.totalNanos, usage.source !== 'PROVIDER');
      }
      case 'attemptFailed':
        return this.#failed(event.attempt, event.next);
      case 'outputReset':
        return;
      default: {
        // Whoever speaks is alone: the end of the other has been told before.
        const [run] = this.#running;
        if (!run) return;
        run.meter.add(event);
        if (run.mostNanos !== null && run.meter.outgrows(run.mostNanos)) {
          this.#cut = true;
          this.#cutting?.abort('the budget is used up');
        }
      }
    }
  }

  /** A function by itself: the attempts are given it without the purse. */
  readonly hedge = async (candidate: Candidate): Promise<boolean> => {
    try {
      const taken = await this.#reserve(candidate, beside);
      if ('payer' in taken) return false;
      this.#next = taken;
      return true;
    } catch (error) {
      // Nobody knows its price, or the database is away: the attempt that is under way does not suffer for it.
      if (error instanceof Problem) return false;
      throw error;
    }
  };

  finishReason(reason: FinishReason | null): FinishReason | null {
    return this.#cut || (this.#shortened && reason === 'LENGTH') ? 'BUDGET' : reason;
  }

  async close(): Promise<readonly BudgetStanding[]> {
    // Still held: the attempt never began, or its end was never heard of.
    if (this.#next) await this.#settle(this.#first(), this.#next, null, true);
    for (const { candidate, hold, meter } of this.#running) await this.#settle(candidate, hold, meter.nanos(), true);
    this.#next = null;
    this.#running = nobody;
    this.#caller.removeEventListener('abort', this.#hangUp);
    const accounts = this.#paidBy.map(({ account }) => account);
    return standingsOf(accounts, await this.#counter.balances.of(accounts), this.#overruns);
  }

  readonly #hangUp = () => this.#cutting?.abort(this.#caller.reason);

  #now(): number {
    return this.#counter.runtime.clock.now();
  }

  /** How long the call still has. */
  #leftMs(): number {
    return Math.max(0, this.#spending.deadlineMs - this.#counter.runtime.clock.monotonic());
  }

  #first(): Candidate {
    const [first] = this.#candidates;
    invariant(first, 'a call needs a candidate');
    return first;
  }

  #routeSlug(): string | null {
    return this.#spending.decision.route?.slug ?? this.request.copy?.route ?? null;
  }

  #kinOf({ target: { model } }: Candidate): Kin {
    const { caller } = this.#spending;
    return { route: this.#routeSlug() ?? '', model, apiKeyId: caller.apiKeyId };
  }

  #payersOf({ target: { model } }: Candidate): Payer[] {
    const { caller, downgraded } = this.#spending;
    const spender = { caller, request: this.request, routeSlug: this.#routeSlug(), model };
    return accountsOf(this.#book, spender, this.#now()).map((account) => {
      const { onExceed } = account.budget;
      return { account, hard: onExceed === 'BLOCK' || (onExceed === 'DOWNGRADE' && !downgraded) };
    });
  }

  async #reserve(candidate: Candidate, { whole, sent, longestMs }: Reserving): Promise<Hold | Short> {
    const { till, calibration } = this.#counter;
    const payers = this.#payersOf(candidate);
    const { model } = candidate.target;
    if (payers.length === 0) return { id: null, model, nanos: 0n, payers, quote: null, sent: true };
    const blocking = payers.find(({ hard }) => hard);
    const likelyTokens = calibration.likelyOutputTokens(this.#kinOf(candidate));
    const quote = quoteFor(this.request, candidate.model, likelyTokens);
    if (!quote && blocking) throw unpriced(blocking, candidate);
    const { worstNanos, safeNanos, likelyNanos } = quote ?? free;
    const id = `${this.#spending.requestId}/${++this.#holds}`;
    const leftMs = this.#leftMs();
    const demand = {
      id,
      mostNanos: blocking ? worstNanos : likelyNanos,
      leastNanos: !blocking ? likelyNanos : whole ? worstNanos : safeNanos,
      worstNanos,
      sent,
      expiresInMs: leftMs + GRACE_MS,
    };
    const answer = await till.reserve(payers, demand, Math.min(longestMs, leftMs), this.#caller);
    if (answer.kind === 'held') return { id, model, nanos: answer.nanos, payers: answer.payers, quote, sent };
    return { payer: answer.payer, neededNanos: demand.leastNanos, remainingNanos: answer.remainingNanos };
  }

  async #take(candidate: Candidate, sent: boolean): Promise<Hold> {
    const taken = await this.#reserve(candidate, { whole: true, sent, longestMs: PATIENCE_MS });
    if ('payer' in taken) throw exceeded(taken, this.#now());
    return taken;
  }

  #settle(candidate: Candidate, hold: Hold, costNanos: Nanos | null, estimated: boolean): Step {
    this.#paidBy = hold.payers;
    if (!hold.id) return;
    if (hold.quote && costNanos !== null && costNanos > hold.nanos) {
      this.#counter.calibration.overrun(this.#kinOf(candidate));
      const overruns = new Map(this.#overruns);
      for (const { account } of hold.payers) {
        overruns.set(account.id, (overruns.get(account.id) ?? 0n) + costNanos - hold.nanos);
      }
      this.#overruns = overruns;
    }
    return this.#counter.till.settle({ holdId: hold.id, costNanos, estimated }, hold.payers);
  }

  #begun(attempt: Attempt): Step {
    const candidate = this.#candidates.find(({ target }) => target.id === attempt.targetId) ?? this.#first();
    const held = this.#next?.model === candidate.target.model ? this.#next : null;
    return held?.sent ? this.#begin(attempt, candidate, held) : this.#beginNoted(attempt, candidate, held);
  }

  #begin({ id }: Attempt, candidate: Candidate, hold: Hold): void {
    this.#next = null;
    // What comes whole has been made, and will be charged, whether or not it is heard to its end.
    const mayCut = blocks(hold) && comesInPieces(this.request, candidate.target);
    const meter = startMeter(this.request, candidate.model);
    const run: Running = { attemptId: id, candidate, hold, meter, mostNanos: mayCut ? hold.nanos : null };
    this.#running = [...this.#running, run];
  }

  /** With what is held for it, once that is noted as sent, or with a hold of its own. */
  async #beginNoted(attempt: Attempt, candidate: Candidate, held: Hold | null): Promise<void> {
    if (held?.id && (await this.#counter.till.markSent(held.id))) return this.#begin(attempt, candidate, held);
    // The one that was held for has gone to rest since.
    if (this.#next && !held) await this.#settle(candidate, this.#next, null, true);
    this.#next = null;
    // Or it was swept, as this process was taken for dead: nothing has been sent, so it simply holds again.
    this.#begin(attempt, candidate, await this.#take(candidate, true));
  }

  async #failed(attempt: Attempt, nextModel: string | null): Promise<void> {
    const { candidate, hold } = this.#ended(attempt);
    await this.#settle(candidate, hold, attempt.cost.totalNanos, true);
    if (nextModel === null) return;
    // It may wait for seconds before it starts.
    this.#next = await this.#take(
      this.#candidates.find(({ target }) => target.model === nextModel) ?? candidate,
      false,
    );
  }

  #ended({ id }: Attempt): Running {
    const run = this.#running.find(({ attemptId }) => attemptId === id);
    invariant(run, 'an attempt ends after it has started');
    this.#running = this.#running.filter((other) => other !== run);
    return run;
  }
}

interface Running {
  readonly attemptId: string;
  readonly candidate: Candidate;
  readonly hold: Hold;
  readonly meter: Meter;
  /** An answer that would cost more is cut; null where none is. */
  readonly mostNanos: Nanos | null;
}

const nobody: readonly Running[] = [];
const none: ReadonlyMap<string, Nanos> = new Map();
const free: Quote = { worstNanos: 0n, safeNanos: 0n, likelyNanos: 0n };

interface Reserving {
  /** It must be paid for as the request stands: it is too late to ask for less. */
  readonly whole: boolean;
  /** It starts at once: who dies from now on has perhaps asked. */
  readonly sent: boolean;
  readonly longestMs: number;
}

const atFirst: Reserving = { whole: false, sent: true, longestMs: PATIENCE_MS };
const beside: Reserving = { whole: true, sent: true, longestMs: 0 };

/** Too little for it, and on which account. */
interface Short {
  readonly payer: Payer;
  readonly neededNanos: Nanos;
  readonly remainingNanos: Nanos;
}

interface Hold {
  /** Null when nobody has to pay. */
  readonly id: string | null;
  /** At whose price. */
  readonly model: string;
  readonly nanos: Nanos;
  readonly payers: readonly Payer[];
  readonly quote: Quote | null;
  readonly sent: boolean;
}

function blocks({ payers }: Hold): boolean {
  return payers.some(({ hard }) => hard);
}

function exceeded({ payer, neededNanos, remainingNanos: remaining }: Short, nowMs: number): BudgetExceededProblem {
  const { budget, span } = payer.account;
  const remainingNanos = remaining > 0n ? remaining : 0n;
  const until = span.endMs === null ? '' : ` It starts anew at ${new Date(span.endMs).toISOString()}.`;
  return new BudgetExceededProblem(
    { budgetId: budget.id, estimatedNanos: neededNanos, remainingNanos, resetsAt: span.endMs },
    `Budget '${budget.slug}' has $${usdFromNanos(remainingNanos)} left, but this call needs up to ` +
      `$${usdFromNanos(neededNanos)}.${until}`,
    span.endMs === null
      ? {}
      : { retryable: true, retryAfterMs: Math.min(2_147_483_647, Math.max(0, span.endMs - nowMs)) },
  );
}

function unpriced({ account }: Payer, { target }: Candidate): NoEligibleTargetProblem {
  return new NoEligibleTargetProblem(
    `Budget '${account.budget.slug}' is a cap, but nobody knows the price of ${target.model}. ` +
      'Give the model a price with priceSet, or make the budget one that only alerts.',
  );
}

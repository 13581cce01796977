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
  hedge(candidate: Candidate): Promise<boolean>;
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
export async function openPurse(
  { till, calibration, balances, runtime: { clock } }: Counter,
  book: BudgetBook,
  spending: Spending,
  caller: AbortSignal,
): Promise<Opening> {
  const { requestId, decision } = spending;
  const candidates = decision.candidates.filter(({ eligible }) => eligible);
  let request = spending.request;
  let number = 0;
  /** For the attempt that starts next. */
  let next: Hold | null = null;
  /** By the attempt's id: one, or two side by side until one of them speaks. */
  const running = new Map<string, Running>();
  let shortened = false;
  let cut = false;
  const cutting = new AbortController();
  const hangUp = () => cutting.abort(caller.reason);
  let paidBy: readonly Payer[] = [];
  /** What was billed beyond its hold, by account. */
  const overruns = new Map<string, Nanos>();

  const kinOf = ({ target }: Candidate): Kin => ({
    route: decision.route?.slug ?? '',
    model: target.model,
    apiKeyId: spending.caller.apiKeyId,
  });
  const payersOf = ({ target: { model } }: Candidate): Payer[] => {
    const spender = { caller: spending.caller, request, routeSlug: decision.route?.slug ?? null, model };
    return accountsOf(book, spender, clock.now()).map((account) => ({
      account,
      hard: account.budget.onExceed === 'BLOCK' || (account.budget.onExceed === 'DOWNGRADE' && !spending.downgraded),
    }));
  };

  const reserve = async (candidate: Candidate, { whole, sent, longestMs }: Reserving): Promise<Hold | Short> => {
    const payers = payersOf(candidate);
    const { model } = candidate.target;
    if (payers.length === 0) return { id: null, model, nanos: 0n, payers, quote: null, sent: true };
    const blocking = payers.find(({ hard }) => hard);
    const quote = quoteFor(request, candidate.model, calibration.likelyOutputTokens(kinOf(candidate)));
    if (!quote && blocking) throw unpriced(blocking, candidate);
    const { worstNanos, safeNanos, likelyNanos } = quote ?? { worstNanos: 0n, safeNanos: 0n, likelyNanos: 0n };
    const id = `${requestId}/${++number}`;
    const demand = {
      id,
      mostNanos: blocking ? worstNanos : likelyNanos,
      leastNanos: !blocking ? likelyNanos : whole ? worstNanos : safeNanos,
      worstNanos,
      sent,
      expiresInMs: Math.max(0, spending.deadlineMs - clock.monotonic()) + GRACE_MS,
    };
    const patienceMs = Math.min(longestMs, Math.max(0, spending.deadlineMs - clock.monotonic()));
    const answer = await till.reserve(payers, demand, patienceMs, caller);
    if (answer.kind === 'held') return { id, model, nanos: answer.nanos, payers: answer.payers, quote, sent };
    return { payer: answer.payer, neededNanos: demand.leastNanos, remainingNanos: answer.remainingNanos };
  };
  const take = async (candidate: Candidate, sent: boolean): Promise<Hold> => {
    const taken = await reserve(candidate, { whole: true, sent, longestMs: PATIENCE_MS });
    if ('payer' in taken) throw exceeded(taken, clock.now());
    return taken;
  };

  const settle = async (
    { candidate, hold }: Pick<Running, 'candidate' | 'hold'>,
    costNanos: Nanos | null,
    estimated: boolean,
  ): Promise<void> => {
    paidBy = hold.payers;
    if (!hold.id) return;
    if (hold.quote && costNanos !== null && costNanos > hold.nanos) {
      calibration.overrun(kinOf(candidate));
      for (const { account } of hold.payers) {
        overruns.set(account.id, (overruns.get(account.id) ?? 0n) + costNanos - hold.nanos);
      }
    }
    await till.settle({ holdId: hold.id, costNanos, estimated }, hold.payers);
  };
  const ended = (attempt: Attempt): Running => {
    const run = running.get(attempt.id);
    invariant(run, 'an attempt ends after it has started');
    running.delete(attempt.id);
    return run;
  };

  const [first] = candidates;
  invariant(first, 'a call needs a candidate');
  const opened = await reserve(first, { whole: false, sent: true, longestMs: PATIENCE_MS });
  if ('payer' in opened) {
    const { budget } = opened.payer.account;
    // A copy is there to be compared: what another route says would be taken for what its own model says.
    if (budget.onExceed === 'DOWNGRADE' && budget.downgradeRoute !== null && !request.copy)
      return { downgradeTo: budget.downgradeRoute };
    throw exceeded(opened, clock.now());
  }
  next = opened;
  if (blocks(opened) && opened.quote && opened.nanos < opened.quote.worstNanos) {
    const tokens = outputTokensFor(request, first.model, opened.nanos);
    if (tokens !== null && tokens < maxOutputTokens(request, first.model)) {
      request = { ...request, sampling: { ...request.sampling, maxOutputTokens: tokens } };
      shortened = true;
    }
  }

  const begin = (attempt: Attempt, candidate: Candidate, hold: Hold): void => {
    next = null;
    running.set(attempt.id, { candidate, hold, meter: startMeter(request, candidate.model) });
  };
  const begun = (attempt: Attempt): Step => {
    const candidate = candidates.find(({ target }) => target.id === attempt.targetId) ?? first;
    const held = next?.model === candidate.target.model ? next : null;
    return held?.sent ? begin(attempt, candidate, held) : beginNoted(attempt, candidate, held);
  };
  /** With what is held for it, once that is noted as sent, or with a hold of its own. */
  const beginNoted = async (attempt: Attempt, candidate: Candidate, held: Hold | null): Promise<void> => {
    if (held?.id && (await till.markSent(held.id))) return begin(attempt, candidate, held);
    // The one that was held for has gone to rest since.
    if (next && !held) await settle({ candidate, hold: next }, null, true);
    next = null;
    // Or it was swept, as this process was taken for dead: nothing has been sent, so it simply holds again.
    begin(attempt, candidate, await take(candidate, true));
  };
  const failed = async (attempt: Attempt, nextModel: string | null): Promise<void> => {
    const run = ended(attempt);
    await settle(run, attempt.cost.totalNanos, true);
    if (nextModel === null) return;
    // It may wait for seconds before it starts.
    next = await take(candidates.find(({ target }) => target.model === nextModel) ?? run.candidate, false);
  };

  const purse: Purse = {
    request,
    signal: cutting.signal,
    see(event) {
      switch (event.kind) {
        case 'attemptStarted':
          return begun(event.attempt);
        case 'attemptSucceeded': {
          const run = ended(event.attempt);
          const { usage, cost } = event.attempt;
          // One that the hold cut short says nothing about how long it would have been.
          if (!shortened || event.finishReason !== 'LENGTH') {
            calibration.observe(kinOf(run.candidate), usage.outputTokens);
          }
          return settle(run, cost.totalNanos, usage.source !== 'PROVIDER');
        }
        case 'attemptFailed':
          return failed(event.attempt, event.next);
        case 'outputReset':
          return;
        default: {
          // Whoever speaks is alone: the end of the other has been told before.
          const [run] = running.values();
          if (!run) return;
          run.meter.add(event);
          // What comes whole has been made, and will be charged, whether or not it is heard to its end.
          const mayCut = blocks(run.hold) && comesInPieces(request, run.candidate.target);
          if (mayCut && run.meter.outgrows(run.hold.nanos)) {
            cut = true;
            cutting.abort('the budget is used up');
          }
        }
      }
    },
    async hedge(candidate) {
      try {
        const taken = await reserve(candidate, { whole: true, sent: true, longestMs: 0 });
        if ('payer' in taken) return false;
        next = taken;
        return true;
      } catch (error) {
        // Nobody knows its price, or the database is away: the attempt that is under way does not suffer for it.
        if (error instanceof Problem) return false;
        throw error;
      }
    },
    finishReason: (reason) => (cut || (shortened && reason === 'LENGTH') ? 'BUDGET' : reason),
    async close() {
      // Still held: the attempt never began, or its end was never heard of.
      if (next) await settle({ candidate: first, hold: next }, null, true);
      for (const run of running.values()) await settle(run, run.meter.nanos(), true);
      next = null;
      running.clear();
      caller.removeEventListener('abort', hangUp);
      const accounts = paidBy.map(({ account }) => account);
      return standingsOf(accounts, await balances.of(accounts), overruns);
    },
  };
  if (caller.aborted) hangUp();
  else caller.addEventListener('abort', hangUp);
  return { purse };
}

interface Running {
  readonly candidate: Candidate;
  readonly hold: Hold;
  readonly meter: Meter;
}

interface Reserving {
  /** It must be paid for as the request stands: it is too late to ask for less. */
  readonly whole: boolean;
  /** It starts at once: who dies from now on has perhaps asked. */
  readonly sent: boolean;
  readonly longestMs: number;
}

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

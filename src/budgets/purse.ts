import type { Caller } from '../core/caller.ts';
import { type CompletionRequest, type FinishReason, inputCharacters } from '../core/chat.ts';
import type { Candidate, Decision, ModelCard } from '../core/decision.ts';
import type { AttemptEvent } from '../core/event.ts';
import { costOf, type Nanos, usdFromNanos } from '../core/money.ts';
import { BudgetExceededProblem, NoEligibleTargetProblem, UnavailableProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { BudgetStanding } from '../core/standing.ts';
import { estimateTokens } from '../core/usage.ts';
import type { Balances } from './balances.ts';
import { accountsOf, type BudgetBook } from './book.ts';
import type { Calibration, Kin } from './calibration.ts';
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
 *   open ─ hold 1 ─ attemptStarted: sent ─┬─ attemptSucceeded: post
 *                                         └─ attemptFailed: post, hold 2 for the next ─ attemptStarted: sent ─ …
 * ```
 */
export interface Purse {
  /** What to ask: as it came, or with an answer no longer than the hold pays for. */
  readonly request: CompletionRequest;
  /** Aborts when the caller's signal does, and when an answer outgrows its hold. */
  readonly signal: AbortSignal;
  /**
   * Must be awaited with each event of the attempts before the next one is asked for: what it notes or holds is needed
   * by what follows.
   * @throws BudgetExceededProblem when nothing is left for a further attempt
   */
  see(event: AttemptEvent): Promise<void>;
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
  const controller = new AbortController();
  const signal = AbortSignal.any([caller, controller.signal]);
  let request = spending.request;
  let number = 1;
  let hold: Hold | null = null;
  let meter: Meter | null = null;
  let current = candidates[0]!;
  let shortened = false;
  let cut = false;
  let paidBy: readonly Payer[] = [];

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

  /** @param whole the attempt must be paid for as `request` stands: it is too late to ask for less */
  const take = async (candidate: Candidate, whole: boolean): Promise<Hold | { readonly downgradeTo: string }> => {
    const payers = payersOf(candidate);
    if (payers.length === 0) return { id: null, nanos: 0n, payers, quote: null };
    const blocking = payers.find(({ hard }) => hard);
    const quote = quoteFor(request, candidate.model, calibration.likelyOutputTokens(kinOf(candidate)));
    if (!quote && blocking) throw unpriced(blocking, candidate);
    const { worstNanos, safeNanos, likelyNanos } = quote ?? { worstNanos: 0n, safeNanos: 0n, likelyNanos: 0n };
    const id = `${requestId}/${number}`;
    const demand = {
      id,
      mostNanos: blocking ? worstNanos : likelyNanos,
      leastNanos: !blocking ? likelyNanos : whole ? worstNanos : safeNanos,
      worstNanos,
      expiresInMs: Math.max(0, spending.deadlineMs - clock.monotonic()) + GRACE_MS,
    };
    const patienceMs = Math.min(PATIENCE_MS, Math.max(0, spending.deadlineMs - clock.monotonic()));
    const answer = await till.reserve(payers, demand, patienceMs, signal);
    if (answer.kind === 'held') {
      paidBy = answer.payers;
      return { id, nanos: answer.nanos, payers: answer.payers, quote };
    }
    const { budget } = answer.payer.account;
    if (budget.onExceed === 'DOWNGRADE' && budget.downgradeRoute !== null && number === 1) {
      return { downgradeTo: budget.downgradeRoute };
    }
    throw exceeded(answer.payer, demand.leastNanos, answer.remainingNanos, clock.now());
  };

  const settle = async (costNanos: Nanos | null, estimated: boolean): Promise<void> => {
    const settled = hold;
    hold = null;
    meter = null;
    if (!settled?.id) return;
    if (settled.quote && costNanos !== null && costNanos > settled.nanos) calibration.overrun(kinOf(current));
    await till.settle({ holdId: settled.id, costNanos, estimated }, settled.payers);
  };

  const first = await take(current, false);
  if ('downgradeTo' in first) return first;
  hold = first;
  if (blocks(first) && first.quote && first.nanos < first.quote.worstNanos) {
    const tokens = outputTokensFor(request, current.model, first.nanos);
    if (tokens !== null && tokens < maxOutputTokens(request, current.model)) {
      request = { ...request, sampling: { ...request.sampling, maxOutputTokens: tokens } };
      shortened = true;
    }
  }

  const purse: Purse = {
    get request() {
      return request;
    },
    signal,
    async see(event) {
      switch (event.kind) {
        case 'attemptStarted': {
          meter = startMeter(request, current.model);
          if (!hold?.id || (await till.markSent(hold.id))) return;
          // Swept: this process was taken for dead. Nothing has been sent, so it simply holds again.
          number++;
          const again = await take(current, true);
          if ('downgradeTo' in again) return;
          hold = again;
          if (again.id && !(await till.markSent(again.id))) throw new UnavailableProblem('database', SWEPT);
          return;
        }
        case 'attemptSucceeded':
          // One that the hold cut short says nothing about how long it would have been.
          if (!shortened || event.finishReason !== 'LENGTH') {
            calibration.observe(kinOf(current), event.attempt.usage.outputTokens);
          }
          return settle(event.attempt.cost.totalNanos, event.attempt.usage.source !== 'PROVIDER');
        case 'attemptFailed': {
          await settle(event.attempt.cost.totalNanos, true);
          if (event.next === null) return;
          current = candidates.find(({ target }) => target.model === event.next) ?? current;
          number++;
          const next = await take(current, true);
          if (!('downgradeTo' in next)) hold = next;
          return;
        }
        case 'outputReset':
          return;
        default:
          if (!meter || !hold || !blocks(hold)) return;
          if (meter.add(event) > hold.nanos) {
            cut = true;
            controller.abort('the budget is used up');
          }
      }
    },
    finishReason: (reason) => (cut || (shortened && reason === 'LENGTH') ? 'BUDGET' : reason),
    async close() {
      // Still held: the attempt never began, or its end was never heard of.
      await settle(meter && hold ? meter.nanos() : null, true);
      const accounts = paidBy.map(({ account }) => account);
      return standingsOf(accounts, await balances.of(accounts));
    },
  };
  return { purse };
}

const SWEPT = 'The gateway lost its hold on the money for this call. Nothing was sent; try again.';

interface Hold {
  /** Null when nobody has to pay. */
  readonly id: string | null;
  readonly nanos: Nanos;
  readonly payers: readonly Payer[];
  readonly quote: Quote | null;
}

function blocks({ payers }: Hold): boolean {
  return payers.some(({ hard }) => hard);
}

interface Meter {
  /** @returns what the attempt will have cost after one more event as long as this one, by the length of what is said */
  add(event: AttemptEvent): Nanos;
  nanos(): Nanos;
}

/** For providers that say more than they were asked to: the length of what is heard, priced as it comes. */
function startMeter(request: CompletionRequest, { prices }: ModelCard): Meter {
  const inputTokens = estimateTokens(inputCharacters(request));
  let characters = 0;
  const priceOf = (characters: number) =>
    costOf(
      {
        inputTokens,
        outputTokens: estimateTokens(characters),
        reasoningTokens: 0,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        source: 'ESTIMATED',
      },
      prices,
    ).totalNanos;
  return {
    add(event) {
      const length = lengthOf(event);
      characters += length;
      return priceOf(characters + length);
    },
    nanos: () => priceOf(characters),
  };
}

function lengthOf(event: AttemptEvent): number {
  if (event.kind === 'textDelta' || event.kind === 'reasoningDelta') return event.text.length;
  return event.kind === 'toolCallDelta' ? event.argumentsDelta.length : 0;
}

function exceeded({ account }: Payer, estimatedNanos: Nanos, remaining: Nanos, nowMs: number): BudgetExceededProblem {
  const { budget, span } = account;
  const remainingNanos = remaining > 0n ? remaining : 0n;
  const until = span.endMs === null ? '' : ` It starts anew at ${new Date(span.endMs).toISOString()}.`;
  return new BudgetExceededProblem(
    { budgetId: budget.id, estimatedNanos, remainingNanos, resetsAt: span.endMs },
    `Budget '${budget.slug}' has $${usdFromNanos(remainingNanos)} left, but this call needs up to ` +
      `$${usdFromNanos(estimatedNanos)}.${until}`,
    span.endMs === null
      ? {}
      : { retryable: true, retryAfterMs: Math.min(2_147_483_647, Math.max(0, span.endMs - nowMs)) },
  );
}

function unpriced({ account }: Payer, { target }: Candidate): NoEligibleTargetProblem {
  return new NoEligibleTargetProblem(
    `Budget '${account.budget.slug}' is a cap, but nobody knows the price of ${target.model}. ` +
      'Give the model a price, or make the budget one that only alerts.',
  );
}

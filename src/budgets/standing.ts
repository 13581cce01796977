import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { EligibilityReason, ModelCard } from '../core/decision.ts';
import { type Nanos, usdFromNanos } from '../core/money.ts';
import { EACH } from '../core/scope-ref.ts';
import { sortFew } from '../core/sort-few.ts';
import type { BudgetStanding } from '../core/standing.ts';
import type { Balances } from './balances.ts';
import { type Account, accountOf, accountsOf, type BudgetBook } from './book.ts';
import type { Calibration } from './calibration.ts';
import { quoteFor } from './quotes.ts';
import type { Balance } from './reserve.ts';
import { percentOf } from './status.ts';

/** What routing may know of the budgets that would pay for a call. */
export interface Standing {
  /** Of the fullest of them; null when none pays. */
  readonly usedPercent: number | null;
  /** Why a model cannot be paid for, even with everything that other calls hold given back. */
  shortOf(model: ModelCard): EligibilityReason | null;
}

const nobodyPays: Standing = { usedPercent: null, shortOf: () => null };

/** Asks no database, but for accounts that nobody has used lately. */
export function standingOf(
  balances: Balances,
  calibration: Calibration,
  book: BudgetBook,
  caller: Caller,
  request: CompletionRequest,
  nowMs: number,
): Standing | Promise<Standing> {
  if (book.length === 0) return nobodyPays;
  const routeSlug = 'route' in request.target ? request.target.route : (request.copy?.route ?? null);
  const payersOf = (model: string) => accountsOf(book, { caller, request, routeSlug, model }, nowMs);
  // Who pays whichever model answers; budgets of named models are waited for, too, so that they can be passed over.
  const accounts = payersOf('model' in request.target ? request.target.model : '');
  const payers = accounts.length;
  for (const budget of book) {
    if (budget.scope.kind === 'MODEL' && budget.scope.ref !== EACH) accounts.push(accountOf(budget, '', nowMs));
  }
  const shortOf = (model: ModelCard): EligibilityReason | null => {
    const blocking = payersOf(model.name).filter(({ budget }) => budget.onExceed === 'BLOCK');
    if (blocking.length === 0) return null;
    const kin = { route: routeSlug ?? '', model: model.name, apiKeyId: caller.apiKeyId };
    const quote = quoteFor(request, model, calibration.likelyOutputTokens(kin));
    if (!quote) return null;
    for (const account of blocking) {
      const balance = balances.peek(account);
      if (balance && balance.limitNanos - balance.postedNanos < quote.safeNanos) return over(account, quote.safeNanos);
    }
    return null;
  };
  const standing = (known: readonly Balance[]) => ({ usedPercent: fullestOf(known, payers), shortOf });
  const known = balances.of(accounts);
  return known instanceof Promise ? known.then(standing) : standing(known);
}

/** How much of the fullest of the first so many is used. */
function fullestOf(balances: readonly Balance[], payers: number): number | null {
  let fullest: number | null = null;
  for (let place = 0; place < Math.min(payers, balances.length); place++) {
    const { postedNanos, limitNanos } = balances[place]!;
    const percent = percentOf(postedNanos, limitNanos);
    if (fullest === null || percent > fullest) fullest = percent;
  }
  return fullest;
}

function over({ budget }: Account, neededNanos: Nanos): EligibilityReason {
  const message = `Budget '${budget.slug}' cannot pay the $${usdFromNanos(neededNanos)} that it needs.`;
  return { code: 'OVER_BUDGET', message };
}

/**
 * The one first that the next call will meet first: that with the least left. Values only, so that it can be logged.
 * @param overruns what the call cost beyond its holds, by account
 */
export function standingsOf(
  accounts: readonly Account[],
  balances: readonly Balance[],
  overruns: ReadonlyMap<string, Nanos>,
): readonly BudgetStanding[] {
  const known: { account: Account; balance: Balance; left: Nanos }[] = [];
  for (const account of accounts) {
    const balance = balances.find(({ accountId }) => accountId === account.id);
    if (balance) known.push({ account, balance, left: leftOf(balance) });
  }
  sortFew(known, (a, b) => bindingFirst(a.account, b.account) || (a.left < b.left ? -1 : a.left > b.left ? 1 : 0));
  return known.map(({ account, balance, left }) => ({
    budgetId: account.budget.id,
    subject: account.subject || null,
    limitNanos: String(balance.limitNanos),
    remainingNanos: String(left),
    usedPercent: percentOf(balance.postedNanos, balance.limitNanos),
    overrunNanos: String(overruns.get(account.id) ?? 0n),
    resetsAt: account.span.endMs,
  }));
}

/** What only alerts binds nobody. */
function bindingFirst(a: Account, b: Account): number {
  return Number(a.budget.onExceed === 'ALERT_ONLY') - Number(b.budget.onExceed === 'ALERT_ONLY');
}

function leftOf({ limitNanos, postedNanos, reservedNanos }: Balance): Nanos {
  const left = limitNanos - postedNanos - reservedNanos;
  return left > 0n ? left : 0n;
}

import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Decision } from '../core/decision.ts';
import type { Nanos } from '../core/money.ts';
import type { Database } from '../platform/database/database.ts';
import { accountsOf, type BudgetAction, type BudgetBook } from './book.ts';
import type { Calibration } from './calibration.ts';
import { quoteFor } from './quotes.ts';
import { statusOf } from './status.ts';

/** One budget that would pay for a call. */
export interface BudgetCheck {
  readonly budgetId: string;
  readonly slug: string;
  /** Whose account, where the budget has one for each; else ''. */
  readonly subject: string;
  readonly onExceed: BudgetAction;
  /** Where calls go that it cannot pay for, when it says DOWNGRADE. */
  readonly downgradeRoute: string | null;
  /** What must be left to let the first attempt begin; null when nobody knows the model's price. */
  readonly estimatedNanos: Nanos | null;
  readonly remainingNanos: Nanos;
  readonly wouldExceed: boolean;
}

/** What openPurse would ask of each budget for the first attempt, the widest first. Holds nothing. @param nowMs Unix ms */
export async function foresee(
  database: Database,
  calibration: Calibration,
  book: BudgetBook,
  {
    caller,
    request,
    decision,
  }: { readonly caller: Caller; readonly request: CompletionRequest; readonly decision: Decision },
  nowMs: number,
): Promise<readonly BudgetCheck[]> {
  const first = decision.candidates.find(({ eligible }) => eligible);
  if (!first) return [];
  const { model } = first.target;
  const routeSlug = decision.route?.slug ?? null;
  const kin = { route: routeSlug ?? '', model, apiKeyId: caller.apiKeyId };
  const quote = quoteFor(request, first.model, calibration.likelyOutputTokens(kin));
  return Promise.all(
    accountsOf(book, { caller, request, routeSlug, model }, nowMs).map(async ({ budget, subject }) => {
      const { id: budgetId, slug, onExceed, downgradeRoute } = budget;
      const { remainingNanos } = await statusOf(database, budget, subject, nowMs);
      const estimatedNanos = quote && (onExceed === 'ALERT_ONLY' ? quote.likelyNanos : quote.safeNanos);
      const wouldExceed = estimatedNanos === null ? onExceed !== 'ALERT_ONLY' : estimatedNanos > remainingNanos;
      return { budgetId, slug, subject, onExceed, downgradeRoute, estimatedNanos, remainingNanos, wouldExceed };
    }),
  );
}

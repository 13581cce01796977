import type { CompletionState } from '../completions/index.ts';
import type { Decision } from '../core/decision.ts';
import { usdFromNanos } from '../core/money.ts';
import type { Step } from '../core/turns.ts';
import type { Run } from './run.ts';

/** What the gateway has to say about an answer, in headers that clients of other people's formats let pass. */
export function headersOf(run: Pick<Run, 'id' | 'requestId' | 'replayed'>): Record<string, string> {
  return {
    'x-glidepath-request-id': run.requestId,
    'x-glidepath-completion-id': run.id,
    ...(run.replayed && { 'x-glidepath-replayed': 'true' }),
  };
}

/** Where it went: known as soon as it is decided. @param model the one that answers, when that is known already */
export function placeHeaders(decision: Decision | null, model: string | null): Record<string, string> {
  const first = decision?.candidates.find(({ eligible }) => eligible)?.model.name;
  return {
    ...(decision?.route && { 'x-glidepath-route': decision.route.slug }),
    ...((model ?? first) !== undefined && { 'x-glidepath-model': (model ?? first)! }),
    // A call that nobody had to decide about was answered before.
    'x-glidepath-cache': decision === null ? 'HIT' : 'MISS',
  };
}

/** What it came to, and what is left for more. */
export function costHeaders({
  cost,
  budgets,
  finishReason,
}: Spent & Pick<CompletionState, 'finishReason'>): Record<string, string> {
  return {
    ...spentWords({ cost, budgets }),
    ...(!cost.complete && { 'x-glidepath-cost-complete': 'false' }),
    // The vendors have no word for it: their formats say that the answer was cut off.
    ...(finishReason === 'BUDGET' && { 'x-glidepath-finish-reason': 'BUDGET' }),
  };
}

/** Only the end of a call knows these; `budgets` are as its last event told them, so nobody is asked for them here. */
type Spent = Pick<CompletionState, 'cost' | 'budgets'>;

/** In dollars. Of the budgets that paid, the one that further calls meet first. */
export function spentWords({ cost, budgets }: Spent): Record<string, string> {
  const tightest = budgets?.[0];
  return {
    'x-glidepath-cost': usdFromNanos(cost.totalNanos),
    ...(tightest && { 'x-glidepath-budget-remaining': usdFromNanos(BigInt(tightest.remainingNanos)) }),
  };
}

/** The same for a stream, whose headers have long gone: in comments, which every parser skips. */
export async function tellSpent({ comment }: { comment(text: string): Step }, spent: Spent): Promise<void> {
  for (const [name, value] of Object.entries(spentWords(spent))) await comment(`${name} ${value}`);
}

export function receiptOf(run: Run, state: CompletionState): Record<string, string> {
  return { ...headersOf(run), ...placeHeaders(state.decision, state.model), ...costHeaders(state) };
}

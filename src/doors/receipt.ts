import type { CompletionState } from '../completions/index.ts';
import type { Decision } from '../core/decision.ts';
import { usdFromNanos } from '../core/money.ts';
import { inTurn, type Step } from '../core/turns.ts';
import type { Run } from './run.ts';

type Headers = Record<string, string>;

/** What the gateway has to say about an answer, in headers that clients of other people's formats let pass. */
export function headersOf({ id, requestId, replayed }: Pick<Run, 'id' | 'requestId' | 'replayed'>): Headers {
  const headers: Headers = { 'x-glidepath-request-id': requestId, 'x-glidepath-completion-id': id };
  if (replayed) headers['x-glidepath-replayed'] = 'true';
  return headers;
}

/** Where it went: known as soon as it is decided. @param model the one that answers, when that is known already */
export function placeHeaders(decision: Decision | null, model: string | null): Headers {
  const headers: Headers = {};
  if (decision?.route) headers['x-glidepath-route'] = decision.route.slug;
  const asked = model ?? decision?.candidates.find(({ eligible }) => eligible)?.model.name;
  if (asked !== undefined) headers['x-glidepath-model'] = headerText(asked);
  // A call that nobody had to decide about was answered before.
  headers['x-glidepath-cache'] = decision === null ? 'HIT' : 'MISS';
  return headers;
}

/** Names of models may have any letters, headers may not: the others are escaped as in addresses. */
export function headerText(name: string): string {
  return /^[\x21-\x7e]*$/.test(name) ? name : encodeURI(name.toWellFormed());
}

/** Only the end of a call knows these; `budgets` are as its last event told them, so nobody is asked for them here. */
type Spent = Pick<CompletionState, 'cost' | 'budgets'>;

/** In dollars. Of the budgets that paid, the one that further calls meet first. */
export function spentWords({ cost, budgets }: Spent): Headers {
  const headers: Headers = { 'x-glidepath-cost': usdFromNanos(cost.totalNanos) };
  const tightest = budgets?.[0];
  if (tightest) headers['x-glidepath-budget-remaining'] = usdFromNanos(BigInt(tightest.remainingNanos));
  return headers;
}

/** The same for a stream, whose headers have long gone: in comments, which every parser skips. */
export function tellSpent({ comment }: { comment(text: string): Step }, spent: Spent): Step {
  return inTurn(Object.entries(spentWords(spent)), ([name, value]) => comment(`${name} ${value}`));
}

/** Where it went, what it came to, and what is left for more. @param cost of all runs of the answer */
export function receiptOf(run: Run, state: CompletionState, cost = state.cost): Headers {
  const { decision, model, budgets, finishReason } = state;
  const headers = { ...headersOf(run), ...placeHeaders(decision, model), ...spentWords({ cost, budgets }) };
  if (!cost.complete) headers['x-glidepath-cost-complete'] = 'false';
  // The vendors have no word for it: their formats say that the answer was cut off.
  if (finishReason === 'BUDGET') headers['x-glidepath-finish-reason'] = 'BUDGET';
  return headers;
}

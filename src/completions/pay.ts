import type { Budgets, Purse, Spending } from '../budgets/index.ts';
import { invariant } from '../core/assert.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Decision } from '../core/decision.ts';

export interface Paying {
  readonly decision: Decision;
  readonly purse: Purse;
}

/**
 * The decision, with the money for its first attempt; the one for the cheaper route where a budget asks for that.
 * @throws what budgets.open and `decide` throw
 */
export async function pay(
  budgets: Budgets,
  spending: Omit<Spending, 'decision'>,
  decide: (request: CompletionRequest) => Promise<Decision>,
  signal: AbortSignal,
): Promise<Paying> {
  const { request } = spending;
  const decision = await decide(request);
  const opening = await budgets.open({ ...spending, decision }, signal);
  if ('purse' in opening) return { decision, purse: opening.purse };
  const cheaper = await decide({ ...request, target: { route: opening.downgradeTo } });
  const second = await budgets.open({ ...spending, decision: cheaper, downgraded: true }, signal);
  invariant('purse' in second, 'a call is sent to a cheaper route once');
  return { decision: cheaper, purse: second.purse };
}

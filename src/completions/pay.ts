import type { Budgets, Opening, Purse, Spending } from '../budgets/index.ts';
import { invariant } from '../core/assert.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Decision } from '../core/decision.ts';
import { BudgetExceededProblem } from '../core/problem.ts';

export interface Paying {
  readonly decision: Decision;
  readonly purse: Purse;
}

/**
 * The decision, with the money for its first attempt; the one for the cheaper route where a budget asks for that. Where
 * the ledger refuses, what it said of the balance may lead to a model that can be paid for: it is decided again.
 * @throws what budgets.open and `decide` throw
 */
export async function pay(
  budgets: Budgets,
  spending: Omit<Spending, 'decision'>,
  decide: (request: CompletionRequest) => Promise<Decision>,
  signal: AbortSignal,
): Promise<Paying> {
  const { request } = spending;
  let decision = await decide(request);
  const open = () => budgets.open({ ...spending, decision }, signal);
  let opening: Opening | null = null;
  for (let tries = decision.candidates.length; !opening; tries--) {
    opening = await open().catch(async (error: unknown) => {
      if (!(error instanceof BudgetExceededProblem) || tries <= 0) throw error;
      const another = await decide(request);
      if (firstOf(another) === firstOf(decision)) throw error;
      decision = another;
      return null;
    });
  }
  if ('purse' in opening) return { decision, purse: opening.purse };
  const cheaper = await decide({ ...request, target: { route: opening.downgradeTo } });
  const second = await budgets.open({ ...spending, decision: cheaper, downgraded: true }, signal);
  invariant('purse' in second, 'a call is sent to a cheaper route once');
  return { decision: cheaper, purse: second.purse };
}

function firstOf({ candidates }: Decision): string | undefined {
  return candidates.find(({ eligible }) => eligible)?.target.id;
}

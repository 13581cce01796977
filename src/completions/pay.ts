import { invariant } from '../core/assert.ts';
import type { CompletionRequest, Target } from '../core/chat.ts';
import type { Decision } from '../core/decision.ts';
import { BudgetExceededProblem } from '../core/problem.ts';

export interface Paying<Held> {
  readonly decision: Decision;
  readonly purse: Held;
}

/** The money, or the route to try instead. */
export type Opened<Held> = { readonly purse: Held } | { readonly downgradeTo: string };

export interface Opening<Held> {
  /** Holds the money for the first attempt. @param downgraded the decision is for the cheaper route already */
  open(request: CompletionRequest, decision: Decision, downgraded: boolean): Promise<Opened<Held>>;
}

/**
 * The decision, with the money for its first attempt; the one for the cheaper route where a budget asks for that. Where
 * the ledger refuses, what it said of the balance may lead to a model that can be paid for: it is decided again.
 * @throws what `open` and `decide` throw
 */
export async function pay<Held>(
  doing: Opening<Held>,
  request: CompletionRequest,
  decide: (target: Target) => Decision | Promise<Decision>,
): Promise<Paying<Held>> {
  const deciding = decide(request.target);
  let decision = deciding instanceof Promise ? await deciding : deciding;
  let opening: Opened<Held> | null = null;
  for (let tries = decision.candidates.length; !opening; tries--) {
    try {
      opening = await doing.open(request, decision, false);
    } catch (error) {
      if (!(error instanceof BudgetExceededProblem) || tries <= 0) throw error;
      const another = await decide(request.target);
      if (firstOf(another) === firstOf(decision)) throw error;
      decision = another;
    }
  }
  if ('purse' in opening) return { decision, purse: opening.purse };
  const cheaper = await decide({ route: opening.downgradeTo });
  const second = await doing.open(request, cheaper, true);
  invariant('purse' in second, 'a call is sent to a cheaper route once');
  return { decision: cheaper, purse: second.purse };
}

function firstOf({ candidates }: Decision): string | undefined {
  return candidates.find(({ eligible }) => eligible)?.target.id;
}

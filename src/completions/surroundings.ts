import type { Standing } from '../budgets/index.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { EligibilityReason, ModelCard } from '../core/decision.ts';
import type { Assignment } from '../core/experiment.ts';
import { NoEligibleTargetProblem } from '../core/problem.ts';
import type { Providers } from '../providers/index.ts';
import type { Surroundings } from '../routing/index.ts';

/**
 * What routing may know around a call: who makes it, its arm in an experiment, which deployments rest, and what budgets
 * have left.
 */
export interface Around extends Surroundings {
  /** What would be wrong with a deployment if every budget were full. */
  readonly restOf: (model: ModelCard) => EligibilityReason | null;
}

export function surroundingsOf(
  caller: Caller,
  { simulation }: CompletionRequest,
  assignment: Assignment | null,
  { usedPercent, shortOf }: Standing,
  providers: Pick<Providers, 'restOf'>,
): Around {
  const restOf = (model: ModelCard): EligibilityReason | null => {
    // A scripted call is asked of the simulator however it has been doing: the script says what happens.
    if (simulation !== null) return null;
    const rest = providers.restOf(model);
    if (!rest) return null;
    return { code: rest.code, message: `It rests for ${Math.ceil(rest.retryAfterMs / 1000)} s: ${rest.message}` };
  };
  return {
    caller,
    assignment,
    restOf,
    obstacleOf: (model) => restOf(model) ?? shortOf(model),
    ...(usedPercent !== null && { budgetUsedPercent: usedPercent }),
  };
}

/**
 * A decision that passes over what budgets cannot pay for. What is known of budgets is a copy, and copies refuse
 * nothing: when nobody else is left, the decision is made without it, and the ledger itself is asked.
 */
export function choose<Decided>(around: Around, decide: (surroundings: Surroundings) => Decided): Decided {
  try {
    return decide(around);
  } catch (error) {
    if (error instanceof NoEligibleTargetProblem) return decide({ ...around, obstacleOf: around.restOf });
    throw error;
  }
}

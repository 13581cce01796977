import type { Budgets } from '../budgets/index.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { EligibilityReason, ModelCard } from '../core/decision.ts';
import { NoEligibleTargetProblem } from '../core/problem.ts';
import type { Experiments } from '../experiments/index.ts';
import type { Providers } from '../providers/index.ts';
import type { Surroundings } from '../routing/index.ts';

/**
 * What routing may know around a call: who makes it, its arm in an experiment, which deployments rest, and what budgets
 * have left.
 */
export interface Around extends Surroundings {
  /** The same as if every budget were full. */
  readonly unlimited: Surroundings;
}

export async function surroundingsOf(
  {
    providers,
    budgets,
    experiments,
  }: {
    readonly providers: Pick<Providers, 'restOf'>;
    readonly budgets: Pick<Budgets, 'standing'>;
    readonly experiments: Pick<Experiments, 'assign'>;
  },
  caller: Caller,
  request: CompletionRequest,
): Promise<Around> {
  const { usedPercent, shortOf } = await budgets.standing(caller, request);
  const assignment = await experiments.assign(caller, request);
  const known = { caller, assignment, ...(usedPercent !== null && { budgetUsedPercent: usedPercent }) };
  const rests = (model: ModelCard): EligibilityReason | null => {
    // A scripted call is asked of the simulator however it has been doing: the script says what happens.
    if (request.simulation !== null) return null;
    const rest = providers.restOf(model);
    if (!rest) return null;
    return { code: rest.code, message: `It rests for ${Math.ceil(rest.retryAfterMs / 1000)} s: ${rest.message}` };
  };
  return {
    ...known,
    obstacleOf: (model) => rests(model) ?? shortOf(model),
    unlimited: { ...known, obstacleOf: rests },
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
    if (error instanceof NoEligibleTargetProblem) return decide(around.unlimited);
    throw error;
  }
}

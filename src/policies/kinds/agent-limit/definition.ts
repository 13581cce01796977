import { z } from 'zod';
import { guardrailActions } from '../../../core/admission.ts';
import { policyKind } from '../../kind.ts';
import { duration, most, nanos } from '../../shapes.ts';

/** What the runs of agents may come to: judged beside the limits of `agentLimitSave`, by the same judge. */
export const agentLimit = policyKind({
  name: 'agentLimit',
  config: z
    .object({
      maxStepsPerRun: most(1),
      maxCostPerRun: nanos,
      maxRunDuration: duration,
      maxIdenticalSteps: most(1),
      maxToolCallsPerRun: most(1),
      onLimit: z.enum(guardrailActions),
    })
    .transform(({ maxCostPerRun, maxRunDuration, ...limits }) => ({
      ...limits,
      maxCostPerRunNanos: maxCostPerRun,
      maxRunDurationMs: maxRunDuration,
    })),
  apply: (admission, demand) => ({ ...admission, agents: [...admission.agents, demand] }),
});

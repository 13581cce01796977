import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Experiments } from '../experiments/index.ts';
import type { Providers } from '../providers/index.ts';
import type { Surroundings } from '../routing/index.ts';

/** What routing may know around a call: who makes it, its arm in an experiment, and which deployments rest just now. */
export async function surroundingsOf(
  { providers, experiments }: { readonly providers: Pick<Providers, 'restOf'>; readonly experiments: Experiments },
  caller: Caller,
  request: CompletionRequest,
): Promise<Surroundings> {
  const assignment = await experiments.assign(caller, request);
  // A scripted call is asked of the simulator however it has been doing: the script says what happens.
  if (request.simulation !== null) return { caller, assignment };
  return {
    caller,
    assignment,
    obstacleOf(model) {
      const rest = providers.restOf(model);
      return (
        rest && { code: rest.code, message: `It rests for ${Math.ceil(rest.retryAfterMs / 1000)} s: ${rest.message}` }
      );
    },
  };
}

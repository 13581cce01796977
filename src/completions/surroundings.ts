import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Providers } from '../providers/index.ts';
import type { Surroundings } from '../routing/index.ts';

/** What routing may know around a call: who makes it, and which deployments rest just now. */
export function surroundingsOf(
  providers: Pick<Providers, 'restOf'>,
  caller: Caller,
  request: CompletionRequest,
): Surroundings {
  // A scripted call is asked of the simulator however it has been doing: the script says what happens.
  if (request.simulation !== null) return { caller };
  return {
    caller,
    obstacleOf(model) {
      const rest = providers.restOf(model);
      return (
        rest && { code: rest.code, message: `It rests for ${Math.ceil(rest.retryAfterMs / 1000)} s: ${rest.message}` }
      );
    },
  };
}

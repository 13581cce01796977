import type { Caller } from '../core/caller.ts';
import { demand } from '../core/rights.ts';

/**
 * The environment is the operator's, keys of his own and of the house are in it: whoever could name a variable, and an
 * address to send it to, would have it.
 * @throws ForbiddenProblem for a caller who is not the operator
 */
export function demandEnvironment(caller: Caller): void {
  demand(caller, ['ORGANIZATIONS_WRITE']);
}

import type { Caller } from '../core/caller.ts';
import { ForbiddenProblem } from '../core/problem.ts';

/**
 * The environment is the operator's, keys of his own and of the house are in it: whoever could name a variable, and an
 * address to send it to, would have it.
 * @throws ForbiddenProblem for a caller who is not the operator
 */
export function demandEnvironment({ scopes }: Caller): void {
  if (!scopes.has('ORGANIZATIONS_WRITE')) throw new ForbiddenProblem(['ORGANIZATIONS_WRITE']);
}

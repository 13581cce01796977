import type { Caller, Scope } from './caller.ts';
import { ForbiddenProblem } from './problem.ts';

/**
 * The caller needs every one of these: to do what they allow, or to hand them on.
 * @throws ForbiddenProblem naming those that are missing
 */
export function demand(caller: Pick<Caller, 'scopes' | 'sessionId'>, needed: readonly Scope[]): void {
  const missing = needed.filter((scope) => !caller.scopes.has(scope));
  if (missing.length > 0) throw new ForbiddenProblem(caller, missing);
}

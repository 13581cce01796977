import type { GraphQLResolveInfo } from 'graphql';
import { denial } from '../core/happening.ts';
import type { ForbiddenProblem } from '../core/problem.ts';
import type { Context } from './context.ts';

/** Keeps in the audit log that somebody asked for what he may not have. */
export function noteDenial(
  { rooms, caller }: Context,
  { parentType, fieldName }: GraphQLResolveInfo,
  { missingScopes }: ForbiddenProblem,
): void {
  rooms.audit.noteOnce(denial(caller, parentType.name, fieldName, `Missing: ${missingScopes.join(', ')}`));
}

import type { GraphQLResolveInfo } from 'graphql';
import { actorOf } from '../core/change.ts';
import type { ForbiddenProblem } from '../core/problem.ts';
import type { Context } from './context.ts';

/** Keeps in the audit log that somebody asked for what he may not have. */
export function noteDenial(
  { rooms, caller }: Context,
  { parentType, fieldName }: GraphQLResolveInfo,
  { missingScopes }: ForbiddenProblem,
): void {
  rooms.audit.noteOnce({
    organizationId: caller.organizationId,
    actor: actorOf(caller),
    action: 'access.denied',
    resourceType: parentType.name,
    resourceId: fieldName,
    outcome: 'DENIED',
    reason: `Missing: ${missingScopes.join(', ')}`,
  });
}

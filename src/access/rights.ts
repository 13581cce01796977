import type { Caller, Scope } from '../core/caller.ts';
import { ForbiddenProblem, ValidationProblem } from '../core/problem.ts';
import type { Idempotency } from '../platform/changes.ts';

/**
 * The caller needs every one of these: to do what they allow, or to hand them on. Nobody can make a key, or get hold of
 * the secret of one, that may do more than his own.
 * @throws ForbiddenProblem naming those that are missing
 */
export function demand(caller: Caller, needed: readonly Scope[]): void {
  const missing = needed.filter((scope) => !caller.scopes.has(scope));
  if (missing.length > 0) throw new ForbiddenProblem(missing);
}

/**
 * For what may run any document: a key, or a person. A key that may not makes none that do.
 * @throws ValidationProblem
 */
export function demandAnyDocument({ documents }: Caller): void {
  if (documents !== 'TRUSTED_ONLY') return;
  throw ValidationProblem.at(
    'documents',
    'NOT_YOURS',
    'Your own key may run registered documents only: so may all that it makes.',
    ['TRUSTED_ONLY'],
  );
}

/** What copies of an organization's keys, projects and teams are refreshed by; see directory.ts. */
export function topicOf(organizationId: string): string {
  return `access:${organizationId}`;
}

/** The same for its people: their roles, sessions, and who says who they are. */
export function peopleTopic(organizationId: string): string {
  return `people:${organizationId}`;
}

/** A key is remembered per caller and operation: the same words for another operation are another input. */
export function idempotencyOf<Input extends { readonly idempotencyKey?: string | null | undefined }>(
  { organizationId, apiKeyId }: Caller,
  operation: string,
  { idempotencyKey, ...input }: Input,
): Idempotency | undefined {
  if (!idempotencyKey) return undefined;
  return { organizationId, actorId: apiKeyId, key: idempotencyKey, input: { operation, ...input } };
}

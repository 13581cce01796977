import type { Caller } from '../core/caller.ts';
import { ValidationProblem } from '../core/problem.ts';

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

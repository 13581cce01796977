import type { ChangeReceipt, FieldChange } from '../core/change.ts';
import { ConflictProblem } from '../core/problem.ts';
import type { RouteRow } from './store.ts';
import type { RouteWarning } from './warnings.ts';

/** What every change of a route has in common. */
export interface RouteChange {
  readonly routeId: string;
  readonly change: ChangeReceipt;
  /** Empty when an earlier change was replayed: nothing was done now. */
  readonly diff: readonly FieldChange[];
  readonly warnings: readonly RouteWarning[];
}

/** What snapshots of an organization's published routes are refreshed by. */
export function topicOf(organizationId: string): string {
  return `routes:${organizationId}`;
}

export function changedSince({ slug, revision }: RouteRow): ConflictProblem {
  return new ConflictProblem(
    `Route '${slug}' has been changed in the meantime. Read it again (it is at revision ${revision}) and repeat.`,
    revision,
  );
}

import type { Admission } from '../core/admission.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Decision, ModelBook } from '../core/decision.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/database.ts';
import type { Snapshots } from '../platform/snapshots.ts';
import type { RouteChange } from './change.ts';
import { decide } from './decide.ts';
import { publishRoute, type RoutePublishInput, type RouteRollbackInput, rollbackRoute } from './publish.ts';
import type { RouteSaveInput } from './rules.ts';
import { saveRoute } from './save.ts';
import { type SeededProvider, seedRoutes } from './seed.ts';
import { loadRoutes, type RouteBook } from './table.ts';

export type { RouteChange } from './change.ts';
export type { RoutePublishInput, RouteRollbackInput } from './publish.ts';
export type { RouteRule, RouteSaveInput, RuleTarget } from './rules.ts';
export type { SeededProvider } from './seed.ts';
export type { PublishedRoute, RouteBook } from './table.ts';
export type { RouteWarning } from './warnings.ts';

/** Who answers: named decisions that people write down, publish, and take back. */
export interface Routing {
  /** The published routes: a copy at most half a second behind the last change, on any instance. */
  routes(organizationId: string): Promise<RouteBook>;
  /** See decide.ts. Pure but for the clock and the id of an ad-hoc target. */
  decide(request: CompletionRequest, admission: Admission, routes: RouteBook, models: ModelBook): Decision;
  /**
   * Writes a new version, which serves nothing until it is published. Without `id` it makes a new route.
   * @throws ValidationProblem, NotFoundProblem, ConflictProblem, IdempotencyConflictProblem
   */
  save(caller: Caller, input: RouteSaveInput, models: ModelBook): Promise<RouteChange>;
  /** Lets a version serve traffic from now on. @throws ValidationProblem, NotFoundProblem, ConflictProblem */
  publish(caller: Caller, input: RoutePublishInput, models: ModelBook): Promise<RouteChange>;
  /** Goes back to an earlier version, whatever has been changed since. @throws ValidationProblem, NotFoundProblem */
  rollback(caller: Caller, input: RouteRollbackInput, models: ModelBook): Promise<RouteChange>;
  /** Publishes a `default` route and two per seeded provider, where no route of that name was ever made. */
  firstStart(organizationId: string, seeded: readonly SeededProvider[]): Promise<void>;
}

export interface RoutingOptions {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly changes: Changes;
  readonly runtime: Runtime;
}

/** Organizations whose routes are kept at hand. */
const REMEMBERED_ORGANIZATIONS = 1000;

export function createRouting({ database, snapshots, changes, runtime }: RoutingOptions): Routing {
  const published = snapshots.of('routes', REMEMBERED_ORGANIZATIONS, (id) => loadRoutes(database, id));
  return {
    routes: (organizationId) => published.get(organizationId),
    decide: (request, admission, routes, models) => decide(request, admission, routes, models, runtime),
    save: saveRoute(changes, runtime),
    publish: publishRoute(changes, runtime),
    rollback: rollbackRoute(changes, runtime),
    firstStart: seedRoutes(database, changes, runtime),
  };
}

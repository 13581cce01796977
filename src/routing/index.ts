import type { Caller } from '../core/caller.ts';
import type { FieldChange } from '../core/change.ts';
import type { Decision, ModelBook, Observation } from '../core/decision.ts';
import type { AttemptEvent } from '../core/event.ts';
import type { Problem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/database.ts';
import type { Snapshots } from '../platform/snapshots.ts';
import type { RouteChange } from './change.ts';
import { type Asked, consider, decide, refusalOf } from './decide.ts';
import { differenceOfRules } from './difference.ts';
import { dominated, type Quality } from './dominated.ts';
import { createObserver } from './observer.ts';
import { type Preference, preferModel } from './prefer.ts';
import { publishRoute, type RoutePublishInput, type RouteRollbackInput, rollbackRoute } from './publish.ts';
import type { RouteSaveInput } from './rules.ts';
import { saveRoute } from './save.ts';
import { type SeededProvider, seedRoutes } from './seed.ts';
import { createSimulations, type Simulations } from './simulation/jobs.ts';
import { loadRoutes, loadVersion, type PublishedRoute, type RouteBook } from './table.ts';

export type { RouteChange } from './change.ts';
export type { Asked, Surroundings } from './decide.ts';
export type { RoutePublishInput, RouteRollbackInput } from './publish.ts';
export { type Obstacles, replay } from './replay.ts';
export type { RouteRule, RouteSaveInput, RuleTarget } from './rules.ts';
export type { SeededProvider } from './seed.ts';
export { type PublishedRoute, type RouteBook, routeBook } from './table.ts';
export type { RouteWarning } from './warnings.ts';

/** Who answers: named decisions that people write down, try out, publish, and take back. */
export interface Routing {
  /** The published routes: a copy at most half a second behind the last change, on any instance. */
  routes(organizationId: string): Promise<RouteBook>;
  /** Any version as if it were published; the newest one without `version`. @throws NotFoundProblem */
  version(organizationId: string, routeId: string, version: number | null): Promise<PublishedRoute>;
  /**
   * What `to` (null: the newest version) would change about `from` (null: the published one, or nothing when nothing is).
   * @throws NotFoundProblem
   */
  diff(
    organizationId: string,
    routeId: string,
    from: number | null,
    to: number | null,
  ): Promise<readonly FieldChange[]>;
  /** See decide.ts. Takes the turn of strategies that take turns, so ask only what is going to be done. */
  decide(organizationId: string, asked: Asked): Decision;
  /** The same way, without a turn taken: what would be decided or refused, and what a person would want to hear. */
  explain(organizationId: string, asked: Asked, quality: readonly Quality[]): RouteExplanation;
  /** Versions tried on calls of the past. */
  readonly simulations: Simulations;
  /** How a deployment has been doing, as strategies see it: in this process, the last minutes. */
  observed(organizationId: string, model: string): Observation;
  /** Tells strategies how the deployments are doing. Every event of every attempt, as it happens. */
  observe(organizationId: string, event: AttemptEvent): void;
  /**
   * Writes a new version, which serves nothing until it is published. Without `id` it makes a new route.
   * @throws ValidationProblem, NotFoundProblem, ConflictProblem, IdempotencyConflictProblem
   */
  save(caller: Caller, input: RouteSaveInput, models: ModelBook): Promise<RouteChange>;
  /** Lets a version serve traffic from now on. @throws ValidationProblem, NotFoundProblem, ConflictProblem */
  publish(caller: Caller, input: RoutePublishInput, models: ModelBook): Promise<RouteChange>;
  /** Goes back to an earlier version, whatever has been changed since. @throws ValidationProblem, NotFoundProblem */
  rollback(caller: Caller, input: RouteRollbackInput, models: ModelBook): Promise<RouteChange>;
  /** Publishes a version that asks one model first; see prefer.ts. @throws NotFoundProblem, ValidationProblem */
  prefer(caller: Caller, wanted: Preference, models: ModelBook): Promise<RouteChange>;
  /** Publishes a `default` route and two per seeded provider, where no route of that name was ever made. */
  firstStart(organizationId: string, seeded: readonly SeededProvider[]): Promise<void>;
}

export interface RouteExplanation {
  readonly decision: Decision;
  /** What `decide` would throw. */
  readonly refusal: Problem | null;
  /** Models that another one beats in price, in how it has been doing, and in what people thought of it. */
  readonly hints: readonly string[];
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
  const observer = createObserver(runtime.clock);
  return {
    routes: (organizationId) => published.get(organizationId),
    observed: (organizationId, model) => observer.memory(organizationId).observed(model),
    version: (organizationId, routeId, version) => loadVersion(database, organizationId, routeId, version),
    async diff(organizationId, routeId, from, to) {
      const after = await loadVersion(database, organizationId, routeId, to);
      const routes = from === null ? await loadRoutes(database, organizationId) : null;
      const before = routes ? routes.get(after.slug) : await loadVersion(database, organizationId, routeId, from);
      return differenceOfRules(before?.rules ?? null, after.rules);
    },
    decide(organizationId, asked) {
      const { decision, rule } = decide(asked, observer.memory(organizationId), runtime);
      observer.note(organizationId, rule.id, decision);
      return decision;
    },
    explain(organizationId, asked, quality) {
      const { decision } = consider(asked, observer.memory(organizationId), runtime);
      const hints = dominated(decision.candidates, decision.basis?.observed ?? {}, quality);
      return { decision, refusal: refusalOf(decision, asked), hints };
    },
    simulations: createSimulations(database, runtime),
    observe: observer.see,
    save: saveRoute(changes, runtime),
    publish: publishRoute(changes, runtime),
    rollback: rollbackRoute(changes, runtime),
    prefer: preferModel(changes, runtime),
    firstStart: seedRoutes(database, changes, runtime),
  };
}

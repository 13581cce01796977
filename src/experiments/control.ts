import type { Caller } from '../core/caller.ts';
import { type Actor, actorOf, type ChangeReceipt, diffOf, systemActor } from '../core/change.ts';
import type { ModelBook } from '../core/decision.ts';
import type { Json } from '../core/json.ts';
import { parse } from '../core/parse.ts';
import { NotFoundProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { nearest, nearestModels } from '../core/suggest.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import type { Experiment, ExperimentStatus } from './experiment.ts';
import { createInput, type ExperimentCreateInput, type ExperimentToCreate, endInput, promoteInput } from './inputs.ts';
import {
  experimentById,
  insertExperiment,
  routeOf,
  runningOn,
  slugTaken,
  topicPrefix,
  updateExperiment,
} from './store.ts';

/** What people do with experiments. All of it is audited, all of it per organization. */
export interface ControlExperiments {
  /** Makes a draft. @throws ValidationProblem, NotFoundProblem for the route, IdempotencyConflictProblem */
  create(caller: Caller, input: ExperimentCreateInput, models: ModelBook): Promise<ExperimentChange>;
  /** From now on it assigns calls. One experiment runs on a route at a time. @throws ValidationProblem, NotFoundProblem */
  start(caller: Caller, id: string): Promise<ExperimentChange>;
  /** Everybody goes back to what the route says. @throws ValidationProblem, NotFoundProblem */
  stop(caller: Caller, input: { readonly id: string; readonly reason: string }): Promise<ExperimentChange>;
  /**
   * Publishes a version of the route that asks the arm's model first, and ends the experiment. When the second step
   * fails the first stands, and promoting again finds it done.
   * @throws ValidationProblem, NotFoundProblem
   */
  promote(
    caller: Caller,
    input: { readonly id: string; readonly arm: string; readonly note?: string | null | undefined },
    models: ModelBook,
  ): Promise<ExperimentChange>;
  /** What a broken guard-rail does. @returns false when it does not run any more */
  rollBack(experiment: Experiment, why: string): Promise<boolean>;
}

export interface ExperimentChange {
  readonly experimentId: string;
  readonly change: ChangeReceipt;
}

/** Lets a route ask `model` first, in one rule or all; the routing room's door, handed in by gateway.ts. */
export type Prefer = (
  caller: Caller,
  wanted: { readonly routeId: string; readonly model: string; readonly rule: string | null; readonly note: string },
  models: ModelBook,
) => Promise<unknown>;

export function controlExperiments(
  database: Database,
  changes: Changes,
  prefer: Prefer,
  { ids, clock }: Runtime,
): ControlExperiments {
  /** From one status to another, in one change. */
  const move = async (
    actor: Actor,
    organizationId: string,
    id: string,
    step: {
      readonly action: string;
      readonly from: readonly ExperimentStatus[];
      readonly to: ExperimentStatus;
      readonly reason: string | null;
      readonly check?: (tx: Transaction, experiment: Experiment) => Promise<void>;
    },
  ): Promise<ExperimentChange> => {
    const change = await changes.make(`${topicPrefix}:${organizationId}`, async (tx) => {
      const before = await experimentById(tx, organizationId, id);
      if (!before) throw new NotFoundProblem('Experiment', id);
      if (!step.from.includes(before.status)) throw isAlready(before, step.to);
      await step.check?.(tx, before);
      const now = clock.now();
      const after: Experiment = {
        ...before,
        status: step.to,
        ...(step.to === 'RUNNING' ? { startedAt: now } : { endedAt: now, conclusion: step.reason }),
      };
      await updateExperiment(tx, after, new Date(now));
      const { action, reason } = step;
      const diff = diffOf({ status: before.status }, { status: after.status });
      return { organizationId, actor, action, resourceType: 'Experiment', resourceId: id, reason, diff };
    });
    return { experimentId: id, change };
  };

  return {
    async create(caller, given, models) {
      const { idempotencyKey, ...wanted } = parse(createInput, given);
      refuseUnknownModels(wanted, models);
      const { organizationId, apiKeyId: actorId } = caller;
      const change = await changes.make(
        `${topicPrefix}:${organizationId}`,
        async (tx) => {
          const route = await routeOf(tx, organizationId, wanted.route);
          if (!route) throw new NotFoundProblem('Route', wanted.route);
          refuseUnknownRule(wanted, route.rules);
          if (await slugTaken(tx, organizationId, wanted.slug)) {
            const message = `There is an experiment '${wanted.slug}' already. Experiments are not changed: make another one.`;
            throw ValidationProblem.at('slug', 'SLUG_TAKEN', message);
          }
          const { route: routeId, ...content } = wanted;
          const experiment: Experiment = {
            id: ids.next('exp'),
            organizationId,
            status: 'DRAFT',
            routeId,
            routeSlug: route.slug,
            ...content,
            conclusion: null,
            revision: 1,
            startedAt: null,
            endedAt: null,
          };
          await insertExperiment(tx, experiment, new Date(clock.now()));
          return {
            organizationId,
            actor: actorOf(caller),
            action: 'experiment.create',
            resourceType: 'Experiment',
            resourceId: experiment.id,
            diff: diffOf(null, wanted as unknown as Json),
          };
        },
        idempotencyKey
          ? { organizationId, actorId, key: idempotencyKey, input: { operation: 'experimentCreate', ...wanted } }
          : undefined,
      );
      return { experimentId: change.resourceId, change };
    },
    start: (caller, id) =>
      move(actorOf(caller), caller.organizationId, id, {
        action: 'experiment.start',
        from: ['DRAFT'],
        to: 'RUNNING',
        reason: null,
        async check(tx, { routeId, routeSlug }) {
          const other = await runningOn(tx, routeId);
          if (!other) return;
          const message = `Experiment '${other}' runs on route '${routeSlug}'. Stop it first: one runs at a time.`;
          throw ValidationProblem.at('id', 'ROUTE_TAKEN', message);
        },
      }),
    stop(caller, given) {
      const { id, reason } = parse(endInput, given);
      const step = { action: 'experiment.stop', from: ['DRAFT', 'RUNNING'], to: 'COMPLETED', reason } as const;
      return move(actorOf(caller), caller.organizationId, id, step);
    },
    async promote(caller, given, models) {
      const { id, arm: name, note } = parse(promoteInput, given);
      const experiment = await experimentById(database, caller.organizationId, id);
      if (!experiment) throw new NotFoundProblem('Experiment', id);
      if (experiment.status !== 'RUNNING') throw isAlready(experiment, 'COMPLETED');
      const arm = experiment.arms.find((one) => one.name === name);
      if (!arm) {
        const names = experiment.arms.map((one) => one.name);
        throw ValidationProblem.at('arm', 'UNKNOWN', `There is no arm '${name}'.`, nearest(name, names));
      }
      const { routeId, rule, slug } = experiment;
      const reason = note ?? `Experiment ${slug}: arm ${name} is promoted.`;
      if (arm.model !== null) await prefer(caller, { routeId, model: arm.model, rule, note: reason }, models);
      const step = { action: 'experiment.promote', from: ['RUNNING'], to: 'COMPLETED', reason } as const;
      return move(actorOf(caller), caller.organizationId, id, step);
    },
    async rollBack({ organizationId, id }, reason) {
      const step = { action: 'experiment.rollback', from: ['RUNNING'], to: 'ROLLED_BACK', reason } as const;
      try {
        await move(systemActor, organizationId, id, step);
        return true;
      } catch (error) {
        // Another instance was faster, or a person.
        if (error instanceof ValidationProblem) return false;
        throw error;
      }
    },
  };
}

function isAlready({ slug, status }: Experiment, to: ExperimentStatus): ValidationProblem {
  const message = `Experiment '${slug}' is ${status}, which nothing can become ${to} from. Make a new one.`;
  return ValidationProblem.at('id', 'WRONG_STATUS', message);
}

function refuseUnknownModels({ arms }: ExperimentToCreate, models: ModelBook): void {
  for (const [place, { model }] of arms.entries()) {
    if (model === null || models.get(model)) continue;
    throw ValidationProblem.at(
      `arms.${place}.model`,
      'UNKNOWN',
      `There is no model '${model}'.`,
      nearestModels(model, models),
    );
  }
}

function refuseUnknownRule({ rule }: ExperimentToCreate, published: readonly string[] | null): void {
  if (rule === null || !published || published.includes(rule)) return;
  const message = `The published version of the route has no rule '${rule}'.`;
  throw ValidationProblem.at('rule', 'UNKNOWN', message, nearest(rule, published));
}

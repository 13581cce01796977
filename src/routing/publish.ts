import { z } from 'zod';
import type { Caller } from '../core/caller.ts';
import { actorOf, type FieldChange } from '../core/change.ts';
import type { ModelBook } from '../core/decision.ts';
import { parse } from '../core/parse.ts';
import { NotFoundProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';
import type { Transaction } from '../platform/database/database.ts';
import { changedSince, type RouteChange, topicOf } from './change.ts';
import { difference } from './difference.ts';
import type { RouteRule } from './rules.ts';
import { type RouteRow, routeById, updateRoute, versionOf } from './store.ts';
import { warningsFor } from './warnings.ts';

const publishInput = z.object({
  id: z.string(),
  version: z.int(),
  expectedRevision: z.int(),
  /** For the audit log. */
  note: z.string().max(500).nullish(),
});

const rollbackInput = z.object({
  id: z.string(),
  toVersion: z.int(),
  reason: z.string().trim().min(1, 'say why, for the audit log').max(500),
});

export type RoutePublishInput = z.input<typeof publishInput>;
export type RouteRollbackInput = z.input<typeof rollbackInput>;

export function publishRoute(changes: Changes, runtime: Runtime) {
  return async (caller: Caller, input: RoutePublishInput, models: ModelBook): Promise<RouteChange> => {
    const { id, version, expectedRevision, note } = parse(publishInput, input);
    return serve(changes, runtime, caller, models, {
      action: 'route.publish',
      id,
      version,
      reason: note ?? null,
      check: (route) => {
        if (route.revision !== expectedRevision) throw changedSince(route);
      },
    });
  };
}

/** Asks for no revision: whoever rolls back is in a hurry and knows where to. */
export function rollbackRoute(changes: Changes, runtime: Runtime) {
  return async (caller: Caller, input: RouteRollbackInput, models: ModelBook): Promise<RouteChange> => {
    const { id, toVersion, reason } = parse(rollbackInput, input);
    return serve(changes, runtime, caller, models, {
      action: 'route.rollback',
      id,
      version: toVersion,
      reason,
      check: ({ slug, publishedVersion }) => {
        if (publishedVersion !== null && toVersion < publishedVersion) return;
        const current = publishedVersion === null ? 'nothing is published' : `version ${publishedVersion} is published`;
        const message = `Route '${slug}' cannot go back to version ${toVersion}: ${current}. Use routePublish.`;
        throw ValidationProblem.at('toVersion', 'NOT_EARLIER', message);
      },
    });
  };
}

interface Step {
  readonly action: string;
  readonly id: string;
  readonly version: number;
  readonly reason: string | null;
  /** Refuses by throwing. */
  readonly check: (route: RouteRow) => void;
}

/** Makes `version` the one that serves traffic. */
async function serve(
  changes: Changes,
  runtime: Runtime,
  caller: Caller,
  models: ModelBook,
  { action, id, version, reason, check }: Step,
): Promise<RouteChange> {
  const { organizationId } = caller;
  let diff: readonly FieldChange[] = [];
  let rules: readonly RouteRule[] = [];
  const change = await changes.make(topicOf(organizationId), async (tx) => {
    const route = await routeById(tx, organizationId, id);
    if (!route) throw new NotFoundProblem('Route', id);
    check(route);
    const wanted = await versionOf(tx, id, version);
    if (!wanted) throw new NotFoundProblem('RouteVersion', `${route.slug} version ${version}`);
    rules = wanted.rules;
    const after = { ...route, publishedVersion: version };
    diff = difference({ ...route, rules: await servedRules(tx, route) }, { ...after, rules });
    await updateRoute(tx, after, new Date(runtime.clock.now()));
    return {
      organizationId,
      actor: actorOf(caller),
      action,
      resourceType: 'Route',
      resourceId: id,
      reason,
      diff,
    };
  });
  return { routeId: id, change, diff, warnings: warningsFor(rules, models) };
}

async function servedRules(tx: Transaction, { id, publishedVersion }: RouteRow): Promise<readonly RouteRule[]> {
  if (publishedVersion === null) return [];
  return (await versionOf(tx, id, publishedVersion))?.rules ?? [];
}

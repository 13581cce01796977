import type { Caller } from '../core/caller.ts';
import { actorOf, type FieldChange } from '../core/change.ts';
import type { ModelBook } from '../core/decision.ts';
import { parse } from '../core/parse.ts';
import { type InputIssue, NotFoundProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import { nearestModels } from '../core/suggest.ts';
import { type Changes, idempotencyOf } from '../platform/changes.ts';
import type { Transaction } from '../platform/database/database.ts';
import { changedSince, type RouteChange, topicOf } from './change.ts';
import { difference } from './difference.ts';
import { type RouteSaveInput, type RouteToSave, saveInput, withIds } from './rules.ts';
import {
  insertRoute,
  insertVersion,
  latestVersion,
  type RouteRow,
  routeById,
  routeBySlug,
  updateRoute,
  type VersionRow,
} from './store.ts';
import { warningsFor } from './warnings.ts';

/** Writes a new version of a route, and the route itself when there is none; see the door. */
export function saveRoute(changes: Changes, runtime: Runtime) {
  return async (caller: Caller, input: RouteSaveInput, models: ModelBook): Promise<RouteChange> => {
    const wanted = parse(saveInput, input);
    refuseUnknownModels(wanted, models);
    const { organizationId } = caller;
    let diff: readonly FieldChange[] = [];
    const made = await changes.make(
      topicOf(organizationId),
      async (tx) => {
        const route = await routeToChange(tx, organizationId, wanted);
        const saved = await writeVersion(tx, caller, wanted, route, runtime);
        diff = saved.diff;
        return {
          organizationId,
          actor: actorOf(caller),
          action: 'route.save',
          resourceType: 'Route',
          resourceId: saved.routeId,
          reason: wanted.note ?? null,
          diff,
        };
      },
      idempotencyOf(caller, 'routeSave', wanted),
    );
    return { routeId: made.resourceId, change: made, diff, warnings: warningsFor(wanted.rules, models) };
  };
}

function refuseUnknownModels({ rules }: RouteToSave, models: ModelBook): void {
  const issues: InputIssue[] = [];
  for (const [ruleIndex, rule] of rules.entries()) {
    for (const list of ['targets', 'fallbacks'] as const) {
      for (const [targetIndex, { model }] of rule[list].entries()) {
        if (models.get(model)) continue;
        const path = ['rules', String(ruleIndex), list, String(targetIndex), 'model'];
        issues.push({
          path,
          code: 'UNKNOWN',
          message: `There is no model '${model}'.`,
          suggestions: nearestModels(model, models),
        });
      }
    }
  }
  if (issues.length > 0) throw new ValidationProblem(issues);
}

/** The route that `input` means; null when it is to be made. */
async function routeToChange(tx: Transaction, organizationId: string, input: RouteToSave): Promise<RouteRow | null> {
  if (!input.id) {
    const taken = await routeBySlug(tx, organizationId, input.slug);
    if (!taken) return null;
    const message = `There is a route '${input.slug}' already. To save a new version of it, pass its id ${taken.id}.`;
    throw ValidationProblem.at('slug', 'SLUG_TAKEN', message);
  }
  const route = await routeById(tx, organizationId, input.id);
  if (!route) throw new NotFoundProblem('Route', input.id);
  const { expectedRevision } = input;
  if (typeof expectedRevision === 'number' && expectedRevision !== route.revision) throw changedSince(route);
  if (input.slug !== route.slug) {
    const message = `Callers know this route as '${route.slug}', so it keeps that slug. Save a new route instead.`;
    throw ValidationProblem.at('slug', 'SLUG_FIXED', message);
  }
  return route;
}

async function writeVersion(
  tx: Transaction,
  caller: Caller,
  wanted: RouteToSave,
  existing: RouteRow | null,
  { ids, clock }: Runtime,
): Promise<{ routeId: string; diff: FieldChange[] }> {
  const { organizationId } = caller;
  const { name, description, slug } = wanted;
  const createdAt = new Date(clock.now());
  const latest: VersionRow | null = existing && (await latestVersion(tx, existing.id));
  const rules = withIds(wanted.rules, latest?.rules ?? [], ids.next);
  const route: RouteRow = existing
    ? { ...existing, name, description }
    : { id: ids.next('rte'), slug, name, description, publishedVersion: null, revision: 1 };
  if (existing) await updateRoute(tx, route, createdAt);
  else await insertRoute(tx, organizationId, route, createdAt);
  await insertVersion(tx, {
    id: ids.next('rtv'),
    organizationId,
    routeId: route.id,
    version: (latest?.version ?? 0) + 1,
    rules,
    note: wanted.note ?? null,
    createdBy: caller.apiKeyId,
    createdAt,
  });
  const before = existing && { ...existing, rules: latest?.rules ?? [] };
  return { routeId: route.id, diff: difference(before, { ...route, rules }) };
}

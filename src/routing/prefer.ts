import type { Caller } from '../core/caller.ts';
import { actorOf, type FieldChange } from '../core/change.ts';
import type { ModelBook } from '../core/decision.ts';
import { NotFoundProblem, ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';
import { type RouteChange, topicOf } from './change.ts';
import { difference } from './difference.ts';
import { type RouteRule, type RuleTarget, targetDefaults, wholeRules } from './rules.ts';
import { insertVersion, latestVersion, routeById, updateRoute, versionOf } from './store.ts';
import { warningsFor } from './warnings.ts';

export interface Preference {
  readonly routeId: string;
  /** `provider/model` */
  readonly model: string;
  /** The name of a rule; null: all of them. */
  readonly rule: string | null;
  /** For the version and the audit log. */
  readonly note: string;
}

/** No rule holds more. */
const MOST_FALLBACKS = 20;

/**
 * Publishes what is published with `model` asked first; what was asked before it becomes its fallbacks, in the order
 * written. Drafts stay drafts. Does nothing new when it is asked first already.
 * @throws NotFoundProblem, ValidationProblem when nothing is published
 */
export function preferModel(changes: Changes, { ids, clock }: Runtime) {
  return async (
    caller: Caller,
    { routeId, model, rule, note }: Preference,
    models: ModelBook,
  ): Promise<RouteChange> => {
    const { organizationId } = caller;
    let diff: readonly FieldChange[] = [];
    let rules: readonly RouteRule[] = [];
    const change = await changes.make(topicOf(organizationId), async (tx) => {
      const route = await routeById(tx, organizationId, routeId);
      if (!route) throw new NotFoundProblem('Route', routeId);
      const served = route.publishedVersion === null ? null : await versionOf(tx, routeId, route.publishedVersion);
      if (!served) throw ValidationProblem.at('id', 'NOT_PUBLISHED', `Route '${route.slug}' serves nothing yet.`);
      const before = wholeRules(served.rules);
      rules = before.map((one) => (rule === null || one.name === rule ? preferring(one, model, ids.next) : one));
      const version = ((await latestVersion(tx, routeId))?.version ?? 0) + 1;
      const at = new Date(clock.now());
      const after = { ...route, publishedVersion: version };
      diff = difference({ ...route, rules: before }, { ...after, rules });
      const createdBy = caller.apiKeyId;
      const id = ids.next('rtv');
      await insertVersion(tx, { id, organizationId, routeId, version, rules, note, createdBy, createdAt: at });
      await updateRoute(tx, after, at);
      const actor = actorOf(caller);
      return {
        organizationId,
        actor,
        action: 'route.publish',
        resourceType: 'Route',
        resourceId: routeId,
        reason: note,
        diff,
      };
    });
    return { routeId, change, diff, warnings: warningsFor(rules, models) };
  };
}

function preferring(rule: RouteRule, model: string, next: (prefix: 'tgt') => string): RouteRule {
  const { targets, fallbacks } = rule;
  if (targets.length === 1 && targets[0]!.model === model) return rule;
  const known = [...targets, ...fallbacks];
  const first: RuleTarget = known.find((target) => target.model === model) ?? {
    id: next('tgt'),
    model,
    ...targetDefaults,
    enabled: true,
  };
  const others = known.filter((target) => target !== first).slice(0, MOST_FALLBACKS);
  return { ...rule, strategy: 'PRIORITY', stickyBy: 'NONE', targets: [{ ...first, enabled: true }], fallbacks: others };
}

import { systemActor } from '../core/change.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/database.ts';
import { topicOf } from './change.ts';
import { difference } from './difference.ts';
import { type RouteRule, ruleDefaults, targetDefaults } from './rules.ts';
import { insertRoute, insertVersion, type RouteRow } from './store.ts';

/** A provider that can answer from the start, and the models to begin with: `provider/model` or the bare model id. */
export interface SeededProvider {
  readonly slug: string;
  readonly large: string;
  readonly small: string;
}

interface SeededRoute {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly models: readonly string[];
}

/** The provider that needs no key: `default` works on the first start. */
const SIMULATOR = 'sim';

/**
 * Publishes the routes a fresh house starts with. A route that exists is left as people made it; one that was seeded
 * before is not seeded again, which is what the idempotency keys are for.
 */
export function seedRoutes(database: Database, changes: Changes, runtime: Runtime) {
  return async (organizationId: string, seeded: readonly SeededProvider[]): Promise<void> => {
    const rows = await database.query<{ slug: string }>('SELECT slug FROM route WHERE organization_id = $1', [
      organizationId,
    ]);
    const existing = new Set(rows.map(({ slug }) => slug));
    for (const route of seeded.flatMap(routesOf).filter(({ slug }) => !existing.has(slug))) {
      await seedRoute(changes, runtime, organizationId, route);
    }
  };
}

function routesOf({ slug, large, small }: SeededProvider): SeededRoute[] {
  const named = (model: string) => (model.startsWith(`${slug}/`) ? model : `${slug}/${model}`);
  if (slug === SIMULATOR) {
    const description = 'Answers from the simulator, without a key or a network. Point it at a real model when ready.';
    return [{ slug: 'default', name: 'Default', description, models: [named(small), named(large)] }];
  }
  return [
    { slug: `${slug}-large`, name: `${slug}, large`, description: '', models: [named(large)] },
    { slug: `${slug}-small`, name: `${slug}, small`, description: '', models: [named(small)] },
  ];
}

async function seedRoute(
  changes: Changes,
  { ids, clock }: Runtime,
  organizationId: string,
  { slug, name, description, models }: SeededRoute,
): Promise<void> {
  const targets = models.map((model) => ({ id: ids.next('tgt'), model, ...targetDefaults, enabled: true }));
  const rules: RouteRule[] = [{ ...ruleDefaults, id: ids.next('rul'), name: 'always', targets }];
  const route: RouteRow = { id: ids.next('rte'), slug, name, description, publishedVersion: 1, revision: 1 };
  const createdAt = new Date(clock.now());
  await changes.make(
    topicOf(organizationId),
    async (tx) => {
      await insertRoute(tx, organizationId, route, createdAt);
      await insertVersion(tx, {
        id: ids.next('rtv'),
        organizationId,
        routeId: route.id,
        version: 1,
        rules,
        note: null,
        createdBy: systemActor.id,
        createdAt,
      });
      return {
        organizationId,
        actor: systemActor,
        action: 'route.seed',
        resourceType: 'Route',
        resourceId: route.id,
        diff: difference(null, { ...route, rules }),
      };
    },
    { organizationId, actorId: systemActor.id, key: `first-start:route:${slug}`, input: slug },
  );
}

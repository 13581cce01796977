import { appendAudit } from '../../src/audit/index.ts';
import type { Caller } from '../../src/core/caller.ts';
import type { ProviderCard } from '../../src/core/decision.ts';
import { timeSortedIds } from '../../src/core/runtime.ts';
import { createModels } from '../../src/models/index.ts';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import { createChanges } from '../../src/platform/changes.ts';
import { createSnapshots } from '../../src/platform/snapshots.ts';
import { createRouting, type RouteSaveInput, type Routing } from '../../src/routing/index.ts';
import { aCaller } from '../support/callers.ts';
import { testDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { aModel, aProvider, simulator } from '../support/providers.ts';
import { systemRuntime } from '../support/runtime.ts';

const openai = aProvider({ slug: 'openai', models: [aModel('gpt', 128_000, { input: 3, output: 12 })] });
const keyless = aProvider({ slug: 'keyless', hasCredential: false, anyModel: true });
const providers: readonly ProviderCard[] = [simulator, openai, keyless];

/** The routing room over a database of its own. Tests keep apart by organization: `stranger()` makes a new one. */
export async function openHouse() {
  const { clock, ...rest } = testRuntime();
  const runtime = { ...rest, clock, ids: timeSortedIds(clock) };
  const database = await testDatabase();
  const bus = createMemoryBus(systemRuntime.log);
  // On the real clock: between processes, changes are found by polling.
  const snapshots = createSnapshots(database, bus, systemRuntime);
  const otherSnapshots = createSnapshots(database, bus, systemRuntime);
  const changes = createChanges(database, bus, appendAudit(runtime, testKeyring));
  const models = createModels({ providersOf: async () => providers, database, snapshots, changes, runtime });
  const routing = createRouting({ database, snapshots, changes, runtime });
  const elsewhere = createRouting({ database, snapshots: otherSnapshots, changes, runtime });
  const book = await models.book('any');
  return {
    runtime,
    database,
    models,
    routing,
    stranger: (): Caller => aCaller(runtime.ids.next('org')),
    /** Saves a version with these targets: a new route, or the next version of `id`. */
    save: (caller: Caller, targets: readonly string[], different: Partial<RouteSaveInput> = {}) =>
      routing.save(caller, routeInput(targets, different), book),
    publish: (caller: Caller, id: string, version: number, expectedRevision: number) =>
      routing.publish(caller, { id, version, expectedRevision, note: null }, book),
    rollback: (caller: Caller, id: string, toVersion: number) =>
      routing.rollback(caller, { id, toVersion, reason: 'it was better' }, book),
    /** The models that route `slug` would ask, or null when it serves nothing. */
    serving: (caller: Caller, slug: string) => served(routing, caller, slug),
    /** The same on another instance, which hears of changes by the bus. */
    servingElsewhere: (caller: Caller, slug: string) => served(elsewhere, caller, slug),
    auditOf: ({ organizationId }: Caller) =>
      database.prisma.auditEvent.findMany({ where: { organizationId }, orderBy: { id: 'asc' } }),
    close: async () => {
      snapshots.close();
      otherSnapshots.close();
      await bus.close();
      await database.close();
    },
  };
}

export type House = Awaited<ReturnType<typeof openHouse>>;

async function served(routing: Routing, { organizationId }: Caller, slug: string): Promise<string[] | null> {
  const route = (await routing.routes(organizationId)).get(slug);
  return route && route.rules[0]!.targets.map(({ model }) => model);
}

export function routeInput(targets: readonly string[], different: Partial<RouteSaveInput> = {}): RouteSaveInput {
  return {
    slug: 'support',
    name: 'Support',
    rules: [{ name: 'always', targets: targets.map((model) => ({ model })) }],
    ...different,
  };
}

import { appendAudit } from '../../src/audit/index.ts';
import type { ProviderCard } from '../../src/core/decision.ts';
import { timeSortedIds } from '../../src/core/runtime.ts';
import { createModels, type Models } from '../../src/models/index.ts';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import { createChanges } from '../../src/platform/changes.ts';
import { createSnapshots } from '../../src/platform/snapshots.ts';
import { aCaller } from '../support/callers.ts';
import { testDatabase } from '../support/database.ts';
import { testKeyring } from '../support/keyring.ts';
import { testRuntime } from '../support/manual-clock.ts';
import { systemRuntime } from '../support/runtime.ts';

/** The models room over a database of its own; its clock stands at 2026-09-01. Tests keep apart by organization. */
export async function openHouse() {
  const { clock, ...rest } = testRuntime({ startsAt: Date.UTC(2026, 8, 1) });
  const runtime = { ...rest, clock, ids: timeSortedIds(clock) };
  const database = await testDatabase();
  const bus = createMemoryBus(systemRuntime.log);
  const snapshots = createSnapshots(database, bus, systemRuntime);
  const changes = createChanges(database, bus, appendAudit(runtime, testKeyring));
  return {
    runtime,
    database,
    changes,
    models: (providersOf: (organizationId: string) => Promise<readonly ProviderCard[]>): Models =>
      createModels({ providersOf, database, snapshots, changes, runtime }),
    stranger: () => aCaller(runtime.ids.next('org')),
    auditOf: (organizationId: string) =>
      database.prisma.auditEvent.findMany({ where: { organizationId }, orderBy: { id: 'asc' } }),
    async close() {
      snapshots.close();
      await bus.close();
      await database.close();
    },
  };
}

export type House = Awaited<ReturnType<typeof openHouse>>;

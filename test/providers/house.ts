import { appendAudit } from '../../src/audit/index.ts';
import type { NewAlert } from '../../src/core/alert.ts';
import type { Caller } from '../../src/core/caller.ts';
import { timeSortedIds } from '../../src/core/runtime.ts';
import { Secret } from '../../src/core/secret.ts';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import { createChanges } from '../../src/platform/changes.ts';
import { createEgress } from '../../src/platform/egress.ts';
import { createKeyring } from '../../src/platform/keyring.ts';
import { createSnapshots } from '../../src/platform/snapshots.ts';
import { createProviders } from '../../src/providers/index.ts';
import { aCaller } from '../support/callers.ts';
import { testDatabase } from '../support/database.ts';
import { seededRandom } from '../support/manual-clock.ts';
import { silentLog, systemRuntime } from '../support/runtime.ts';

/** The providers room over a database of its own. Tests keep apart by organization: `stranger()` makes a new one. */
export async function openHouse() {
  const runtime = { ...systemRuntime, ids: timeSortedIds(systemRuntime.clock), random: seededRandom(1) };
  const database = await testDatabase();
  const bus = createMemoryBus(silentLog);
  const snapshots = createSnapshots(database, bus, runtime);
  const keyring = createKeyring(new Secret('a secret key of this test, long enough'));
  const changes = createChanges(database, bus, appendAudit(runtime, keyring));
  const egress = createEgress({ allow: ['127.0.0.1'] });
  const told: NewAlert[] = [];
  const tell = (alert: NewAlert) => void told.push(alert);
  const needs = { database, snapshots, changes, keyring, egress, tell, runtime };
  const withEnvironment = (environment: Readonly<Record<string, string>>) => createProviders({ ...needs, environment });
  return {
    runtime,
    database,
    /** Alerts, as the room told them. */
    told,
    providers: withEnvironment({}),
    /** The same room in a process with other variables. */
    withEnvironment,
    stranger: (): Caller => aCaller(runtime.ids.next('org')),
    auditOf: ({ organizationId }: Caller) =>
      database.prisma.auditEvent.findMany({ where: { organizationId }, orderBy: { id: 'asc' } }),
    close: async () => {
      snapshots.close();
      await bus.close();
      await egress.close();
      await database.close();
    },
  };
}

export type House = Awaited<ReturnType<typeof openHouse>>;

import { type Access, createAccess } from '../../src/access/index.ts';
import { appendAudit } from '../../src/audit/index.ts';
import type { Caller } from '../../src/core/caller.ts';
import { type Runtime, timeSortedIds } from '../../src/core/runtime.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Bus } from '../../src/platform/bus/bus.ts';
import { createMemoryBus } from '../../src/platform/bus/memory.ts';
import { createChanges } from '../../src/platform/changes.ts';
import type { Database } from '../../src/platform/database/database.ts';
import { createEgress } from '../../src/platform/egress.ts';
import { createJobs } from '../../src/platform/jobs.ts';
import { createKeyring } from '../../src/platform/keyring.ts';
import { createSnapshots, type Snapshots } from '../../src/platform/snapshots.ts';
import { type ManualClock, RecordingLogger, testRuntime } from '../support/manual-clock.ts';

/** What one process of a deployment needs for its access room. Several over one database are several instances. */
export interface Instance {
  readonly access: Access;
  readonly runtime: Runtime & { readonly clock: ManualClock; readonly log: RecordingLogger };
  readonly snapshots: Snapshots;
  /** The caller behind a secret. */
  enter(secret: Secret | null | string, ip?: string): Promise<Caller>;
  close(): Promise<void>;
}

export const SECRET_KEY = 'a secret key for the tests of access';

export interface Surroundings {
  readonly clock?: ManualClock;
  /** Give two instances one bus, and they hear of each other; give none, and only the poll is left. */
  readonly bus?: Bus;
  readonly secretKey?: string;
}

export function openInstance(database: Database, surroundings: Surroundings = {}): Instance {
  const clock = surroundings.clock ?? testRuntime().clock;
  const log = new RecordingLogger();
  // Ids of several instances must not meet in one database, so they are made of chance as in the real house.
  const runtime = { ...testRuntime(), clock, log, ids: timeSortedIds(clock) };
  const bus = surroundings.bus ?? createMemoryBus(log);
  const snapshots = createSnapshots({ ...database, kind: 'postgres' }, bus, runtime);
  const keyring = createKeyring(new Secret(surroundings.secretKey ?? SECRET_KEY));
  const changes = createChanges(database, bus, appendAudit(runtime, keyring));
  const jobs = createJobs(database, runtime);
  const egress = createEgress({ allow: [] });
  const access = createAccess({ database, snapshots, changes, jobs, keyring, egress, note: () => {}, runtime });
  return {
    access,
    runtime,
    snapshots,
    enter: (secret, ip) =>
      access.authenticate({
        authorization: `Bearer ${secret instanceof Secret ? secret.reveal() : secret}`,
        ip: ip ?? null,
      }),
    async close() {
      await access.close();
      await jobs.close();
      await egress.close();
      snapshots.close();
    },
  };
}

/** News that never arrives. */
export const deafBus: Bus = { publish: async () => {}, subscribe: () => () => {}, close: async () => {} };

let organizations = 0;

/** A fresh organization's admin: every test has one of its own. */
export async function newAdmin({ access, enter }: Instance, operator: Caller): Promise<Caller> {
  const slug = `org-${++organizations}`;
  const { secret } = await access.organizationCreate(operator, { slug, name: slug });
  return enter(secret);
}

/** The caller of the house's own admin key, made or replaced for this instance. */
export async function operatorOf({ access, enter }: Instance): Promise<Caller> {
  const key = 'the-operators-own-admin-key';
  await access.firstStart(new Secret(key));
  return enter(key);
}

import type { NewAlert } from '../core/alert.ts';
import type { Caller } from '../core/caller.ts';
import type { ChangeReceipt } from '../core/change.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/database.ts';
import type { Egress } from '../platform/egress.ts';
import type { Jobs } from '../platform/jobs.ts';
import type { Keyring } from '../platform/keyring.ts';
import type { Mailer } from '../platform/mail.ts';
import { acknowledge } from './acknowledge.ts';
import { type ChannelChange, type ChannelSaveInput, channelWrites } from './channels.ts';
import { createDeliverer } from './deliver.ts';
import { type AlertFilter, follow } from './follow.ts';
import { createRaise } from './raise.ts';
import type { AlertRow } from './store.ts';
import { anomalyWatch } from './watch-anomalies.ts';

export type { ChannelChange } from './channels.ts';
export { erasableAlerts } from './erasable.ts';
export type { AlertFilter } from './follow.ts';
export type { AlertRow } from './store.ts';

/** What people should hear of: kept once, shown in order, sent to where they are. */
export interface Alerts {
  /**
   * Keeps an alert and puts it on its way to every channel that wants it, in one transaction.
   * @returns false when the organization has one with this key already: nothing was done
   * @throws UnavailableProblem when the database does not answer
   */
  raise(alert: NewAlert): Promise<boolean>;
  /** The same without waiting; a failure is logged. At most 1000 wait, what comes then is logged and dropped. */
  tell(alert: NewAlert): void;
  /**
   * Alerts in the order they were kept, from now on or after a cursor, missed ones first; ends when `signal` aborts.
   * An alert is seen within two seconds also when the bus has lost its news.
   */
  follow(
    organizationId: string,
    filter: AlertFilter,
    after: bigint | null,
    signal: AbortSignal,
  ): AsyncIterable<AlertRow>;
  /** Acknowledged ones stay as they are. @throws NotFoundProblem for an id that is none; nothing is done then */
  acknowledge(
    caller: Caller,
    ids: readonly string[],
    comment: string | null,
  ): Promise<{ readonly ids: readonly string[]; readonly change: ChangeReceipt }>;
  channelSave(caller: Caller, input: ChannelSaveInput): Promise<ChannelChange>;
  channelDelete(caller: Caller, id: string): Promise<ChannelChange>;
  /** Sends a sample, also through a channel that is switched off. */
  channelTest(caller: Caller, id: string): Promise<ChannelChange>;
  /** Tries a delivery once more, at once. */
  deliveryRetry(caller: Caller, id: string): Promise<ChannelChange>;
  readonly anomalies: Pick<ReturnType<typeof anomalyWatch>, 'backtest' | 'save'>;
  /** Resolves when nothing is being sent or kept any more. */
  close(): Promise<void>;
}

export interface AlertsNeeds {
  readonly database: Database;
  readonly changes: Changes;
  readonly bus: Bus;
  readonly jobs: Jobs;
  readonly keyring: Keyring;
  readonly egress: Egress;
  /** Null when no mail server is configured: e-mail channels cannot be saved then. */
  readonly mailer: Mailer | null;
  readonly runtime: Runtime;
}

const ANOMALIES_MS = 600_000;

export function createAlerts(needs: AlertsNeeds): Alerts {
  const { database, changes, bus, jobs, keyring, egress, mailer, runtime } = needs;
  const deliverer = createDeliverer({ database, keyring, egress, mailer, runtime });
  const raising = createRaise(database, bus, runtime, deliverer.wake);
  const channels = channelWrites({ changes, keyring, runtime, mailer, wake: deliverer.wake });
  const anomalies = anomalyWatch(database, changes, runtime.clock);
  jobs.every('anomalies', ANOMALIES_MS, (tx) => anomalies.look(tx, raising.tell));
  return {
    anomalies,
    raise: raising.raise,
    tell: raising.tell,
    follow: (organizationId, filter, after, signal) =>
      follow(database, bus, runtime.clock, organizationId, filter, after, signal),
    acknowledge: acknowledge(changes, runtime),
    channelSave: channels.save,
    channelDelete: channels.delete,
    channelTest: channels.test,
    deliveryRetry: channels.retry,
    async close() {
      await raising.close();
      await deliverer.close();
    },
  };
}

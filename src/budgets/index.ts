import type { NewAlert } from '../core/alert.ts';
import type { Caller } from '../core/caller.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database } from '../platform/database/database.ts';
import type { Jobs } from '../platform/jobs.ts';
import type { Snapshots } from '../platform/snapshots.ts';
import { loadBook } from './book.ts';
import { createCalibration } from './calibration.ts';
import { type Discrepancy, discrepancies, rebuild } from './check.ts';
import { createTeller } from './crossings.ts';
import { type BudgetCheck, forecast } from './forecast.ts';
import { SWEEP_BATCH, sweep } from './ledger.ts';
import { type Opening, openPurse, type Spending } from './purse.ts';
import { type ControlBudgets, controlBudgets } from './save.ts';
import { type BudgetStatus, statusOf } from './status.ts';
import { createTill } from './till.ts';

export type { BudgetAction } from './book.ts';
export type { Discrepancy } from './check.ts';
export type { BudgetCheck } from './forecast.ts';
export type { Opening, Purse, Spending } from './purse.ts';
export type { BudgetAdjustInput, BudgetChange, BudgetSaveInput } from './save.ts';
export type { BudgetState, BudgetStatus } from './status.ts';

/** Money that neither leaks nor lies: held before an attempt, posted after it, in one ledger that adds up. */
export interface Budgets extends ControlBudgets {
  /**
   * Holds the money for a call's first attempt, on every budget that pays for it or on none; free of any database when
   * none does. See purse.ts for what follows, and for what it throws.
   */
  open(spending: Spending, signal: AbortSignal): Promise<Opening>;
  /** What the budgets would say to a call, without holding anything. */
  forecast(call: Omit<Spending, 'requestId' | 'deadlineMs' | 'downgraded'>): Promise<readonly BudgetCheck[]>;
  /** How a budget stands now. @param subject whose account, where the budget has one for each */
  status(caller: Caller, budgetId: string, subject?: string): Promise<BudgetStatus | null>;
  /** Balances that are not the sum of their entries. */
  check(organizationId: string): Promise<readonly Discrepancy[]>;
  /** Makes balances the sum of their entries again. */
  rebuild(organizationId: string): Promise<void>;
  /** Ends what dead processes left behind; comes round by itself every 10 s. @returns how many holds it ended */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

export interface BudgetsOptions {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly changes: Changes;
  readonly jobs: Jobs;
  /** Keeps an alert, once per key. */
  readonly raise: (alert: NewAlert) => Promise<boolean>;
  readonly runtime: Runtime;
}

const REMEMBERED_ORGANIZATIONS = 1_000;
const SWEEP_EVERY_MS = 10_000;

export function createBudgets({ database, snapshots, changes, jobs, raise, runtime }: BudgetsOptions): Budgets {
  const books = snapshots.of('budgets', REMEMBERED_ORGANIZATIONS, (id) => loadBook(database, id));
  const calibration = createCalibration();
  const crossings = createTeller(database, raise, runtime);
  const till = createTill(database, runtime, crossings.tell);
  jobs.every('budgets.sweep', SWEEP_EVERY_MS, async (tx) => {
    await sweep(tx);
    // Also what a process had no time to tell before it died.
    crossings.tell();
  });

  return {
    ...controlBudgets(changes, runtime, crossings.tell),
    async open(spending, signal) {
      const book = await books.get(spending.caller.organizationId);
      return openPurse(till, calibration, book, runtime, spending, signal);
    },
    async forecast(call) {
      return forecast(database, calibration, await books.get(call.caller.organizationId), call, runtime.clock.now());
    },
    async status({ organizationId }, budgetId, subject = '') {
      const budget = (await books.get(organizationId)).find(({ id }) => id === budgetId);
      return budget ? statusOf(database, budget, subject, runtime.clock.now()) : null;
    },
    check: (organizationId) => discrepancies(database, organizationId),
    rebuild: (organizationId) => database.transaction((tx) => rebuild(tx, organizationId)),
    async sweep() {
      let ended = 0;
      for (;;) {
        const some = await database.transaction(sweep);
        ended += some;
        if (some < SWEEP_BATCH) return ended;
      }
    },
    async close() {
      await till.close();
      await crossings.close();
    },
  };
}

import { LRUCache } from 'lru-cache';
import type { NewAlert } from '../core/alert.ts';
import type { Caller } from '../core/caller.ts';
import type { CompletionRequest } from '../core/chat.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import type { Jobs } from '../platform/jobs.ts';
import type { Snapshots } from '../platform/snapshots.ts';
import { atRisk } from './at-risk.ts';
import { createBalances } from './balances.ts';
import { type BudgetBook, loadBook } from './book.ts';
import { createCalibration, type SeenLength } from './calibration.ts';
import { type Discrepancy, discrepancies } from './check.ts';
import { createTeller } from './crossings.ts';
import { runningOut } from './forecast.ts';
import { type BudgetCheck, foresee } from './foresee.ts';
import { type BudgetPeriodResult, historyOf } from './history.ts';
import { SWEEP_BATCH, sweep } from './ledger.ts';
import { type Opening, openPurse, type Spending } from './purse.ts';
import { createReviews, createWatch, type Reviews } from './review.ts';
import { type ControlBudgets, controlBudgets } from './save.ts';
import { type Standing, standingOf } from './standing.ts';
import { type BudgetStatus, statusOf } from './status.ts';
import { createTill } from './till.ts';

export type { BudgetAction } from './book.ts';
export type { Discrepancy } from './check.ts';
export { erasableAccounts } from './erasable.ts';
export type { BudgetCheck } from './foresee.ts';
export type { BudgetPeriodResult } from './history.ts';
export type { Opening, Purse, Spending } from './purse.ts';
export type { Review, Reviews } from './review.ts';
export type { BudgetAdjustInput, BudgetChange, BudgetSaveInput } from './save.ts';
export type { Standing } from './standing.ts';
export type { BudgetState, BudgetStatus } from './status.ts';

/** Money that neither leaks nor lies: held before an attempt, posted after it, in one ledger that adds up. */
export interface Budgets extends ControlBudgets {
  /**
   * Holds the money for a call's first attempt, on every budget that pays for it or on none; free of any database when
   * none does. See purse.ts for what follows, and for what it throws.
   */
  open(spending: Spending, signal: AbortSignal): Promise<Opening>;
  /** What the budgets would say to a call, without holding anything. */
  foresee(call: Omit<Spending, 'requestId' | 'deadlineMs' | 'downgraded'>): Promise<readonly BudgetCheck[]>;
  /** What routing may know before the call: by copies at most two seconds old, which refuse nothing. */
  standing(caller: Caller, request: CompletionRequest): Promise<Standing>;
  /** How a budget stands now. @param subject whose account, where the budget has one for each */
  status(caller: Caller, budgetId: string, subject?: string): Promise<BudgetStatus | null>;
  /** What its latest periods came to, newest first. @param subject '' for a budget with one account for all */
  history(caller: Caller, budgetId: string, subject: string, last: number): Promise<readonly BudgetPeriodResult[]>;
  /** Ids of those that have come to their first threshold or will not last their period, the fullest first. */
  atRisk(organizationId: string): Promise<readonly string[]>;
  /** Alerts for budgets that will be used up before their period ends, at the period's own rate; see forecast.ts. */
  runningOut(tx: Transaction): Promise<readonly NewAlert[]>;
  /** Balances that are not the sum of their entries. */
  check(organizationId: string): Promise<readonly Discrepancy[]>;
  /** The same as a job that people can start and watch, and that can put balances right. */
  readonly reviews: Reviews;
  /** Alerts for balances that are wrong, of the next stretch of accounts with each call; see review.ts. */
  outOfBalance(tx: Transaction): Promise<readonly NewAlert[]>;
  /** Ends what dead processes left behind; comes round by itself every 10 s. @returns how many holds it ended */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

export interface BudgetsOptions {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly changes: Changes;
  readonly jobs: Jobs;
  /** How long the newest answers of an organization were, oldest first. */
  readonly lengths: (organizationId: string) => Promise<readonly SeenLength[]>;
  /** Keeps an alert, once per key. */
  readonly raise: (alert: NewAlert) => Promise<boolean>;
  readonly runtime: Runtime;
}

const REMEMBERED_ORGANIZATIONS = 1_000;
const SWEEP_EVERY_MS = 10_000;

export function createBudgets(options: BudgetsOptions): Budgets {
  const { database, snapshots, changes, jobs, lengths, raise, runtime } = options;
  const books = snapshots.of('budgets', REMEMBERED_ORGANIZATIONS, (id) => loadBook(database, id));
  const calibration = createCalibration();
  const recalled = new LRUCache<string, Promise<void>>({ max: REMEMBERED_ORGANIZATIONS });
  const familiar = new WeakMap<Promise<BudgetBook>, Promise<BudgetBook>>();
  /** The budgets of an organization; with the first look, what its answers were like is recalled. */
  const bookOf = (organizationId: string): Promise<BudgetBook> => {
    const copy = books.get(organizationId);
    const known = familiar.get(copy);
    if (known) return known;
    const recalling = withLengths(organizationId, copy);
    familiar.set(copy, recalling);
    return recalling;
  };
  const withLengths = async (organizationId: string, copy: Promise<BudgetBook>) => {
    const book = await copy;
    if (book.length === 0) return book;
    const known = recalled.get(organizationId);
    const recalling = known ?? recallLengths(organizationId);
    if (!known) recalled.set(organizationId, recalling);
    await recalling;
    return book;
  };
  const recallLengths = async (organizationId: string) => {
    try {
      for (const { outputTokens, ...kin } of await lengths(organizationId)) calibration.observe(kin, outputTokens);
    } catch (error) {
      // Without it, quotes are the worst case until enough was seen.
      runtime.log.warn({ err: error, organizationId }, 'the lengths of past answers could not be read');
    }
  };
  const reviews = createReviews(database, changes, runtime);
  const crossings = createTeller(database, raise, runtime);
  const balances = createBalances(database, runtime);
  const silence = snapshots.onChange('budgets', balances.forget);
  const till = createTill(database, runtime, { balances, crossed: crossings.tell });
  const counter = { till, calibration, balances, runtime };
  jobs.every('budgets.sweep', SWEEP_EVERY_MS, async (tx) => {
    await sweep(tx);
    // Also what a process had no time to tell before it died.
    crossings.tell();
  });

  return {
    ...controlBudgets(changes, runtime, crossings.tell),
    async open(spending, signal) {
      return openPurse(counter, await bookOf(spending.caller.organizationId), spending, signal);
    },
    async standing(caller, request) {
      const book = await bookOf(caller.organizationId);
      return standingOf(balances, calibration, book, caller, request, runtime.clock.now());
    },
    async foresee(call) {
      return foresee(database, calibration, await bookOf(call.caller.organizationId), call, runtime.clock.now());
    },
    async status({ organizationId }, budgetId, subject = '') {
      const budget = (await books.get(organizationId)).find(({ id }) => id === budgetId);
      return budget ? statusOf(database, budget, subject, runtime.clock.now()) : null;
    },
    history: ({ organizationId }, budgetId, subject, last) =>
      historyOf(database, organizationId, budgetId, subject, last),
    atRisk: (organizationId) => atRisk(database, organizationId, runtime.clock.now()),
    runningOut: (tx) => runningOut(tx, runtime.clock.now()),
    check: (organizationId) => discrepancies(database, organizationId),
    reviews,
    outOfBalance: createWatch(),
    async sweep() {
      let ended = 0;
      for (;;) {
        const some = await database.transaction(sweep);
        ended += some;
        if (some < SWEEP_BATCH) return ended;
      }
    },
    async close() {
      silence();
      balances.close();
      await reviews.close();
      await till.close();
      await crossings.close();
    },
  };
}

import type { NewAlert } from '../core/alert.ts';
import type { Caller } from '../core/caller.ts';
import { type Actor, actorOf, diffOf } from '../core/change.ts';
import type { JobStatus } from '../core/job.ts';
import { usdFromNanos } from '../core/money.ts';
import { ValidationProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Changes } from '../platform/changes.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import { compare, type Discrepancy, rebuild, type Sums } from './check.ts';
import { topicOf } from './save.ts';

/** All accounts of an organization compared with their entries, and put right where that was asked for. */
export interface Review {
  readonly id: string;
  readonly rebuilds: boolean;
  readonly status: JobStatus;
  /** Accounts so far. */
  readonly checked: number;
  /** Accounts there were when it began. */
  readonly total: number;
  readonly found: number;
  /** The first `SHOWN` of them. */
  readonly discrepancies: readonly Discrepancy[];
  readonly error: string | null;
}

/** Reviews run in the process that was asked and say in SQL how far they are, so that every instance can tell. */
export interface Reviews {
  /** @returns at once, with the review begun; it is in the audit log, and so is each account that it puts right */
  check(caller: Caller): Promise<Review>;
  /** The same, and makes wrong balances the sum of their entries. @throws ValidationProblem without a reason */
  rebuild(caller: Caller, reason: string): Promise<Review>;
  /** Null when there is none for this organization. */
  find(organizationId: string, id: string): Promise<Review | null>;
  /** Breaks off what runs here. */
  close(): Promise<void>;
}

const SHOWN = 100;
/** A review that has not said anything for so long has lost its process; it says so after each stretch of accounts. */
const SILENCE_MS = 90_000;

export function createReviews(database: Database, changes: Changes, runtime: Runtime): Reviews {
  const { clock, ids, log } = runtime;
  const underWay = new Set<Promise<void>>();
  let closing = false;

  const find = async (organizationId: string, id: string): Promise<Review | null> => {
    const [row] = await database.query<Row>(
      `SELECT id, rebuilds, status, checked, total, found, discrepancies::text AS discrepancies, error, updated_at
       FROM ledger_review WHERE organization_id = $1 AND id = $2`,
      [organizationId, id],
    );
    return row ? reviewOf(row, clock.now()) : null;
  };

  const say = (review: Pick<Review, 'id' | 'status' | 'checked' | 'found' | 'discrepancies' | 'error'>) =>
    database.query(
      `UPDATE ledger_review SET status = $2, checked = $3, found = $4, discrepancies = $5::jsonb, error = $6,
         updated_at = $7 WHERE id = $1`,
      [
        ...[review.id, review.status, review.checked, review.found],
        ...[JSON.stringify(review.discrepancies.map(asJson)), review.error, new Date(clock.now())],
      ],
    );

  /** Each account is a change of its own in the audit log, with what it was and what it is. */
  const mend = async (organizationId: string, actor: Actor, reason: string, wrong: Discrepancy): Promise<void> => {
    await changes.make(topicOf(organizationId), async (tx) => {
      await rebuild(tx, [wrong.accountId]);
      const diff = diffOf(shown(wrong.balance), shown(wrong.entries));
      const resource = { resourceType: 'BudgetAccount', resourceId: wrong.accountId };
      return { organizationId, actor, action: 'ledger.rebuild', ...resource, reason, diff };
    });
  };

  const run = async (id: string, organizationId: string, actor: Actor, reason: string | null): Promise<void> => {
    let [checked, found] = [0, 0];
    const discrepancies: Discrepancy[] = [];
    const tell = (status: JobStatus, error: string | null) => say({ id, status, checked, found, discrepancies, error });
    try {
      for (let lastId: string | null = ''; lastId !== null; ) {
        if (closing) return void (await tell('FAILED', 'The gateway was stopped.'));
        const compared = await compare(database, organizationId, lastId);
        for (const wrong of compared.found) {
          if (reason !== null) await mend(organizationId, actor, reason, wrong);
          if (++found <= SHOWN) discrepancies.push(wrong);
        }
        checked += compared.accounts;
        ({ lastId } = compared);
        await tell('RUNNING', null);
      }
      await tell('SUCCEEDED', null);
    } catch (error) {
      log.error({ err: error, review: id }, 'a review of the ledger broke');
      await tell('FAILED', 'It broke off; the log says why.').catch(() => {});
    }
  };

  const start = async (caller: Caller, reason: string | null): Promise<Review> => {
    const { organizationId } = caller;
    const id = ids.next('rev');
    const actor = actorOf(caller);
    await changes.make(topicOf(organizationId), async (tx) => {
      await tx.query(
        `INSERT INTO ledger_review (id, organization_id, rebuilds, status, checked, total, found, discrepancies, created_at, updated_at)
         SELECT $1, $2, $3, 'RUNNING', 0, count(*), 0, '[]', $4, $4 FROM budget_account WHERE organization_id = $2`,
        [id, organizationId, reason !== null, new Date(clock.now())],
      );
      const action = reason === null ? 'ledger.check' : 'ledger.rebuildAll';
      return { organizationId, actor, action, resourceType: 'LedgerReview', resourceId: id, reason, diff: [] };
    });
    const started = await find(organizationId, id);
    const running = run(id, organizationId, actor, reason);
    underWay.add(running);
    void running.finally(() => underWay.delete(running));
    return started!;
  };

  return {
    find,
    check: (caller) => start(caller, null),
    async rebuild(caller, reason) {
      const why = reason.trim();
      if (why.length === 0 || why.length > 500) {
        throw ValidationProblem.at('reason', 'INVALID', 'Say in up to 500 characters why balances are made anew.');
      }
      return start(caller, why);
    },
    async close() {
      closing = true;
      await Promise.all(underWay);
    },
  };
}

interface Row extends Omit<Review, 'discrepancies'> {
  readonly discrepancies: string;
  readonly updated_at: Date;
}

function reviewOf({ discrepancies, updated_at, ...row }: Row, nowMs: number): Review {
  const lost = row.status === 'RUNNING' && nowMs - updated_at.getTime() > SILENCE_MS;
  return {
    ...row,
    ...(lost && { status: 'FAILED' as const, error: 'The instance that ran it is gone.' }),
    discrepancies: (JSON.parse(discrepancies) as Kept[]).map(({ accountId, balance, entries }) => ({
      accountId,
      balance: balance.map(BigInt) as unknown as Sums,
      entries: entries.map(BigInt) as unknown as Sums,
    })),
  };
}

/** As it is kept: JSON has no bigints. */
interface Kept {
  readonly accountId: string;
  readonly balance: readonly string[];
  readonly entries: readonly string[];
}

function asJson({ accountId, balance, entries }: Discrepancy): Kept {
  return { accountId, balance: balance.map(String), entries: entries.map(String) };
}

function shown([limit, posted, reserved, overrun]: Sums) {
  const sums = { limit, spent: posted, reserved, overrun };
  return Object.fromEntries(Object.entries(sums).map(([name, nanos]) => [name, usdFromNanos(nanos)]));
}

/**
 * Looks at one stretch of everybody's accounts after the other, round and round, without being asked.
 * @returns alerts for those that are wrong; their key lets each be raised once for each wrong sum
 */
export function createWatch(): (tx: Transaction) => Promise<readonly NewAlert[]> {
  let lastId = '';
  return async (tx) => {
    const compared = await compare(tx, null, lastId);
    lastId = compared.lastId ?? '';
    if (compared.found.length === 0) return [];
    const owners = await tx.query<{ id: string; organizationId: string; budgetId: string }>(
      `SELECT id, organization_id AS "organizationId", budget_id AS "budgetId" FROM budget_account
       WHERE id = ANY ($1::text[])`,
      [compared.found.map(({ accountId }) => accountId)],
    );
    const byId = new Map(owners.map((owner) => [owner.id, owner]));
    return compared.found.flatMap((wrong) => {
      const owner = byId.get(wrong.accountId);
      return owner ? alertOf(wrong, owner.organizationId, owner.budgetId) : [];
    });
  };
}

function alertOf({ accountId, balance, entries }: Discrepancy, organizationId: string, budgetId: string): NewAlert {
  const [posted, truth] = [usdFromNanos(balance[1]), usdFromNanos(entries[1])];
  return {
    organizationId,
    kind: 'BUDGET',
    key: `ledger:${accountId}:${balance.join(',')}`,
    severity: 'CRITICAL',
    title: 'A balance is not the sum of its entries in the ledger',
    message:
      `Account ${accountId} says that $${posted} are spent, and its entries say $${truth}. Somebody wrote past the ` +
      'ledger. ledgerCheck shows all such accounts, ledgerRebuild puts them right.',
    scope: null,
    facts: { budgetId, accountId, balance: balance.map(String), entries: entries.map(String) },
  };
}

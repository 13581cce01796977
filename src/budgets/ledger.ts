import type { Nanos } from '../core/money.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import type { Account } from './book.ts';

/**
 * The statements of the ledger. Every one of them moves an account's sums and appends the entries that say so, or
 * does neither; an entry's three amounts are changes of the account's three sums, so sums of entries are balances.
 *
 * ```
 *   reserve ──> hold ──┬─ settle ──> post    what it cost
 *                      ├─ settle ──> void    nothing
 *                      └─ sweep  ──> expire  worst case if sent, nothing if not ──> adjust, should the truth come late
 * ```
 * A hold ends by being deleted, and only who deleted it writes its last entry: it cannot be settled twice.
 * Accounts are always locked in the order of their ids, so statements wait for each other but never in a circle.
 */

export interface Demand {
  /** Names the hold; never used before. */
  readonly id: string;
  /** Holds this when there is plenty … */
  readonly mostNanos: Nanos;
  /** … and at least this when there is not; less is refused. */
  readonly leastNanos: Nanos;
  /** What the sweeper has to charge if nobody ever says. */
  readonly worstNanos: Nanos;
  /** From now, by the database's clock. */
  readonly expiresInMs: number;
}

export interface Balance {
  readonly accountId: string;
  readonly limitNanos: Nanos;
  readonly postedNanos: Nanos;
  readonly reservedNanos: Nanos;
}

export interface Verdict {
  /** By demand, null where it was refused; null altogether when an account is not open. */
  readonly held: readonly (Nanos | null)[] | null;
  /** Before this statement. */
  readonly balances: readonly Balance[];
}

/** In company, a hold takes at most this part of what is left (unless that is less than its least). */
const SHARE = 4;

/**
 * Holds each demand on all `accounts` or on none, in turn; a demand that is refused leaves its turn to the next.
 *
 * One statement. It locks the accounts, reads what is left of the shortest one that blocks, goes through the demands
 * with that one number, and adds their sum to every account: two callers can never both take the last cent, and what
 * is reserved and posted on a blocking account never passes its limit here.
 * @param hard which of the accounts block; the others take whatever comes
 */
export async function reserve(
  database: Pick<Database, 'query'>,
  accounts: readonly { readonly id: string; readonly hard: boolean }[],
  demands: readonly Demand[],
  owner: string,
): Promise<Verdict> {
  const [row] = await database.query<{ held: (string | null)[] | null; accounts: string[][] | null }>(RESERVE, [
    accounts.map(({ id }) => id),
    accounts.map(({ hard }) => hard),
    demands.map(({ id }) => id),
    demands.map(({ mostNanos }) => String(mostNanos)),
    demands.map(({ leastNanos }) => String(leastNanos)),
    demands.map(({ worstNanos }) => String(worstNanos)),
    demands.map(({ expiresInMs }) => Math.ceil(expiresInMs)),
    owner,
  ]);
  return {
    held: row!.held?.map((nanos) => (nanos === null ? null : BigInt(nanos))) ?? null,
    balances: (row!.accounts ?? []).map(([accountId, limit, posted, reserved]) => ({
      accountId: accountId!,
      limitNanos: BigInt(limit!),
      postedNanos: BigInt(posted!),
      reservedNanos: BigInt(reserved!),
    })),
  };
}

const RESERVE = `
WITH RECURSIVE account AS MATERIALIZED (
  SELECT a.id, a.limit_nanos, a.posted_nanos, a.reserved_nanos, asked.hard
  FROM budget_account a JOIN unnest($1::text[], $2::boolean[]) AS asked (id, hard) ON asked.id = a.id
  ORDER BY a.id FOR UPDATE OF a
), room AS (
  SELECT count(*) AS found,
         coalesce(min(limit_nanos - posted_nanos - reserved_nanos) FILTER (WHERE hard), 9000000000000000000) AS free,
         coalesce(bool_or(hard AND reserved_nanos > 0), false) AS company
  FROM account
), turn (n, held, free, company) AS (
  SELECT 0, NULL::bigint, free, company FROM room WHERE found = cardinality($1::text[])
  UNION ALL
  SELECT n + 1, taken.held, free - coalesce(taken.held, 0), company OR taken.held > 0
  FROM turn CROSS JOIN LATERAL (
    SELECT CASE
      WHEN ($4::bigint[])[n + 1] = 0 THEN 0
      WHEN free < ($5::bigint[])[n + 1] THEN NULL
      ELSE least(($4::bigint[])[n + 1], greatest(($5::bigint[])[n + 1], CASE WHEN company THEN free / ${SHARE} ELSE free END))
    END
  ) AS taken (held)
  WHERE n < cardinality($3::text[])
), granted AS MATERIALIZED (
  SELECT asked.id, turn.held, asked.worst, asked.expires
  FROM turn JOIN unnest($3::text[], $6::bigint[], $7::integer[]) WITH ORDINALITY AS asked (id, worst, expires, n) USING (n)
  WHERE turn.held IS NOT NULL
), moved AS (
  UPDATE budget_account a SET reserved_nanos = a.reserved_nanos + total.held
  FROM (SELECT sum(held)::bigint AS held FROM granted) AS total
  WHERE a.id = ANY ($1::text[]) AND total.held IS NOT NULL
  RETURNING a.id
), holds AS (
  INSERT INTO budget_hold (id, owner, accounts, held_nanos, worst_nanos, sent, expires_at)
  SELECT id, $8, $1::text[], held, worst, false, now() + expires * interval '1 millisecond' FROM granted
), entries AS (
  INSERT INTO ledger_entry (at, kind, account_id, hold_id, reserved_nanos, posted_nanos, limit_nanos, estimated, overrun)
  SELECT clock_timestamp(), 'reserve', moved.id, granted.id, granted.held, 0, 0, false, false
  FROM moved CROSS JOIN granted
)
SELECT (SELECT array_agg(held::text ORDER BY n) FROM turn WHERE n > 0) AS held,
       (SELECT array_agg(ARRAY[id, limit_nanos::text, posted_nanos::text, reserved_nanos::text]) FROM account) AS accounts`;

/**
 * Opens what is not open yet, with the budget's limit as it stands: the lock on the budget makes a change of its limit
 * wait until it can see the account.
 * @returns the ids that are open now; one that is missing has no budget any more
 */
export async function openAccounts(
  database: Pick<Database, 'query'>,
  accounts: readonly Account[],
): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ id: string }>(OPEN, [
    JSON.stringify(
      accounts.map(({ id, budget, subject, span }) => ({
        id,
        budget_id: budget.id,
        subject,
        period_start: new Date(span.startMs),
        period_end: span.endMs === null ? null : new Date(span.endMs),
      })),
    ),
  ]);
  return new Set(rows.map(({ id }) => id));
}

const OPEN = `
WITH asked AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb)
    AS row (id text, budget_id text, subject text, period_start timestamptz, period_end timestamptz)
), parent AS MATERIALIZED (
  SELECT id, organization_id, limit_nanos FROM budget WHERE id IN (SELECT budget_id FROM asked) ORDER BY id FOR SHARE
), opened AS (
  INSERT INTO budget_account
    (id, organization_id, budget_id, subject, period_start, period_end, limit_nanos, posted_nanos, reserved_nanos)
  SELECT asked.id, parent.organization_id, parent.id, asked.subject, asked.period_start, asked.period_end,
         parent.limit_nanos, 0, 0
  FROM asked JOIN parent ON parent.id = asked.budget_id ORDER BY asked.id
  ON CONFLICT (id) DO NOTHING RETURNING id, limit_nanos
), entries AS (
  INSERT INTO ledger_entry (at, kind, account_id, reserved_nanos, posted_nanos, limit_nanos, estimated, overrun)
  SELECT clock_timestamp(), 'open', id, 0, 0, limit_nanos, false, false FROM opened
)
SELECT asked.id FROM asked JOIN parent ON parent.id = asked.budget_id`;

/** @returns the holds that were still there; from now on a sweeper charges their worst case instead of nothing */
export async function markSent(
  database: Pick<Database, 'query'>,
  holdIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ id: string }>(
    'UPDATE budget_hold SET sent = true WHERE id = ANY ($1::text[]) RETURNING id',
    [holdIds],
  );
  return new Set(rows.map(({ id }) => id));
}

export interface Settlement {
  readonly holdId: string;
  /** Null: nothing was asked of a provider. */
  readonly costNanos: Nanos | null;
  /** The provider did not say, so it was counted. */
  readonly estimated: boolean;
}

/**
 * Ends holds: posts what they cost and gives the rest back. Right to do again: a hold that is gone is left alone,
 * unless it was swept, whose guess is then put right.
 */
export async function settle(database: Pick<Database, 'query'>, settlements: readonly Settlement[]): Promise<void> {
  const rows = await database.query<{ id: string }>(SETTLE, [asJson(settlements)]);
  if (rows.length === settlements.length) return;
  const settled = new Set(rows.map(({ id }) => id));
  await database.query(CORRECT, [asJson(settlements.filter(({ holdId }) => !settled.has(holdId)))]);
}

function asJson(settlements: readonly Settlement[]): string {
  return JSON.stringify(
    settlements.map(({ holdId, costNanos, estimated }) => ({
      id: holdId,
      kind: costNanos === null ? 'void' : 'post',
      cost: String(costNanos ?? 0n),
      estimated,
    })),
  );
}

/** `gone` holds the deleted holds with `kind`, `cost` and `estimated`; this books them. */
const BOOK = `
, change AS MATERIALIZED (
  SELECT account.id, sum(gone.held_nanos)::bigint AS held, sum(gone.cost)::bigint AS cost
  FROM gone CROSS JOIN unnest(gone.accounts) AS account (id) GROUP BY account.id
), locked AS MATERIALIZED (
  SELECT id FROM budget_account WHERE id IN (SELECT id FROM change) ORDER BY id FOR UPDATE
), moved AS (
  UPDATE budget_account a
  SET reserved_nanos = a.reserved_nanos - change.held, posted_nanos = a.posted_nanos + change.cost
  FROM change JOIN locked USING (id) WHERE a.id = change.id
  RETURNING a.id
), entries AS (
  INSERT INTO ledger_entry (at, kind, account_id, hold_id, reserved_nanos, posted_nanos, limit_nanos, estimated, overrun)
  SELECT clock_timestamp(), gone.kind, moved.id, gone.id, -gone.held_nanos, gone.cost, 0, gone.estimated,
         gone.cost > gone.held_nanos
  FROM gone CROSS JOIN unnest(gone.accounts) AS account (id) JOIN moved ON moved.id = account.id
)
SELECT id FROM gone`;

const ASKED = 'jsonb_to_recordset($1::jsonb) AS asked (id text, kind text, cost bigint, estimated boolean)';

const SETTLE = `
WITH gone AS MATERIALIZED (
  DELETE FROM budget_hold h USING ${ASKED} WHERE h.id = asked.id
  RETURNING h.id, h.accounts, h.held_nanos, asked.kind, asked.cost, asked.estimated
)${BOOK}`;

/** The truth about swept holds, once each. Only the process that made a hold settles it, one statement at a time. */
const CORRECT = `
WITH swept AS MATERIALIZED (
  SELECT e.account_id, e.hold_id, asked.cost - e.posted_nanos AS change, asked.estimated
  FROM ${ASKED} JOIN ledger_entry e ON e.hold_id = asked.id AND e.kind = 'expire'
  WHERE NOT EXISTS (SELECT FROM ledger_entry d WHERE d.hold_id = e.hold_id AND d.kind = 'adjust')
), locked AS MATERIALIZED (
  SELECT id FROM budget_account WHERE id IN (SELECT account_id FROM swept) ORDER BY id FOR UPDATE
), moved AS (
  UPDATE budget_account a SET posted_nanos = a.posted_nanos + total.change
  FROM (SELECT account_id, sum(change)::bigint AS change FROM swept GROUP BY account_id) AS total
  JOIN locked ON locked.id = total.account_id
  WHERE a.id = total.account_id RETURNING a.id
)
INSERT INTO ledger_entry
  (at, kind, account_id, hold_id, reserved_nanos, posted_nanos, limit_nanos, estimated, overrun, reason)
SELECT clock_timestamp(), 'adjust', swept.account_id, swept.hold_id, 0, swept.change, 0, swept.estimated, false,
       'settled after it had expired'
FROM swept JOIN moved ON moved.id = swept.account_id`;

/** How long a process counts as alive after it was last heard of. */
export const LEASE_MS = 30_000;

export async function renewLease(database: Pick<Database, 'query'>, owner: string): Promise<void> {
  await database.query(
    `INSERT INTO budget_owner (id, alive_until) VALUES ($1, now() + $2 * interval '1 millisecond')
     ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until`,
    [owner, LEASE_MS],
  );
}

/**
 * Settles what dead processes left behind, and what has outlived its time. Two sweepers leave each other's alone.
 * @returns how many holds it ended; call again while there are as many as `SWEEP_BATCH`
 */
export async function sweep(tx: Transaction): Promise<number> {
  const swept = await tx.query(SWEEP, [SWEEP_BATCH]);
  await tx.query(
    `DELETE FROM budget_owner o WHERE alive_until < now() - interval '1 hour'
       AND NOT EXISTS (SELECT FROM budget_hold h WHERE h.owner = o.id)`,
  );
  return swept.length;
}

export const SWEEP_BATCH = 1_000;

const SWEEP = `
WITH dead AS MATERIALIZED (
  SELECT h.id FROM budget_hold h LEFT JOIN budget_owner o ON o.id = h.owner
  WHERE o.alive_until IS NULL OR o.alive_until < now() OR h.expires_at < now()
  LIMIT $1 FOR UPDATE OF h SKIP LOCKED
), gone AS MATERIALIZED (
  DELETE FROM budget_hold h USING dead WHERE h.id = dead.id
  RETURNING h.id, h.accounts, h.held_nanos, 'expire' AS kind, CASE WHEN h.sent THEN h.worst_nanos ELSE 0 END AS cost,
            h.sent AS estimated
)${BOOK}`;

/** Raises or lowers the limit of accounts and says why. @param changes nanos by account id */
export async function adjustLimits(
  tx: Transaction,
  changes: ReadonlyMap<string, Nanos>,
  reason: string,
): Promise<void> {
  await tx.query(
    `WITH asked AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS asked (id, change)),
     locked AS MATERIALIZED (SELECT id FROM budget_account WHERE id IN (SELECT id FROM asked) ORDER BY id FOR UPDATE),
     moved AS (
       UPDATE budget_account a SET limit_nanos = a.limit_nanos + asked.change
       FROM asked JOIN locked USING (id) WHERE a.id = asked.id RETURNING a.id, asked.change
     )
     INSERT INTO ledger_entry
       (at, kind, account_id, reserved_nanos, posted_nanos, limit_nanos, estimated, overrun, reason)
     SELECT clock_timestamp(), 'adjust', id, 0, 0, change, false, false, $3 FROM moved`,
    [[...changes.keys()], [...changes.values()].map(String), reason],
  );
}

export interface Discrepancy {
  readonly accountId: string;
  readonly balance: readonly [limit: Nanos, posted: Nanos, reserved: Nanos];
  readonly entries: readonly [limit: Nanos, posted: Nanos, reserved: Nanos];
}

/** Accounts that are not the sum of their entries: none, unless somebody wrote past the ledger. */
export async function discrepancies(database: Pick<Database, 'query'>, organizationId: string): Promise<Discrepancy[]> {
  const rows = await database.query<{ id: string; balance: string[]; entries: string[] }>(
    `SELECT id, balance, entries FROM (
       SELECT a.id, ARRAY[a.limit_nanos, a.posted_nanos, a.reserved_nanos]::text[] AS balance,
              ARRAY[coalesce(sum(e.limit_nanos), 0), coalesce(sum(e.posted_nanos), 0),
                    coalesce(sum(e.reserved_nanos), 0)]::text[] AS entries
       FROM budget_account a LEFT JOIN ledger_entry e ON e.account_id = a.id
       WHERE a.organization_id = $1 GROUP BY a.id
     ) AS sums WHERE balance <> entries`,
    [organizationId],
  );
  const triple = (texts: string[]) => texts.map(BigInt) as [Nanos, Nanos, Nanos];
  return rows.map(({ id, balance, entries }) => ({
    accountId: id,
    balance: triple(balance),
    entries: triple(entries),
  }));
}

/** Makes every account of the organization the sum of its entries again, with nobody reserving meanwhile. */
export async function rebuild(tx: Transaction, organizationId: string): Promise<void> {
  await tx.query('LOCK TABLE budget_account IN SHARE ROW EXCLUSIVE MODE');
  await tx.query(
    `UPDATE budget_account a
     SET limit_nanos = sums.limit_nanos, posted_nanos = sums.posted_nanos, reserved_nanos = sums.reserved_nanos
     FROM (SELECT account_id, sum(limit_nanos)::bigint AS limit_nanos, sum(posted_nanos)::bigint AS posted_nanos,
                  sum(reserved_nanos)::bigint AS reserved_nanos FROM ledger_entry GROUP BY account_id) AS sums
     WHERE a.id = sums.account_id AND a.organization_id = $1`,
    [organizationId],
  );
}

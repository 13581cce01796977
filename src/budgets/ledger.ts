import type { Nanos } from '../core/money.ts';
import { type Database, often, type Transaction } from '../platform/database/database.ts';
import { CROSSED } from './crossings.ts';
import { type Balance, balancesOf, SUMS, type Sums } from './reserve.ts';

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

/** @returns the holds that were still there; from now on a sweeper charges their worst case instead of nothing */
export async function markSent(
  database: Pick<Database, 'query'>,
  holdIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ id: string }>(MARK_SENT, [holdIds]);
  return new Set(rows.map(({ id }) => id));
}

const MARK_SENT = often('UPDATE budget_hold SET sent = true WHERE id = ANY ($1::text[]) RETURNING id');

export interface Settlement {
  readonly holdId: string;
  /** Null: nothing was asked of a provider. */
  readonly costNanos: Nanos | null;
  /** The provider did not say, so it was counted. */
  readonly estimated: boolean;
}

export interface Settled {
  /** Of the accounts that were posted to, as this left them. */
  readonly balances: readonly Balance[];
  /** Whether one of them came to a threshold, see crossings.ts. */
  readonly crossed: boolean;
}

/**
 * Ends holds: posts what they cost and gives the rest back. Right to do again: a hold that is gone is left alone,
 * unless it was swept, whose guess is then put right.
 */
export async function settle(database: Pick<Database, 'query'>, settlements: readonly Settlement[]): Promise<Settled> {
  const asked = asJson(settlements);
  const [row] = await database.query<BookedRow>(SETTLE, [asked]);
  const settled = { balances: balancesOf(row!.accounts), crossed: row!.crossed };
  if (row!.ended === settlements.length) return settled;
  // Of those that were ended just now none has been swept.
  const [corrected] = await database.query<{ crossed: boolean }>(CORRECT, [asked]);
  return { ...settled, crossed: settled.crossed || corrected!.crossed };
}

/** What every statement answers that ends holds. */
interface BookedRow {
  /** How many. */
  readonly ended: number;
  readonly accounts: Sums[] | null;
  readonly crossed: boolean;
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
  SELECT account.id, sum(gone.held_nanos)::bigint AS held, sum(gone.cost)::bigint AS cost,
         sum(greatest(gone.cost - gone.held_nanos, 0))::bigint AS overrun
  FROM gone CROSS JOIN unnest(gone.accounts) AS account (id) GROUP BY account.id
), locked AS MATERIALIZED (
  SELECT id FROM budget_account WHERE id IN (SELECT id FROM change) ORDER BY id FOR UPDATE
), moved AS (
  UPDATE budget_account a
  SET reserved_nanos = a.reserved_nanos - change.held, posted_nanos = a.posted_nanos + change.cost,
      overrun_nanos = a.overrun_nanos + change.overrun
  FROM change JOIN locked USING (id) WHERE a.id = change.id
  RETURNING a.id, a.budget_id, a.limit_nanos, a.posted_nanos, a.reserved_nanos
), entries AS (
  INSERT INTO ledger_entry (at, kind, account_id, hold_id, reserved_nanos, posted_nanos, limit_nanos, estimated, overrun)
  SELECT clock_timestamp(), gone.kind, moved.id, gone.id, -gone.held_nanos, gone.cost, 0, gone.estimated,
         gone.cost > gone.held_nanos
  FROM gone CROSS JOIN unnest(gone.accounts) AS account (id) JOIN moved ON moved.id = account.id
)${CROSSED}
SELECT (SELECT count(*)::integer FROM gone) AS ended,
       (SELECT json_agg(${SUMS}) FROM moved) AS accounts,
       EXISTS (SELECT FROM crossed) AS crossed`;

const ASKED = 'jsonb_to_recordset($1::jsonb) AS asked (id text, kind text, cost bigint, estimated boolean)';

/** By an array of ids, never by a join: whatever a table looked like when that was planned, it is gone through once at most. */
const SETTLE = often(`
WITH asked AS MATERIALIZED (
  SELECT * FROM ${ASKED}
), ended AS MATERIALIZED (
  DELETE FROM budget_hold WHERE id = ANY (ARRAY(SELECT id FROM asked)) RETURNING id, accounts, held_nanos
), gone AS MATERIALIZED (
  SELECT DISTINCT ON (id) ended.*, asked.kind, asked.cost, asked.estimated FROM ended JOIN asked USING (id)
)${BOOK}`);

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
  WHERE a.id = total.account_id RETURNING a.id, a.budget_id, a.limit_nanos, a.posted_nanos
), entries AS (
  INSERT INTO ledger_entry
    (at, kind, account_id, hold_id, reserved_nanos, posted_nanos, limit_nanos, estimated, overrun, reason)
  SELECT clock_timestamp(), 'adjust', swept.account_id, swept.hold_id, 0, swept.change, 0, swept.estimated, false,
         'settled after it had expired'
  FROM swept JOIN moved ON moved.id = swept.account_id
)${CROSSED}
SELECT EXISTS (SELECT FROM crossed) AS crossed`;

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
  const [swept] = await tx.query<BookedRow>(SWEEP, [SWEEP_BATCH]);
  await tx.query(
    `DELETE FROM budget_owner o WHERE alive_until < now() - interval '1 hour'
       AND NOT EXISTS (SELECT FROM budget_hold h WHERE h.owner = o.id)`,
  );
  return swept!.ended;
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
       FROM asked JOIN locked USING (id) WHERE a.id = asked.id
       RETURNING a.id, a.budget_id, a.limit_nanos, a.posted_nanos, asked.change
     )${CROSSED}
     INSERT INTO ledger_entry
       (at, kind, account_id, reserved_nanos, posted_nanos, limit_nanos, estimated, overrun, reason)
     SELECT clock_timestamp(), 'adjust', id, 0, 0, change, false, false, $3 FROM moved`,
    [[...changes.keys()], [...changes.values()].map(String), reason],
  );
}

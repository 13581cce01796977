import type { Nanos } from '../core/money.ts';
import { type Database, often } from '../platform/database/database.ts';
import type { Account } from './book.ts';

export interface Demand {
  /** Names the hold; never used before. */
  readonly id: string;
  /** Holds this when there is plenty … */
  readonly mostNanos: Nanos;
  /** … and at least this when there is not; less is refused. */
  readonly leastNanos: Nanos;
  /** What the sweeper has to charge if nobody ever says. */
  readonly worstNanos: Nanos;
  /** The attempt starts as soon as it is held: noted at once, as `markSent` would. */
  readonly sent: boolean;
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
 *
 * Its commit waits for the disk where something is sent on it. Else it need not: nothing is sent before `markSent` has
 * been, whose commit comes after this one in the database's log. When the database dies between the two, there is no hold,
 * and nothing was sent.
 * @param hard which of the accounts block; the others take whatever comes
 */
export async function reserve(
  database: Pick<Database, 'query'>,
  accounts: readonly { readonly id: string; readonly hard: boolean }[],
  demands: readonly Demand[],
  owner: string,
): Promise<Verdict> {
  const [row] = await database.query<{ held: (string | null)[] | null; accounts: Sums[] | null }>(RESERVE, [
    accounts.map(({ id }) => id),
    arrayOf(accounts.map(({ hard }) => hard)),
    demands.map(({ id }) => id),
    arrayOf(demands.map(({ mostNanos }) => mostNanos)),
    arrayOf(demands.map(({ leastNanos }) => leastNanos)),
    arrayOf(demands.map(({ worstNanos }) => worstNanos)),
    arrayOf(demands.map(({ expiresInMs }) => Math.ceil(expiresInMs))),
    owner,
    arrayOf(demands.map(({ sent }) => sent)),
  ]);
  return {
    held: row!.held?.map((nanos) => (nanos === null ? null : BigInt(nanos))) ?? null,
    balances: balancesOf(row!.accounts),
  };
}

/** An array as PostgreSQL reads it, of what needs no quotes: the driver looks through each item for some. */
function arrayOf(items: readonly (bigint | boolean | number)[]): string {
  return `{${items.join()}}`;
}

/** An account's id, limit, posted and reserved. Sums are text, as JSON's numbers are too short for them. */
export type Sums = readonly [id: string, limit: string, posted: string, reserved: string];

/** SQL for the `Sums` of a row; as JSON, since the driver reads arrays letter by letter. */
export const SUMS = 'json_build_array(id, limit_nanos::text, posted_nanos::text, reserved_nanos::text)';

/** @param rows null is what SQL makes of none */
export function balancesOf(rows: readonly Sums[] | null): Balance[] {
  return (rows ?? []).map(([accountId, limit, posted, reserved]) => ({
    accountId,
    limitNanos: BigInt(limit),
    postedNanos: BigInt(posted),
    reservedNanos: BigInt(reserved),
  }));
}

const RESERVE = often(`
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
  SELECT asked.id, turn.held, asked.worst, asked.expires, asked.sent
  FROM turn JOIN unnest($3::text[], $6::bigint[], $7::integer[], $9::boolean[]) WITH ORDINALITY
    AS asked (id, worst, expires, sent, n) USING (n)
  WHERE turn.held IS NOT NULL
), moved AS (
  UPDATE budget_account a SET reserved_nanos = a.reserved_nanos + total.held
  FROM (SELECT sum(held)::bigint AS held FROM granted) AS total
  WHERE a.id = ANY ($1::text[]) AND total.held IS NOT NULL
  RETURNING a.id
), holds AS (
  INSERT INTO budget_hold (id, owner, accounts, held_nanos, worst_nanos, sent, expires_at)
  -- Under a cap the provider is asked for no more than the hold pays for: that is the worst case then.
  SELECT id, $8, $1::text[], held, CASE WHEN true = ANY ($2::boolean[]) THEN least(worst, held) ELSE worst END, sent,
         now() + expires * interval '1 millisecond'
  FROM granted
), entries AS (
  INSERT INTO ledger_entry (at, kind, account_id, hold_id, reserved_nanos, posted_nanos, limit_nanos, estimated, overrun)
  SELECT clock_timestamp(), 'reserve', moved.id, granted.id, granted.held, 0, 0, false, false
  FROM moved CROSS JOIN granted
)
SELECT (SELECT json_agg(held::text ORDER BY n) FROM turn WHERE n > 0) AS held,
       (SELECT json_agg(${SUMS}) FROM account) AS accounts,
       CASE WHEN NOT true = ANY ($9::boolean[]) THEN set_config('synchronous_commit', 'off', true) END`);

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

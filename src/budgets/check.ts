import type { Nanos } from '../core/money.ts';
import type { Database, Transaction } from '../platform/database/database.ts';

/** An account whose sums, kept for speed, are not those of its entries. */
export interface Discrepancy {
  readonly accountId: string;
  readonly balance: Sums;
  readonly entries: Sums;
}

/** `overrun`: the part of what is posted that had not been held. */
export type Sums = readonly [limit: Nanos, posted: Nanos, reserved: Nanos, overrun: Nanos];

/** A stretch of accounts in the order of their ids. */
export interface Compared {
  readonly accounts: number;
  /** Of the last account; null when there was none. */
  readonly lastId: string | null;
  readonly found: readonly Discrepancy[];
}

/** Accounts at once: a busy one has millions of entries, which are read at about a million a second. */
const STRETCH = 50;
const COMPARE_LIMIT_MS = 60_000;

/**
 * Compares the next accounts with their entries. One statement sees both as they are at one moment, so calls under way
 * are no discrepancy. @param organizationId null for everybody's @param afterId '' for the first ones
 */
export async function compare(
  database: Pick<Database, 'query'>,
  organizationId: string | null,
  afterId: string,
): Promise<Compared> {
  const rows = await database.query<{ id: string; balance: string[]; entries: string[] }>(
    `SELECT a.id, ARRAY[a.limit_nanos, a.posted_nanos, a.reserved_nanos, a.overrun_nanos]::text[] AS balance, e.sums AS entries
     FROM (SELECT * FROM budget_account WHERE ($1::text IS NULL OR organization_id = $1) AND id > $2
           ORDER BY id LIMIT ${STRETCH}) AS a,
       LATERAL (SELECT ARRAY[coalesce(sum(limit_nanos), 0), coalesce(sum(posted_nanos), 0),
                             coalesce(sum(reserved_nanos), 0),
                             coalesce(sum(posted_nanos + reserved_nanos) FILTER (WHERE overrun), 0)]::text[] AS sums
                FROM ledger_entry WHERE account_id = a.id) AS e
     ORDER BY a.id`,
    [organizationId, afterId],
    COMPARE_LIMIT_MS,
  );
  const found = rows.filter(({ balance, entries }) => balance.join() !== entries.join());
  return {
    accounts: rows.length,
    lastId: rows.at(-1)?.id ?? null,
    found: found.map(({ id, balance, entries }) => ({
      accountId: id,
      balance: sumsOf(balance),
      entries: sumsOf(entries),
    })),
  };
}

function sumsOf([limit, posted, reserved, overrun]: readonly string[]): Sums {
  return [BigInt(limit!), BigInt(posted!), BigInt(reserved!), BigInt(overrun!)];
}

/** All accounts of an organization that are not the sum of their entries: none, unless somebody wrote past the ledger. */
export async function discrepancies(database: Pick<Database, 'query'>, organizationId: string): Promise<Discrepancy[]> {
  const all: Discrepancy[] = [];
  for (let lastId: string | null = ''; lastId !== null; ) {
    const compared = await compare(database, organizationId, lastId);
    all.push(...compared.found);
    ({ lastId } = compared);
  }
  return all;
}

/**
 * Makes accounts the sum of their entries. They are locked first: whoever appends an entry holds its account, so the sum
 * that is taken after that is whole.
 */
export async function rebuild(tx: Transaction, accountIds: readonly string[]): Promise<void> {
  await tx.query('SELECT id FROM budget_account WHERE id = ANY ($1::text[]) ORDER BY id FOR UPDATE', [accountIds]);
  await tx.query(
    `UPDATE budget_account a
     SET limit_nanos = sums.limit_nanos, posted_nanos = sums.posted_nanos, reserved_nanos = sums.reserved_nanos,
         overrun_nanos = sums.overrun_nanos
     FROM (SELECT asked.id, coalesce(sum(e.limit_nanos), 0)::bigint AS limit_nanos,
                  coalesce(sum(e.posted_nanos), 0)::bigint AS posted_nanos,
                  coalesce(sum(e.reserved_nanos), 0)::bigint AS reserved_nanos,
                  coalesce(sum(e.posted_nanos + e.reserved_nanos) FILTER (WHERE e.overrun), 0)::bigint AS overrun_nanos
           FROM unnest($1::text[]) AS asked (id) LEFT JOIN ledger_entry e ON e.account_id = asked.id
           GROUP BY asked.id) AS sums
     WHERE a.id = sums.id`,
    [accountIds],
  );
}

import type pg from 'pg';
import type { PrismaClient } from '../../generated/prisma/client.ts';

/** The records of the house: one pool, one Prisma client over it, the same SQL on both kinds. */
export interface Database {
  readonly kind: 'embedded' | 'postgres';
  /** For reading. When the database is gone, its calls end within about a second in an error of Prisma's own. */
  readonly prisma: PrismaClient;
  /**
   * Raw SQL for the hot path and for anything with a race.
   * @param timeoutMs 5 s unless told otherwise
   * @throws UnavailableProblem when the database cannot be reached, or has not answered in time
   */
  query<Row extends pg.QueryResultRow>(
    sql: string,
    parameters?: readonly unknown[],
    timeoutMs?: number,
  ): Promise<readonly Row[]>;
  /**
   * Runs `work` in one transaction on one connection, for 15 s at most. On the embedded database there is only one
   * connection: `prisma` or `query` of the outer Database inside would wait for it in vain.
   * @throws UnavailableProblem as `query` does, and whatever `work` throws; nothing of it is kept then
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * PostgreSQL: false from the first failed heartbeat until the next good one; they come four times a second. Embedded:
   * false while the database, having stopped by itself, is opened again.
   */
  available(): boolean;
  /** Waits for queries in flight. */
  close(): Promise<void>;
}

/**
 * Marks SQL that every call asks: a server reads and plans it once per connection, which takes longer than to do it. For
 * constants: each is remembered for good.
 */
export function often(sql: string): string {
  if (!names.has(sql)) names.set(sql, `often_${names.size + 1}`);
  return sql;
}

const names = new Map<string, string>();

/** What PostgreSQL knows it by; undefined when it is not asked often. */
export function nameOf(sql: string): string | undefined {
  return names.get(sql);
}

export interface Transaction {
  query<Row extends pg.QueryResultRow>(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
}

import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { invariant } from '../../core/assert.ts';
import { UnavailableProblem } from '../../core/problem.ts';
import type { Clock } from '../../core/runtime.ts';
import { PrismaClient } from '../../generated/prisma/client.ts';
import type { Backend } from './backend.ts';
import type { TimedQuery } from './client.ts';
import { type Database, nameOf, type Transaction } from './database.ts';

const QUERY_MS = 5_000;
const TRANSACTION_MS = 15_000;

/** Prisma, raw queries and transactions over one pool. See database.ts for what each promises. */
export function createRecords({ kind, pool, available, close }: Backend, clock: Clock): Database {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), errorFormat: 'minimal' });

  const connect = async (): Promise<pg.PoolClient> => {
    if (!available()) throw unavailable();
    return pool.connect().catch(asProblem);
  };

  return {
    kind,
    prisma,
    available,
    async query<Row extends pg.QueryResultRow>(sql: string, parameters?: readonly unknown[], timeoutMs?: number) {
      const client = await connect();
      try {
        const { rows } = await run<Row>(client, sql, parameters, timeoutMs, nameOf(sql));
        client.release();
        return rows;
      } catch (error) {
        client.release(error instanceof UnavailableProblem);
        throw error;
      }
    },
    async transaction(work) {
      const client = await connect();
      const limit = deadline(clock, TRANSACTION_MS);
      let open = true;
      const tx: Transaction = {
        async query<Row extends pg.QueryResultRow>(sql: string, parameters?: readonly unknown[]) {
          invariant(open, 'a transaction is used after its end');
          return (await run<Row>(client, sql, parameters, QUERY_MS, nameOf(sql))).rows;
        },
      };
      try {
        await run(client, 'BEGIN');
        const result = await Promise.race([work(tx), limit.passed]);
        open = false;
        const { command } = await run(client, 'COMMIT');
        // PostgreSQL answers COMMIT with ROLLBACK when a statement had failed and `work` went on regardless.
        invariant(command === 'COMMIT', 'a transaction went on after one of its statements had failed');
        client.release();
        return result;
      } catch (error) {
        open = false;
        await rollBack(client, error);
        throw error;
      } finally {
        limit.cancel();
      }
    },
    async close() {
      await prisma.$disconnect();
      await close();
    },
  };
}

function run<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  text: string,
  parameters: readonly unknown[] = [],
  timeoutMs = QUERY_MS,
  name?: string,
): Promise<pg.QueryResult<Row>> {
  const query: TimedQuery = { ...(name && { name }), text, values: [...parameters], query_timeout: timeoutMs };
  return client.query<Row>(query).catch(asProblem);
}

/** Gives the connection back clean, or throws it away: PostgreSQL rolls back what a lost connection left open. */
async function rollBack(client: pg.PoolClient, error: unknown): Promise<void> {
  const broken =
    error instanceof UnavailableProblem ||
    (await run(client, 'ROLLBACK').then(
      () => false,
      () => true,
    ));
  client.release(broken);
}

/** Rejects after `ms`, so that work which never ends cannot keep the embedded database's only connection. */
function deadline(clock: Clock, ms: number): { readonly passed: Promise<never>; cancel(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const cancel = clock.after(ms, () => reject(unavailable(new Error(`a transaction took longer than ${ms} ms`))));
  return { passed: promise, cancel };
}

/**
 * What the server says about a statement passes through. Everything about reaching it, being answered in time or being
 * served at all is a problem the caller may retry.
 */
function asProblem(error: unknown): never {
  if (error instanceof pg.DatabaseError) {
    throw UNAVAILABLE_STATES.test(error.code ?? '') ? unavailable(error) : error;
  }
  // A value that cannot be sent, e.g. JSON of a bigint, is a mistake of ours.
  if (error instanceof TypeError || error instanceof RangeError) throw error;
  throw unavailable(error);
}

/** Connection exceptions, insufficient resources (disk, memory, connections), shutdown, a standby after a failover. */
const UNAVAILABLE_STATES = /^(08...|53...|57P0.|25006)$/;

function unavailable(cause?: unknown): UnavailableProblem {
  return new UnavailableProblem('database', 'The database does not answer just now. Try again in a moment.', { cause });
}

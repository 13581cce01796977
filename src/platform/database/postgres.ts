import { Socket } from 'node:net';
import pg from 'pg';
import { UnavailableProblem } from '../../core/problem.ts';
import type { Runtime } from '../../core/runtime.ts';
import type { Secret } from '../../core/secret.ts';
import { type Backend, surviveLostConnections } from './backend.ts';
import { clientWithin } from './client.ts';
import { startHeartbeat } from './heartbeat.ts';
import { type Migration, migrate } from './migrate.ts';

const CONNECT_MS = 1_000;
const QUERY_MS = 5_000;
const HEARTBEAT_MS = 750;

/**
 * UTC: the driver writes timestamps without an offset, any other zone would shift them. The limits are for what nobody
 * waits for any more: this process gives up on a statement long before. Compiling a statement takes longer than any of
 * ours runs, and they are too many-sided for the planner to know.
 */
const SETTINGS = '-c TimeZone=UTC -c jit=off -c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000';

/**
 * @param url postgres://user:password@host:port/name; stays out of every message
 * @throws UnavailableProblem when the server cannot be reached within about a second
 * @throws MigrationError see migrate.ts
 */
export async function openPostgres(
  url: Secret,
  maxConnections: number,
  migrations: readonly Migration[],
  runtime: Runtime,
): Promise<Backend> {
  const connectionString = withSettings(url);
  await migrateOnce(connectionString, migrations);

  const sockets = new Set<Socket>();
  const pool = new pg.Pool({
    connectionString,
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_MS,
    Client: clientWithin(QUERY_MS, runtime.clock),
    keepAlive: true,
    stream: () => tracked(new Socket(), sockets),
  });
  // A connection of its own: a busy pool is not a lost database.
  const pulse = new pg.Pool({
    connectionString,
    max: 1,
    connectionTimeoutMillis: HEARTBEAT_MS,
    Client: clientWithin(HEARTBEAT_MS, runtime.clock),
    idleTimeoutMillis: 0,
  });
  for (const each of [pool, pulse]) surviveLostConnections(each);

  const heartbeat = startHeartbeat(
    runtime.clock,
    () => pulse.query('SELECT 1'),
    HEARTBEAT_MS,
    (error) => {
      runtime.log.warn({ err: error }, 'the database does not answer');
      // Whoever waits for an answer hears now that none will come, rather than at the query's own limit.
      for (const socket of sockets) socket.destroy(new Error('The connection was given up: no heartbeat'));
    },
  );

  return {
    kind: 'postgres',
    pool,
    available: heartbeat.beating,
    async close() {
      heartbeat.stop();
      await Promise.all([pool.end(), pulse.end()]);
      for (const socket of sockets) socket.destroySoon();
    },
  };
}

/** Migrations may take long: they get a connection without a time limit on its statements. */
async function migrateOnce(connectionString: string, migrations: readonly Migration[]): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_MS });
  client.on('error', () => {}); // the statement that was running fails with it
  try {
    await client.connect().catch((error: Error) => {
      const { host, port, database } = client;
      const message = `PostgreSQL at ${host}:${port}, database '${database}', cannot be used: ${error.message}`;
      throw new UnavailableProblem('database', message, { cause: error });
    });
    await client.query('SET statement_timeout = 0');
    await migrate(client, migrations);
  } finally {
    await client.end();
  }
}

function tracked(socket: Socket, sockets: Set<Socket>): Socket {
  sockets.add(socket);
  return socket.once('close', () => sockets.delete(socket));
}

function withSettings(url: Secret): string {
  const parsed = URL.parse(url.reveal());
  if (!parsed) throw new Error('The database URL is not a URL like postgres://user:password@host:5432/name');
  const own = parsed.searchParams.get('options');
  parsed.searchParams.set('options', own ? `${own} ${SETTINGS}` : SETTINGS);
  return parsed.href;
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Runtime } from '../../core/runtime.ts';
import { type Backend, surviveLostConnections } from './backend.ts';
import { clientWithin } from './client.ts';
import { ensureFiles } from './first-files.ts';
import { openLastingSession } from './lasting-session.ts';
import { takeLock } from './lock.ts';
import { type Migration, migrate } from './migrate.ts';
import type { SessionSource } from './session.ts';
import { throughWire } from './wire-socket.ts';

/** Longest wait for the only connection; a process alone with its database has no quicker way to tell. */
const TURN_MS = 5_000;

/**
 * The database inside this process, in `<dataDir>/database`.
 * @throws LockedError when another process uses the folder
 * @throws MigrationError see migrate.ts
 */
export async function openEmbedded(
  dataDir: string,
  migrations: readonly Migration[],
  runtime: Runtime,
): Promise<Backend> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await takeLock(join(dataDir, 'lock'), runtime.clock);
  try {
    const files = join(dataDir, 'database');
    await ensureFiles(files);
    const backend = await openSource({ dataDir: files }, migrations, runtime);
    const close = () => backend.close().finally(lock.release);
    return { ...backend, close };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** A database in memory that starts as `dump` was and is forgotten at the end. */
export function openDump(dump: string, migrations: readonly Migration[], runtime: Runtime): Promise<Backend> {
  return openSource({ dump }, migrations, runtime);
}

async function openSource(source: SessionSource, migrations: readonly Migration[], runtime: Runtime): Promise<Backend> {
  const session = await openLastingSession(source, runtime);
  const pool = new pg.Pool({
    ...throughWire(session.wire),
    Client: clientWithin(null, runtime.clock),
    connectionTimeoutMillis: TURN_MS,
  });
  surviveLostConnections(pool);
  const close = async () => {
    await pool.end();
    await session.close();
  };
  try {
    const client = await pool.connect();
    await migrate(client, migrations).finally(() => client.release());
  } catch (error) {
    await close();
    throw error;
  }
  return { kind: 'embedded', pool, available: session.alive, close };
}

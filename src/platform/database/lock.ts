import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import type { Clock } from '../../core/runtime.ts';
import { fateOf, type Holder, thisProcess } from './holder.ts';

/** Keeps everybody else away from a data folder. */
export interface Lock {
  release(): Promise<void>;
}

export class LockedError extends Error {}

/** A living holder touches its lock this often, so that other containers and machines can see that it lives. */
const TOUCH_MS = 1_000;
const WATCH_MS = 3_000;
const LOOK_MS = 200;

/**
 * Takes the lock file at `path`. Two embedded databases on one folder would silently lose each other's rows.
 *
 * A holder that is gone loses the lock: its process does not exist, or its number went to a later process, or the
 * machine was started anew. Where that cannot be seen (another container or machine, or no /proc) the lock is watched
 * for 3 s and taken when nobody touches it.
 * @throws LockedError naming the holder
 */
export async function takeLock(path: string, clock: Clock): Promise<Lock> {
  const me = JSON.stringify(thisProcess());
  if (!(await create(path, me))) {
    const found = await readFile(path, 'utf8').catch(() => '');
    if (await lives(path, found, clock)) throw refusal(path, found);
    await evict(path, found);
    if (!(await create(path, me))) throw refusal(path, await readFile(path, 'utf8').catch(() => ''));
  }
  const stopTouching = keepTouching(path, clock);
  return {
    async release() {
      stopTouching();
      await rm(path, { force: true });
    },
  };
}

/** @returns false when the file is there already */
async function create(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function lives(path: string, found: string, clock: Clock): Promise<boolean> {
  const holder = parse(found);
  const fate = holder ? fateOf(holder) : 'unknown';
  return fate === 'unknown' ? isTouched(path, clock) : fate === 'alive';
}

async function isTouched(path: string, clock: Clock): Promise<boolean> {
  const touchedAt = () =>
    stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    );
  const before = await touchedAt();
  for (let waited = 0; waited < WATCH_MS; waited += LOOK_MS) {
    await clock.sleep(LOOK_MS);
    if ((await touchedAt()) !== before) return true;
  }
  return false;
}

/** Removes the lock that was found to be a dead one's, and puts it back if a quicker process has just made it its own. */
async function evict(path: string, found: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return; // removed by another process that wants the lock too: whoever creates the next one has it
  }
  if ((await readFile(aside, 'utf8')) === found) await rm(aside);
  else await rename(aside, path);
}

function keepTouching(path: string, clock: Clock): () => void {
  let stopped = false;
  let cancel = () => {};
  const touch = async () => {
    const at = new Date(clock.now());
    await utimes(path, at, at).catch(() => {}); // the folder was deleted under us: nothing is left to protect
    if (!stopped) cancel = clock.after(TOUCH_MS, touch);
  };
  cancel = clock.after(TOUCH_MS, touch);
  return () => {
    stopped = true;
    cancel();
  };
}

function parse(text: string): Holder | null {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return null;
  }
}

function refusal(path: string, found: string): LockedError {
  const holder = parse(found);
  const who = holder ? `process ${holder.pid} on ${holder.host}` : 'another process';
  return new LockedError(
    `The embedded database is in use by ${who} (lock file ${path}). Stop it, choose another GLIDEPATH_DATA_DIR, or set DATABASE_URL to share a PostgreSQL.`,
  );
}

import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
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
/** A take-over lasts milliseconds; a claim this old was left by a process that died over it. */
const ABANDONED_MS = 10_000;

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
    const found = await read(path);
    if (await lives(path, found, clock)) throw refusal(path, found);
    if (!(await takeOver(path, found, me, clock))) throw refusal(path, await read(path));
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

/**
 * Replaces a lock that was found to be a dead one's. A second file lets one do so at a time: whoever comes later finds
 * the lock changed, and leaves it.
 */
async function takeOver(path: string, found: string, me: string, clock: Clock): Promise<boolean> {
  const claim = `${path}.claim`;
  const claimedAt = await stat(claim).then(
    ({ mtimeMs }) => mtimeMs,
    () => Infinity,
  );
  if (clock.now() - claimedAt > ABANDONED_MS) await rm(claim, { force: true });
  if (!(await create(claim, me))) return false;
  try {
    if ((await read(path)) !== found) return false;
    await rm(path, { force: true });
    return await create(path, me);
  } finally {
    await rm(claim, { force: true });
  }
}

/** Empty when there is nothing to read: the file is gone, or is just being written. */
function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
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

import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/runtime.ts';
import { type Holder, thisProcess } from '../../../src/platform/database/holder.ts';
import { takeLock } from '../../../src/platform/database/lock.ts';
import { ManualClock } from '../../support/manual-clock.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glidepath-'));
  path = join(folder, 'lock');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const heldBy = (holder: Partial<Holder>) => writeFile(path, JSON.stringify({ ...thisProcess(), ...holder }));
const holder = async () => JSON.parse(await readFile(path, 'utf8'));

/** Takes the lock while time is moved on, so that nobody waits for a watched lock in earnest. */
async function takeWatched(onTick: () => Promise<void> = async () => {}) {
  const clock = new ManualClock();
  const outcome = takeLock(path, clock).then(
    (lock) => ({ lock, error: null }),
    (error: Error) => ({ lock: null, error }),
  );
  let settled = false;
  void outcome.then(() => {
    settled = true;
  });
  while (!settled) {
    await onTick();
    await clock.advance(200);
  }
  return outcome;
}

it('is there while it is held, with its holder in it, and gone when it is released', async () => {
  const lock = await takeLock(path, systemClock);
  expect(await holder()).toEqual(thisProcess());

  await lock.release();
  expect(existsSync(path)).toBe(false);
});

it('is refused while a living process holds it, naming the process, the file and the ways out', async () => {
  await heldBy({});

  await expect(takeLock(path, systemClock)).rejects.toThrow(
    new RegExp(`process ${process.pid} on ${hostname()} .*${path}.*GLIDEPATH_DATA_DIR.*DATABASE_URL`),
  );
});

it.runIf(process.platform === 'linux').each<[string, Partial<Holder>]>([
  ['whose process is gone', { pid: 4_194_305 }],
  ['whose number now belongs to a later process', { started: '1' }],
  ['from before the machine was started', { boot: 'an earlier one' }],
])('is taken over from a holder %s', async (_, dead) => {
  await heldBy(dead);

  const lock = await takeLock(path, systemClock);
  expect(await holder()).toEqual(thisProcess());
  await lock.release();
});

it.each<[string, () => Promise<void>]>([
  ['in another container', () => heldBy({ container: 'pid:[1]' })],
  ['on another machine', () => heldBy({ host: 'elsewhere' })],
  ['that cannot be read', () => writeFile(path, '')],
])('is taken over from a holder %s when nobody touches it', async (_, hold) => {
  await hold();

  const { lock } = await takeWatched();
  expect(await holder()).toEqual(thisProcess());
  await lock?.release();
});

it('is refused while a holder out of sight touches it', async () => {
  await heldBy({ host: 'elsewhere' });
  let time = 1_800_000_000;

  const { error } = await takeWatched(async () => utimes(path, ++time, time));
  expect(error?.message).toContain('on elsewhere');
});

it('goes to one of many who find it abandoned', async () => {
  for (let round = 0; round < 40; round++) {
    await heldBy({ pid: 4_194_305 });

    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path, systemClock)));
    const taken = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(taken).toHaveLength(1);
    await taken[0]?.value.release();
  }
});

it('is taken over past a claim whose process died over it', async () => {
  await heldBy({ pid: 4_194_305 });
  await writeFile(`${path}.claim`, '');
  await utimes(`${path}.claim`, 1, 1);

  const lock = await takeLock(path, systemClock);
  await lock.release();
  expect(await readdir(folder)).toEqual([]);
});

it('is touched every second while it is held', async () => {
  const clock = new ManualClock();
  const lock = await takeLock(path, clock);
  await clock.advance(1_000);

  await expect.poll(() => statSync(path).mtimeMs).toBe(clock.now());
  await lock.release();
  expect(clock.waiting).toBe(0);
});

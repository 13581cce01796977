import { expect, test } from 'vitest';
import { followRows } from '../../src/platform/follow-rows.ts';
import { ManualClock } from '../support/manual-clock.ts';

const LOOK_AGAIN_MS = 2000;

/** Rows that are their own numbers, on a clock that stands. */
function following() {
  const [rows, rings, clock, leaving] = [[1n, 2n], new Set<() => void>(), new ManualClock(), new AbortController()];
  const growing = {
    read: async (after: bigint, limit: number) => rows.filter((row) => row > after).slice(0, limit),
    seqOf: (row: bigint) => row,
    listen(ring: () => void) {
      rings.add(ring);
      return () => void rings.delete(ring);
    },
  };
  return { rows, rings, clock, leaving, followed: followRows(growing, clock, 0n, leaving.signal) };
}

test('rows come when they are told of, and when their news was lost', async () => {
  const { rows, rings, clock, leaving, followed } = following();
  const next = async () => (await followed.next()).value;
  expect([await next(), await next()]).toEqual([1n, 2n]);

  const told = next();
  await clock.sleepers(1);
  rows.push(3n);
  for (const ring of rings) ring();
  expect(await told).toBe(3n);
  expect(clock.waiting).toBe(0);

  const untold = next();
  await clock.sleepers(1);
  rows.push(4n);
  await clock.advance(LOOK_AGAIN_MS);
  expect(await untold).toBe(4n);
  leaving.abort();
});

test('who leaves while nothing comes has left at once, and leaves nothing waiting', async () => {
  const { rings, clock, leaving, followed } = following();
  await followed.next();
  await followed.next();
  const end = followed.next();
  await clock.sleepers(1);
  leaving.abort();
  expect(await end).toEqual({ done: true, value: undefined });
  expect([rings.size, clock.waiting]).toEqual([0, 0]);
});

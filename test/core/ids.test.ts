import { expect, test } from 'vitest';
import { timeSortedIds } from '../../src/core/runtime.ts';
import { ManualClock } from '../support/manual-clock.ts';

test('an id is a ULID behind its prefix', () => {
  const ids = timeSortedIds(new ManualClock(1469918176385)); // the example of the ULID specification
  expect(ids.next('req')).toMatch(/^req_01aryz6s41[0-9abcdefghjkmnpqrstvwxyz]{16}$/);
});

test('ids of one process count upwards, within a moment and over many', async () => {
  const clock = new ManualClock();
  const ids = timeSortedIds(clock);
  const made: string[] = [];
  for (let moment = 0; moment < 1000; moment++) {
    for (let place = 0; place < 3; place++) made.push(ids.next('id'));
    await clock.advance(1);
  }
  expect(made).toEqual(made.toSorted());
  expect(new Set(made).size).toBe(made.length);
  expect(new Set(made.map((id) => id.slice(13))).size).toBe(made.length); // by chance, not by time alone
});

test('ids count upwards when the clock is set back', () => {
  let now = 2000;
  const ids = timeSortedIds({ ...new ManualClock(), now: () => now } as unknown as ManualClock);
  const first = ids.next('id');
  now = 1000;
  expect(ids.next('id') > first).toBe(true);
});

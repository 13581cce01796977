import { expect, test } from 'vitest';
import { waits } from '../../src/limits/patience.ts';
import { testRuntime } from '../support/manual-clock.ts';

const beginning = () => {
  const { clock } = testRuntime();
  return { clock, begin: waits(clock) };
};

test('who still waits is given up in time, though another of the same millisecond had an answer', async () => {
  const { clock, begin } = beginning();
  const [answered, waiting] = [begin({ leftMs: 80 }), begin({ leftMs: 80 })];
  const patience = { leftMs: 80 };
  await clock.advance(30);
  answered.end(patience);
  expect(patience.leftMs).toBe(50);
  let givenUp = false;
  void waiting.tooLong.then(() => {
    givenUp = true;
  });
  await clock.advance(49);
  expect(givenUp).toBe(false);
  await clock.advance(1);
  expect(givenUp).toBe(true);
  waiting.end(patience);
});

test('a wait is nobody’s once all of it have their answers', async () => {
  const { clock, begin } = beginning();
  const [one, other] = [begin({ leftMs: 80 }), begin({ leftMs: 80 })];
  for (const wait of [one, other]) wait.end({ leftMs: 80 });
  expect(clock.waiting).toBe(0);
  const next = begin({ leftMs: 80 });
  const late = next.tooLong.then(() => 'too long');
  await clock.advance(80);
  expect(await late).toBe('too long');
});

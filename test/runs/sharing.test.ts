import { expect, test } from 'vitest';
import { sharing, together } from '../../src/runs/sharing.ts';

/** Looks that end when they are told to, each with the number it has. */
function looks() {
  const open: PromiseWithResolvers<string>[] = [];
  const ask = sharing((_id: string) => {
    const look = Promise.withResolvers<string>();
    open.push(look);
    return look.promise;
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { open, ask, turn };
}

test('who asks at the same moment shares one look, and who comes during it shares the next', async () => {
  const { open, ask, turn } = looks();
  const early = [ask('a'), ask('a')];
  await turn();
  const late = [ask('a'), ask('a'), ask('a')];
  await turn();
  expect(open).toHaveLength(1);
  open[0]!.resolve('first');
  expect(await Promise.all(early)).toEqual(['first', 'first']);
  await turn();
  expect(open).toHaveLength(2);
  open[1]!.resolve('second');
  expect(await Promise.all(late)).toEqual(['second', 'second', 'second']);
});

test('different things wait for nothing, and a look that fails fails only those who shared it', async () => {
  const { open, ask, turn } = looks();
  const [one, other] = [ask('a'), ask('b')];
  await turn();
  expect(open).toHaveLength(2);
  const next = ask('a');
  open[0]!.reject(new Error('gone'));
  open[1]!.resolve('b');
  await expect(one).rejects.toThrow('gone');
  expect(await other).toBe('b');
  await turn();
  open[2]!.resolve('again');
  expect(await next).toBe('again');
});

/** Waits that end when they are told to, each with the signal that gives it up. */
function waits() {
  const open: { end: PromiseWithResolvers<void>; signal: AbortSignal }[] = [];
  const wait = together((_id, signal) => {
    const end = Promise.withResolvers<void>();
    open.push({ end, signal });
    return end.promise;
  });
  return { open, wait };
}

test('all who wait for one end are one wait, which ends for all of them', async () => {
  const { open, wait } = waits();
  const { signal } = new AbortController();
  const all = Promise.all([wait('a', signal), wait('a', signal), wait('b', signal)]);
  expect(open).toHaveLength(2);
  for (const { end } of open) end.resolve();
  await all;
  const again = wait('a', signal);
  expect(open).toHaveLength(3);
  open[2]!.end.reject(new Error('lost'));
  await expect(again).rejects.toThrow('lost');
});

test('who leaves ends his own wait, and the last who leaves gives it up', async () => {
  const { open, wait } = waits();
  const [one, other] = [new AbortController(), new AbortController()];
  const first = wait('a', one.signal);
  const second = wait('a', other.signal);
  one.abort();
  await first;
  expect(open[0]!.signal.aborted).toBe(false);
  other.abort();
  await second;
  expect(open[0]!.signal.aborted).toBe(true);
  const { signal } = new AbortController();
  const third = wait('a', signal);
  expect(open).toHaveLength(2);
  open[1]!.end.resolve();
  await third;
});

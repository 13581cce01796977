import { expect, test } from 'vitest';
import { cancellable } from '../../src/core/stream.ts';

/** Says 1 and 2, then nothing until it is told to stop; `fails` before that. */
async function* source(stop: AbortSignal, fails: boolean): AsyncGenerator<number> {
  yield 1;
  yield 2;
  if (fails) throw new Error('the source broke');
  await new Promise((resolve) => stop.addEventListener('abort', resolve));
}

function opened({ fails = false, parent }: { readonly fails?: boolean; readonly parent?: AbortSignal } = {}) {
  const over: boolean[] = [];
  const stream = cancellable(
    (stop) => source(stop, fails),
    parent,
    (early) => over.push(early),
  );
  return { stream, over };
}

test('who stops reading is heard of once, and the source ends though it had more to say', async () => {
  const { stream, over } = opened();
  for await (const _first of stream) break;
  await stream.return?.();
  expect(over).toEqual([true]);
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

test('who waits for the next piece and stops reading does not wait for it', async () => {
  const { stream, over } = opened();
  await stream.next();
  await stream.next();
  const waiting = stream.next();
  await stream.return?.();
  expect((await waiting).done).toBe(true);
  expect(over).toHaveLength(1);
});

test('an abort from outside ends it without an error', async () => {
  const leaving = new AbortController();
  const { stream, over } = opened({ parent: leaving.signal });
  const heard: number[] = [];
  for await (const piece of stream) {
    heard.push(piece);
    if (piece === 2) queueMicrotask(() => leaving.abort());
  }
  expect(heard).toEqual([1, 2]);
  expect(over).toEqual([false]);
});

test('a source that breaks breaks it, and nobody reads on', async () => {
  const { stream, over } = opened({ fails: true });
  await stream.next();
  await stream.next();
  await expect(stream.next()).rejects.toThrow('the source broke');
  expect(over).toEqual([true]);
});

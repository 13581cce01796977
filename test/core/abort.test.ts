import { expect, test } from 'vitest';
import { follow, onAbort } from '../../src/core/abort.ts';
import { leftBehind } from '../support/left-behind.ts';

test('a listener hears of an abort once, also of one that was before it, and of none when it has left', () => {
  const { signal, abort } = parent();
  let heard = 0;
  onAbort(signal, () => heard++);
  onAbort(signal, () => heard++)();
  abort('enough');
  abort('again');
  expect(heard).toBe(1);
  onAbort(signal, () => heard++);
  expect(heard).toBe(2);
});

test('who follows aborts for the same reason, and does not when it has left', () => {
  const { signal, abort } = parent();
  const [follows, left, late] = [new AbortController(), new AbortController(), new AbortController()];
  follow(follows, signal);
  follow(left, signal)();
  abort('enough');
  follow(late, signal);
  expect([follows, left, late].map((each) => each.signal.reason)).toEqual(['enough', undefined, 'enough']);
});

test('who followed leaves nothing behind, nor do those who listened', async () => {
  const { signal } = parent();
  const once = async () => {
    const held = Buffer.alloc(MEGABYTE);
    const own = new AbortController();
    const leave = follow(own, signal);
    own.signal.addEventListener('abort', () => held.fill(1));
    leave();
  };
  expect(await leftBehind(30, once)).toBeLessThan(10 * MEGABYTE);
});

const MEGABYTE = 1_000_000;

function parent() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: string) => controller.abort(reason) };
}

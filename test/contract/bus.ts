import { expect, test, vi } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { Bus } from '../../src/platform/bus/bus.ts';
import type { RecordingLogger } from '../support/manual-clock.ts';

/** Two ends of one bus: two instances, or twice the same where there is only one. */
export interface BusPair {
  readonly here: Bus;
  readonly there: Bus;
  readonly log: RecordingLogger;
  /** Resolves when what is published `here` reaches the listeners of `there`. */
  connected(topic: string): Promise<void>;
}

export function busContract(open: () => Promise<BusPair>): void {
  test('tells every listener of the topic, on both ends, in the order of publishing', async () => {
    const { here, there, connected } = await open();
    const [near, far, other] = [[], [], []] as Json[][] as [Json[], Json[], Json[]];
    here.subscribe('routes', (message) => near.push(message));
    there.subscribe('routes', (message) => far.push(message));
    there.subscribe('keys', (message) => other.push(message));
    await connected('routes');
    const sent = Array.from({ length: 50 }, (_, n) => ({ n, text: 'größer ✓' }));
    for (const message of sent) void here.publish('routes', message);
    await vi.waitFor(() => expect(far).toHaveLength(sent.length));
    expect(far).toEqual(sent);
    expect(near).toEqual(sent);
    expect(other).toEqual([]);
  });

  test('calls listeners after publish has returned, with a copy', async () => {
    const { here } = await open();
    const message = { list: [1] };
    let heard: Json = null;
    here.subscribe('topic', (copy) => {
      heard = copy;
    });
    const handedOver = here.publish('topic', message);
    expect(heard).toBeNull();
    await handedOver;
    expect(heard).toEqual(message);
    expect(heard).not.toBe(message);
  });

  test('keeps a listener that throws, logs it, and tells the others', async () => {
    const { here, log } = await open();
    const heard: Json[] = [];
    here.subscribe('topic', () => {
      throw new Error('listener broke');
    });
    here.subscribe('topic', (message) => heard.push(message));
    await here.publish('topic', 1);
    await here.publish('topic', 2);
    expect(heard).toEqual([1, 2]);
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(2);
  });

  test('lets each subscription go for itself, also when one function subscribed twice', async () => {
    const { here, there, connected } = await open();
    const heard: Json[] = [];
    const listener = (message: Json) => void heard.push(message);
    const first = there.subscribe('topic', listener);
    const second = there.subscribe('topic', listener);
    await connected('topic');
    first();
    first();
    await here.publish('topic', 'one');
    await vi.waitFor(() => expect(heard).toEqual(['one']));
    second();
    await here.publish('topic', 'two');
    there.subscribe('topic', listener);
    await connected('topic');
    await here.publish('topic', 'three');
    await vi.waitFor(() => expect(heard).toEqual(['one', 'three']));
  });

  test('is silent after it was closed', async () => {
    const { here } = await open();
    const heard: Json[] = [];
    here.subscribe('topic', (message) => heard.push(message));
    await here.close();
    await here.publish('topic', 1);
    expect(heard).toEqual([]);
  });
}

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes that are still held when `work` was done so many times, and only the young generation was collected. */
export async function leftBehind(times: number, work: () => Promise<unknown>): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (how: { readonly type: 'major' | 'minor' }) => void;
  await work();
  collect({ type: 'major' });
  const before = held();
  for (let done = 0; done < times; done++) {
    await work();
    collect({ type: 'minor' });
  }
  return held() - before;
}

/** By this thread: `arrayBuffers` counts what has been sent to others as well, and they look at it when they like. */
function held(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

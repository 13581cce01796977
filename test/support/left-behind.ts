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

function held(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

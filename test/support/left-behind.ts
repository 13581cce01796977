import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of buffers that are still held when `work` was done so many times, and only the young generation was collected. */
export async function leftBehind(times: number, work: () => Promise<unknown>): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (how: { readonly type: 'major' | 'minor' }) => void;
  await work();
  collect({ type: 'major' });
  const before = process.memoryUsage().arrayBuffers;
  for (let done = 0; done < times; done++) {
    await work();
    collect({ type: 'minor' });
  }
  return process.memoryUsage().arrayBuffers - before;
}

// Loaded before a gateway (`node --import`): tells on /proc's own ground how late its event loop was. SIGUSR2 writes the
// 99th percentile since the last time, in ms, to the file BENCH_LOOP_DELAY names.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  const resolution = 5;
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  process.on('SIGUSR2', () => {
    writeFileSync(process.env.BENCH_LOOP_DELAY, String(Math.max(0, delay.percentile(99) / 1e6 - resolution)));
    delay.reset();
  });
}

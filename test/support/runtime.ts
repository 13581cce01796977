import { type Logger, type Runtime, systemClock, systemRandom, timeSortedIds } from '../../src/core/runtime.ts';

const silence = () => {};
export const silentLog: Logger = { debug: silence, info: silence, warn: silence, error: silence };

/** The system's own time, ids and chance, without notes. Where time matters, put a ManualClock in its place. */
export const systemRuntime: Runtime = {
  clock: systemClock,
  ids: timeSortedIds(systemClock),
  random: systemRandom,
  log: silentLog,
};

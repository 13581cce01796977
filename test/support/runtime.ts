import { type Logger, type Runtime, systemClock, systemRandom, timeSortedIds } from '../../src/core/runtime.ts';

const silence = () => {};
export const silentLog: Logger = { debug: silence, info: silence, warn: silence, error: silence };

/** Says nothing but what broke: a test that meets an INTERNAL error should not leave one guessing. */
const incidentLog: Logger = {
  ...silentLog,
  error: (details, message) => {
    if ('incidentId' in details) console.error(message, details);
  },
};

/** The system's own time, ids and chance, without notes. Where time matters, put a ManualClock in its place. */
export const systemRuntime: Runtime = {
  clock: systemClock,
  ids: timeSortedIds(systemClock),
  random: systemRandom,
  log: incidentLog,
};

/** The same in a hurry: whoever sleeps wakes after a fiftieth of the time. */
export const hastyRuntime: Runtime = {
  ...systemRuntime,
  clock: { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 50, signal) },
};

import type { Runtime } from '../../core/runtime.ts';
import type { RunLog } from './runlog.ts';
import { createShelf, defaultBounds, type ShelfBounds } from './shelf.ts';

/** What has ended is nowhere else. 24 M are what 4,000 short calls leave, some 40 MB: a laptop has more to do. */
const memoryBounds: ShelfBounds = { ...defaultBounds, sizeOfClosed: 24_000_000 };

/** The run log of one process: writer and readers share a shelf. A restart loses it. */
export function createMemoryRunLog(runtime: Runtime, bounds: ShelfBounds = memoryBounds): RunLog {
  const shelf = createShelf(runtime, bounds);
  return {
    open: async (runId) => shelf.open(runId),
    append: shelf.append,
    close: shelf.close,
    release: (runId) => void shelf.forget([runId]),
    follow: shelf.follow,
    held: shelf.held,
    read: async (runId) => shelf.held(runId),
    followers: async (runId) => shelf.followers(runId),
    forget: async (runIds) => shelf.forget(runIds).length,
    count: async (runIds) => runIds.filter(shelf.isClosed).length,
    dispose: async () => shelf.dispose(),
  };
}

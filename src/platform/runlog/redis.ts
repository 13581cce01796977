import type { Runtime } from '../../core/runtime.ts';
import type { Keyring } from '../keyring.ts';
import type { RedisLink } from '../redis.ts';
import { createDistant } from './distant.ts';
import { createMirror } from './mirror.ts';
import type { RunLog } from './runlog.ts';
import { createShelf, type ShelfBounds } from './shelf.ts';

/**
 * The run log of many instances. The writer keeps the log on its own shelf, where readers of the same instance find
 * it without a round trip, and a copy follows in Redis for readers elsewhere, if there may be some, and for all once it is
 * whole. So a run never waits for Redis, and an outage delays only who reads from afar. The copy is sealed: what was said
 * stands in clear in the gateway's memory only.
 */
export function createRedisRunLog(link: RedisLink, keyring: Keyring, runtime: Runtime, bounds?: ShelfBounds): RunLog {
  const shelf = createShelf(runtime, bounds);
  const mirror = createMirror(link, shelf, keyring, runtime);
  const distant = createDistant(link, keyring, runtime);
  return {
    async open(runId, sought = 'ANYBODY') {
      shelf.open(runId);
      if (sought === 'ANYBODY') await mirror.announce(runId);
      else mirror.note(runId, sought === 'MEANWHILE');
    },
    append(runId, entries) {
      shelf.append(runId, entries);
      mirror.touch(runId);
    },
    close(runId, keepMs) {
      shelf.close(runId, keepMs);
      mirror.end(runId, keepMs);
    },
    release: mirror.release,
    follow: (runId, afterSeq, idleMs, signal) =>
      (shelf.has(runId) ? shelf : distant).follow(runId, afterSeq, idleMs, signal),
    held: shelf.held,
    read: async (runId) => shelf.held(runId) ?? distant.read(runId),
    async followers(runId) {
      const { besideWriter, distant: elsewhere } = await distant.followers(runId);
      return elsewhere + (shelf.has(runId) ? shelf.followers(runId) : besideWriter);
    },
    async forget(runIds) {
      return distant.forget(runIds, shelf.forget(runIds));
    },
    count: distant.count,
    async dispose() {
      await mirror.close();
      shelf.dispose();
      distant.dispose();
    },
  };
}

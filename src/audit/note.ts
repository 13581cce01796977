import { LRUCache } from 'lru-cache';
import type { Happening, NoteOnce } from '../core/happening.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { Database } from '../platform/database/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { appendEntry } from './append.ts';
import { newsTopic } from './follow.ts';

const REPEAT_MS = 60_000;
const MAX_WAITING = 1000;

export function createNotes(database: Database, bus: Bus, keyring: Keyring, { clock, ids, log }: Runtime) {
  const lately = new LRUCache<string, true>({
    max: 10_000,
    ttl: REPEAT_MS,
    ttlResolution: 0,
    perf: { now: () => clock.now() },
  });
  const underWay = new Set<Promise<void>>();

  async function write(happening: Happening): Promise<void> {
    const facts = { diff: [], revision: 0n, idempotencyKey: null, inputHash: null };
    const { actor, ...said } = happening;
    const by = { actorId: actor.id, actorName: actor.name, ip: actor.ip };
    await database.transaction((tx) =>
      appendEntry(tx, keyring, { id: ids.next('aud'), at: clock.now(), ...said, ...by, ...facts }),
    );
    await bus.publish(newsTopic, { organizationId: happening.organizationId });
  }

  const noteOnce: NoteOnce = (happening, repeatMs = REPEAT_MS) => {
    const { organizationId, actor, action, resourceType, resourceId, reason } = happening;
    const name = JSON.stringify([organizationId, actor.id, action, resourceType, resourceId, reason]);
    if (lately.has(name)) return;
    if (underWay.size >= MAX_WAITING) {
      log.warn({ happening }, 'too much waits for the audit log: this is only in here');
      return;
    }
    lately.set(name, true, { ttl: repeatMs });
    const writing = write(happening)
      .catch((error: unknown) => log.error({ err: error, happening }, 'the audit log could not be written'))
      .finally(() => underWay.delete(writing));
    underWay.add(writing);
  };

  return {
    write,
    noteOnce,
    async close(): Promise<void> {
      await Promise.all(underWay);
    },
  };
}

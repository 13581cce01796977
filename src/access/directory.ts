import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/runtime.ts';
import type { Snapshots } from '../platform/snapshots.ts';

/**
 * API keys and sessions by the hash of their secret, remembered so that a request does not wait for the database.
 *
 * A change of an organization's keys or projects is announced under `access:<organizationId>`, of its people under
 * `people:<organizationId>`, and makes their copies disappear on every instance: at once by the bus, within half a
 * second by the poll when the bus lost the news. One topic per organization rather than per key keeps the polled table
 * small. An instance cut off from both forgets its copies by age, and then says that it cannot tell rather than trust
 * them.
 */
export interface Directory<Holder> {
  /** @throws UnavailableProblem when the secret is not remembered and the database does not answer */
  find(hash: Buffer): Promise<Holder | null>;
  /** How many changes have been heard of: while it stays the same, what was found is what would be found. */
  changes(): number;
  /** Calls back after an organization's may have changed, when `find` already answers anew; `*` is all of them. */
  onChange(listener: (organizationId: string) => void): () => void;
  close(): void;
}

const SIZE = 10_000;
/** How long a copy may be used when no news comes: the bound on trust in an instance that hears nothing. */
const KNOWN_MS = 5_000;
/** Long enough to blunt a client that retries a wrong key in a loop, short enough not to matter. */
const UNKNOWN_MS = 1_000;

/**
 * @param topic the first word of the topics that announce changes
 * @param read from the database
 */
export function createDirectory<Holder extends { readonly organizationId: string }>(
  topic: string,
  read: (hash: Buffer) => Promise<Holder | null>,
  snapshots: Snapshots,
  clock: Clock,
): Directory<Holder> {
  const known = new LRUCache<string, { record: Holder; until: number }>({ max: SIZE });
  // Apart from the others, so that a flood of wrong keys pushes out no right one.
  const unknown = new LRUCache<string, number>({ max: SIZE });
  const loads = new Map<string, Promise<Holder | null>>();
  const listeners = new Set<(organizationId: string) => void>();
  let changes = 0;

  const silence = snapshots.onChange(topic, (organizationId) => {
    for (const [name, { record }] of [...known]) {
      if (organizationId === '*' || record.organizationId === organizationId) known.delete(name);
    }
    unknown.clear();
    changes++;
    // A load under way may have read the rows as they were before the change: it answers those who wait, no others.
    loads.clear();
    for (const listener of listeners) listener(organizationId);
  });

  const load = (name: string, hash: Buffer): Promise<Holder | null> => {
    const loading = read(hash).then((record) => {
      if (loads.get(name) !== loading) return record;
      if (record) known.set(name, { record, until: clock.monotonic() + KNOWN_MS });
      else unknown.set(name, clock.monotonic() + UNKNOWN_MS);
      return record;
    });
    loads.set(name, loading);
    const forget = () => {
      if (loads.get(name) === loading) loads.delete(name);
    };
    loading.then(forget, forget);
    return loading;
  };

  return {
    async find(hash) {
      const name = hash.toString('base64');
      const copy = known.get(name);
      if (copy && clock.monotonic() < copy.until) return copy.record;
      if (clock.monotonic() < (unknown.get(name) ?? 0)) return null;
      return loads.get(name) ?? load(name, hash);
    },
    changes: () => changes,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: silence,
  };
}

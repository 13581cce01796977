import { LRUCache } from 'lru-cache';
import type { Runtime } from '../core/runtime.ts';
import type { Bus } from './bus/bus.ts';
import type { Database } from './database/database.ts';

/**
 * Copies of control-plane rows, so that the data plane never waits for the database. A change is announced on the bus
 * (fast, may be lost) and counted in the `revision` table, which is polled (never lost): a copy is at most `POLL_MS`
 * behind even when the news did not arrive, and works without Redis between processes on one PostgreSQL.
 */
export interface Snapshots {
  /**
   * @param prefix topics look like `prefix:key`; a change of one reloads that key's copy at its next use
   * @param load reads the rows of one key; must not be slow, it is called with a caller waiting
   * @param size how many keys are kept
   */
  of<T extends object>(prefix: string, size: number, load: (key: string) => Promise<T>): Snapshot<T>;
  /** Calls back after any change of a topic with this prefix, with the topic's key. */
  onChange(prefix: string, listener: (key: string) => void): () => void;
  close(): void;
}

/** What the bus says on `revisions`, and the table holds: how often a topic was changed, as a decimal. */
export type Revision = { readonly topic: string; readonly revision: string };

export interface Snapshot<T> {
  /** The copy, loaded when it is not here. Concurrent callers share one load. */
  get(key: string): Promise<T>;
}

const POLL_MS = 500;

export function createSnapshots(database: Database, bus: Bus, runtime: Runtime): Snapshots {
  const listeners = new Map<string, Set<(key: string) => void>>();
  const changed = (topic: string) => {
    const [prefix = '', ...rest] = topic.split(':');
    for (const listener of listeners.get(prefix) ?? []) listener(rest.join(':'));
  };
  const onChange = (prefix: string, listener: (key: string) => void) => {
    const group = listeners.get(prefix) ?? new Set();
    listeners.set(prefix, group.add(listener));
    return () => void group.delete(listener);
  };

  /** What was told of each topic, so that the poll does not tell again what the bus has told. */
  const told = new Map<string, string>();
  const tell = ({ topic, revision }: Revision) => {
    if (told.get(topic) === revision) return;
    told.set(topic, revision);
    changed(topic);
  };
  const silence = bus.subscribe('revisions', (message) => tell(message as Revision));
  const stopPolling = database.kind === 'postgres' ? poll(database, runtime, tell) : () => {};

  return {
    onChange,
    of(prefix, size, load) {
      const copies = new LRUCache<string, Promise<object>>({ max: size });
      onChange(prefix, (key) => (key === '*' ? copies.clear() : copies.delete(key)));
      return {
        get(key) {
          const known = copies.get(key);
          if (known) return known as ReturnType<typeof load>;
          const loading = load(key);
          copies.set(key, loading);
          loading.catch(() => copies.peek(key) === loading && copies.delete(key));
          return loading;
        },
      };
    },
    close() {
      silence();
      stopPolling();
    },
  };
}

/**
 * The embedded database has one process, whose own bus loses nothing: only PostgreSQL needs the poll. The first look tells of
 * every topic: a copy may have been loaded just before, and missed a change since.
 */
function poll(database: Database, runtime: Runtime, tell: (revision: Revision) => void): () => void {
  let cancel = () => {};
  let stopped = false;
  const look = async () => {
    try {
      for (const row of await database.query<Revision>('SELECT topic, revision FROM revision')) tell(row);
    } catch (error) {
      runtime.log.debug({ err: error }, 'revisions could not be polled');
    }
    if (!stopped) cancel = runtime.clock.after(POLL_MS, look);
  };
  void look();
  return () => {
    stopped = true;
    cancel();
  };
}

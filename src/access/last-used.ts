import type { Runtime } from '../core/runtime.ts';
import type { Database } from '../platform/database/database.ts';
import { touchKeys } from './store.ts';

/** When each key was last used: noted in memory, written once a minute for all of them in one statement. */
export interface LastUsed {
  note(apiKeyId: string): void;
  /** Writes what is noted; for a graceful stop. */
  close(): Promise<void>;
}

const EVERY_MS = 60_000;

export function createLastUsed(database: Database, runtime: Runtime): LastUsed {
  /** Key id to Unix ms. As many entries as there are keys in use, for one minute. */
  let noted = new Map<string, number>();
  let cancel: (() => void) | null = null;

  const write = async () => {
    cancel = null;
    const batch = noted;
    noted = new Map();
    if (batch.size === 0) return;
    try {
      await touchKeys(database, batch);
    } catch (error) {
      // A date for people to look at: not worth keeping a queue for, the next use of the key brings it up to date.
      runtime.log.warn({ err: error, keys: batch.size }, 'the last use of some API keys was not written down');
    }
  };

  return {
    note(apiKeyId) {
      noted.set(apiKeyId, runtime.clock.now());
      cancel ??= runtime.clock.after(EVERY_MS, write);
    },
    async close() {
      cancel?.();
      await write();
    },
  };
}

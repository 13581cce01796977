import { LRUCache } from 'lru-cache';
import type { Clock } from '../../core/runtime.ts';
import type { Answers } from './answers.ts';

/** 64 MB: about ten thousand answers of a page or two. */
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** Answers of one process. When they outgrow `maxBytes`, the ones unused for longest go. */
export function createMemoryAnswers(clock: Clock, maxBytes: number = DEFAULT_MAX_BYTES): Answers {
  const kept = new LRUCache<string, { readonly text: string; readonly until: number }>({
    maxSize: maxBytes,
    sizeCalculation: ({ text }, key) => 2 * (key.length + text.length) + 1, // strings hold UTF-16; never 0
  });
  const beginning = (prefix: string) => [...kept.keys()].filter((key) => key.startsWith(prefix));
  return {
    async get(key) {
      const answer = kept.get(key);
      if (!answer) return null;
      if (answer.until > clock.monotonic()) return answer.text;
      kept.delete(key);
      return null;
    },
    async set(key, value, ttlMs) {
      kept.set(key, { text: value, until: clock.monotonic() + ttlMs });
    },
    count: async (prefix) => beginning(prefix).length,
    async purge(prefix) {
      const doomed = beginning(prefix);
      for (const key of doomed) kept.delete(key);
      return doomed.length;
    },
    async close() {
      kept.clear();
    },
  };
}

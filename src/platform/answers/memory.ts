import { LRUCache } from 'lru-cache';
import type { Clock } from '../../core/runtime.ts';
import type { Answers } from './answers.ts';

/** 64 MB: about ten thousand answers of a page or two. */
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** Answers whose time is over are there for so long at most. */
const SWEEP_MS = 20_000;

/** Answers of one process. When they outgrow `maxBytes`, the ones unused for longest go. */
export function createMemoryAnswers(clock: Clock, maxBytes: number = DEFAULT_MAX_BYTES): Answers {
  const kept = new LRUCache<string, { readonly text: string; readonly until: number }>({
    maxSize: maxBytes,
    sizeCalculation: ({ text }, key) => 2 * (key.length + text.length) + 1, // strings hold UTF-16; never 0
  });
  const over = ({ until }: { readonly until: number }) => until <= clock.monotonic();
  const beginning = (prefix: string) =>
    [...kept].flatMap(([key, answer]) => (key.startsWith(prefix) && !over(answer) ? [key] : []));
  let cancel: (() => void) | null = null;

  /** While there is something to look after. */
  function sweep(): void {
    for (const [key, answer] of [...kept]) if (over(answer)) kept.delete(key);
    cancel = kept.size > 0 ? clock.after(SWEEP_MS, sweep) : null;
  }

  return {
    async get(key) {
      const answer = kept.get(key);
      if (!answer) return null;
      if (!over(answer)) return answer.text;
      kept.delete(key);
      return null;
    },
    async set(key, value, ttlMs) {
      kept.set(key, { text: value, until: clock.monotonic() + ttlMs });
      cancel ??= clock.after(SWEEP_MS, sweep);
    },
    count: async (prefix) => beginning(prefix).length,
    async purge(prefix) {
      const doomed = beginning(prefix);
      for (const key of doomed) kept.delete(key);
      return doomed.length;
    },
    async close() {
      cancel?.();
      cancel = null;
      kept.clear();
    },
  };
}

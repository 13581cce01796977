import type { Json } from '../../core/json.ts';

/**
 * News between the instances of one deployment. It may be lost (never reordered within a topic from one sender), so
 * whoever listens must also have a slower way to find out: see snapshots.ts and runlog.
 */
export interface Bus {
  /** Resolves when handed over; a bus that cannot be reached drops the news and says so in its health. */
  publish(topic: string, message: Json): Promise<void>;
  /** The listener hears this process's own news too. A listener that throws is logged and kept. */
  subscribe(topic: string, listener: (message: Json) => void): () => void;
  close(): Promise<void>;
}

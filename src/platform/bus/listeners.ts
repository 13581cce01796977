import type { Json } from '../../core/json.ts';
import type { Logger } from '../../core/runtime.ts';

export type Listener = (message: Json) => void | Promise<void>;

/** Who listens to what in this process, and the calling of them. */
export interface Listeners {
  add(topic: string, listener: Listener): () => void;
  /** Calls the listeners of `topic` one after the other; one that throws is logged and the next is called. */
  tell(topic: string, message: Json): void;
}

/**
 * @param onFirst called when a topic gets its first listener; what it returns is called when the last one has gone
 */
export function createListeners(log: Logger, onFirst: (topic: string) => () => void = () => () => {}): Listeners {
  const topics = new Map<string, { readonly group: Set<Listener>; readonly onLast: () => void }>();
  return {
    add(topic, listener) {
      const known = topics.get(topic) ?? { group: new Set(), onLast: onFirst(topic) };
      topics.set(topic, known);
      // A wrapper per subscription: the same function given twice is two listeners, and each leaves for itself.
      const mine: Listener = (message) => listener(message);
      known.group.add(mine);
      return () => {
        if (!known.group.delete(mine) || known.group.size > 0) return;
        topics.delete(topic);
        known.onLast();
      };
    },
    tell(topic, message) {
      const failed = (error: unknown) => log.error({ err: error, topic }, 'a listener of the bus failed');
      for (const listener of [...(topics.get(topic)?.group ?? [])]) {
        try {
          const heard: unknown = listener(message);
          if (heard instanceof Promise) heard.catch(failed);
        } catch (error) {
          failed(error);
        }
      }
    },
  };
}

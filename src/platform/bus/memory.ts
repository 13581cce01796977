import type { Json } from '../../core/json.ts';
import { decodeJson, encodeJson } from '../../core/json.ts';
import type { Logger } from '../../core/runtime.ts';
import type { Bus } from './bus.ts';
import { createListeners } from './listeners.ts';

/** News within one process: nothing is lost. Listeners are called after `publish` has returned, in its order. */
export function createMemoryBus(log: Logger): Bus {
  const listeners = createListeners(log);
  let open = true;
  return {
    async publish(topic, message) {
      const text = encodeJson(message); // what is heard is a copy, as it is when the news travels
      queueMicrotask(() => open && listeners.tell(topic, decodeJson(text) as Json));
    },
    subscribe: listeners.add,
    async close() {
      open = false;
    },
  };
}

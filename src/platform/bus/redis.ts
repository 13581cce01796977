import type { Json } from '../../core/json.ts';
import { decodeJson, encodeJson } from '../../core/json.ts';
import type { Ids, Logger } from '../../core/runtime.ts';
import type { RedisLink } from '../redis.ts';
import type { Bus } from './bus.ts';
import { createListeners } from './listeners.ts';

/**
 * News between processes by Redis PUBLISH, on channel `bus:<topic>` as `[sender, message]`.
 * A process's own listeners are told directly, so its own news never depends on Redis.
 */
export function createRedisBus(link: RedisLink, runtime: { readonly ids: Ids; readonly log: Logger }): Bus {
  const self = runtime.ids.next('bus');
  const channelOf = (topic: string) => link.key(`bus:${topic}`);
  const listeners = createListeners(runtime.log, (topic) =>
    link.subscribe(channelOf(topic), (text) => {
      const news = newsIn(text);
      if (!news) runtime.log.warn({ topic }, 'there is news on the bus that is none of ours');
      else if (open && news.sender !== self) listeners.tell(topic, news.message);
    }),
  );
  let open = true;
  let dropping = false;

  return {
    async publish(topic, message) {
      const text = encodeJson([self, message]);
      queueMicrotask(() => open && listeners.tell(topic, (decodeJson(text) as [string, Json])[1]));
      try {
        await link.run((redis) => redis.publish(channelOf(topic), text));
        dropping = false;
      } catch (error) {
        if (!dropping) runtime.log.warn({ err: error, topic }, 'news for other instances is dropped: no Redis');
        dropping = true;
      }
    },
    subscribe: listeners.add,
    async close() {
      open = false;
    },
  };
}

/** Whoever else writes to this Redis may write anything. */
function newsIn(text: string): { readonly sender: string; readonly message: Json } | null {
  try {
    const [sender, message] = decodeJson(text) as [string, Json];
    return typeof sender === 'string' ? { sender, message } : null;
  } catch {
    return null;
  }
}

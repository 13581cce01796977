import type { RedisLink } from '../redis.ts';

/** Where the parts of one run's log are in Redis; append.lua and readers.lua say what they hold. */
export function keysOf(link: RedisLink, runId: string) {
  const name = link.key(`run:${runId}`);
  return { stream: name, alive: `${name}:alive`, readers: `${name}:readers`, channel: `${name}:news` };
}

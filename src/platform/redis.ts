import { Command, Redis, type RedisOptions } from 'ioredis';
import { UnavailableProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { HealthCheck } from './health.ts';

/**
 * One Redis as the rest of the platform sees it: a connection for commands, one for news. Left to itself ioredis waits
 * over 12 s for a frozen server and then *executes what it had queued*. Here every command ends within `commandMs`,
 * nothing is queued while the connection is down, and a connection that has gone silent is replaced.
 * What was already on the wire when a server froze may still be executed when it thaws; so every command we send
 * must do no harm when it comes late.
 */
export interface RedisLink extends HealthCheck {
  /** The full name of a key or channel: all of ours share one prefix. */
  key(name: string): string;
  /** @throws UnavailableProblem whatever went wrong, with the cause */
  run<T>(command: (redis: Redis) => Promise<T>): Promise<T>;
  /** A Lua script, sent once per server and then called by its hash. */
  script(lua: string): (keys: readonly string[], args: readonly (string | number | Buffer)[]) => Promise<unknown>;
  /** News of a channel from the time when the server has heard of it, again after each reconnection; may be lost. */
  subscribe(channel: string, listener: (message: string) => void): () => void;
  close(): Promise<void>;
}

export interface RedisDeadlines {
  /** From sending a command to its answer. */
  readonly commandMs: number;
  /** A connection that owes us an answer for so long is cut. More than `commandMs`: one slow command is no outage. */
  readonly silenceMs: number;
  readonly connectMs: number;
  /** Waits between attempts to connect double up to this, for ever. */
  readonly reconnectMs: number;
  /** How often both connections are asked whether they live. */
  readonly heartbeatMs: number;
}

/**
 * A frozen Redis is noticed within `heartbeatMs + silenceMs`, under a second; until then a command costs `commandMs`.
 * Not less: when our own event loop stands still for so long, an answer that has arrived counts as missing.
 */
export const defaultDeadlines: RedisDeadlines = {
  commandMs: 300,
  silenceMs: 600,
  connectMs: 1000,
  reconnectMs: 1000,
  heartbeatMs: 300,
};

/**
 * Resolves when connected, or after `connectMs` without: the link heals by itself, `healthy()` says when.
 * @param url redis:// or rediss://, with user, password and database number as usual
 * @param prefix of every key and channel, e.g. `glidepath:`
 */
export async function openRedis(
  url: string,
  prefix: string,
  runtime: Runtime,
  deadlines: RedisDeadlines = defaultDeadlines,
): Promise<RedisLink> {
  const note = outageNotes(runtime);
  const commands = connect(url, runtime, deadlines, note);
  const news = connect(url, runtime, deadlines, note);
  const channels = listenToChannels(news);
  const heartbeat = beat([commands, news], runtime, deadlines.heartbeatMs);

  const run = async <T>(command: (redis: Redis) => Promise<T>): Promise<T> => {
    try {
      return await command(commands);
    } catch (cause) {
      throw new UnavailableProblem('redis', 'Redis does not answer just now. Try again shortly.', { cause });
    }
  };

  await firstReady([commands, news], runtime, deadlines.connectMs);
  return {
    name: 'redis',
    healthy: () => heartbeat.good() && commands.status === 'ready' && news.status === 'ready',
    key: (name) => prefix + name,
    run,
    script(lua) {
      let sha: string | undefined;
      return (keys, args) =>
        run(async (redis) => {
          const rest = [keys.length, ...keys, ...args];
          sha ??= (await redis.script('LOAD', lua)) as string;
          try {
            return await send(redis, 'evalsha', [sha, ...rest]);
          } catch (error) {
            if (!(error as Error).message.startsWith('NOSCRIPT')) throw error; // a restart or SCRIPT FLUSH forgets it
            return await send(redis, 'eval', [lua, ...rest]);
          }
        });
    },
    subscribe: channels.subscribe,
    async close() {
      note.stop();
      heartbeat.stop();
      await Promise.all([ended(commands), ended(news)]);
    },
  };
}

/**
 * As `redis.evalsha` and the like would, but for what is left: ioredis assigns a function to each command, which V8 therefore
 * keeps until the next full collection (database/client.ts says why), and with it all that the command was sent with.
 */
async function send(redis: Redis, name: string, args: (string | number | Buffer)[]): Promise<unknown> {
  const command = new Command(name, args, { replyEncoding: 'utf8' });
  try {
    return await redis.sendCommand(command);
  } finally {
    command.args.length = 0;
  }
}

function connect(url: string, runtime: Runtime, deadlines: RedisDeadlines, note: OutageNotes): Redis {
  const options = {
    commandTimeout: deadlines.commandMs,
    socketTimeout: deadlines.silenceMs,
    connectTimeout: deadlines.connectMs,
    disconnectTimeout: deadlines.commandMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false, // it forgets what was asked for while the connection was down: see listenToChannels
    maxRetriesPerRequest: 0,
    retryStrategy: (times: number) => {
      const wait = Math.min(25 * 2 ** Math.min(times, 10), deadlines.reconnectMs);
      return wait * (0.5 + runtime.random.float() / 2); // a fleet must not come back in step
    },
  } satisfies RedisOptions;
  const redis = new Redis(url, options);
  redis.on('error', note.failed); // without a listener an error event would be printed by the library
  redis.on('close', note.failed); // a server that stops in good order causes no error
  redis.on('ready', note.recovered);
  return redis;
}

interface OutageNotes {
  failed(error?: unknown): void;
  recovered(): void;
  stop(): void;
}

/** One line when Redis goes and one when it is back, however many connections and attempts are between. */
function outageNotes(runtime: Runtime): OutageNotes {
  let state: 'fine' | 'out' | 'over' = 'fine';
  return {
    failed(error) {
      if (state !== 'fine') return;
      state = 'out';
      runtime.log.warn({ err: error }, 'Redis cannot be reached; trying again until it can');
    },
    recovered() {
      if (state !== 'out') return;
      state = 'fine';
      runtime.log.info({}, 'Redis is back');
    },
    stop() {
      state = 'over';
    },
  };
}

/** The map is the truth about what we listen to; every new connection is told all of it. */
function listenToChannels(news: Redis): Pick<RedisLink, 'subscribe'> {
  const channels = new Map<string, Set<(message: string) => void>>();
  const ask = (names: readonly string[]) => {
    // A failure needs no care here: the heartbeat sees it too, and a new connection asks for everything again.
    if (names.length > 0 && news.status === 'ready') news.subscribe(...names).catch(() => {});
  };
  news.on('ready', () => ask([...channels.keys()]));
  news.on('message', (channel: string, message: string) => {
    for (const listener of [...(channels.get(channel) ?? [])]) listener(message);
  });
  return {
    subscribe(channel, listener) {
      const group = channels.get(channel) ?? new Set();
      if (group.size === 0) ask([channel]);
      const mine = (message: string) => listener(message); // the same function given twice is two listeners
      channels.set(channel, group.add(mine));
      return () => {
        if (!group.delete(mine) || group.size > 0) return;
        channels.delete(channel);
        if (news.status === 'ready') news.unsubscribe(channel).catch(() => {});
      };
    },
  };
}

/** Asks every connection whether it lives: an idle one would not notice that its server is gone. */
function beat(connections: readonly Redis[], runtime: Runtime, everyMs: number): { good(): boolean; stop(): void } {
  let good = true;
  let stopped = false;
  let cancel = () => {};
  const ask = async () => {
    const answers = await Promise.allSettled(connections.map((redis) => redis.ping()));
    if (stopped) return;
    good = answers.every(({ status }) => status === 'fulfilled');
    cancel = runtime.clock.after(everyMs, ask);
  };
  cancel = runtime.clock.after(everyMs, ask);
  return {
    good: () => good,
    stop() {
      stopped = true;
      good = false;
      cancel();
    },
  };
}

function firstReady(connections: readonly Redis[], runtime: Runtime, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    let missing = connections.length;
    const cancel = runtime.clock.after(withinMs, resolve);
    for (const redis of connections) {
      redis.once('ready', () => {
        missing -= 1;
        if (missing > 0) return;
        cancel();
        resolve();
      });
    }
  });
}

/** Closes the connection. Between two attempts to connect there is none, and no event would tell of its end. */
async function ended(redis: Redis): Promise<void> {
  const open = redis.status === 'ready' || redis.status === 'connect' || redis.status === 'connecting';
  const end = open ? new Promise<void>((resolve) => redis.once('end', resolve)) : null;
  redis.disconnect();
  await end;
}

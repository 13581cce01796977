import { scopes as allScopes, type Caller, type Scope } from '../../src/core/caller.ts';
import { NotFoundProblem, Unauthenticated } from '../../src/core/problem.ts';
import { type Clock, type Logger, systemClock, systemRandom, timeSortedIds } from '../../src/core/runtime.ts';
import { cancellable } from '../../src/core/stream.ts';
import { builder } from '../../src/graphql/builder.ts';
import type { Gateway } from '../../src/graphql/context.ts';
import { type ServeOptions, type Server, serve } from '../../src/server.ts';
import { noAudit } from '../support/no-audit.ts';

/**
 * A server with the real shell (builder, admission, transports) around a handful of fields made for looking at it, and
 * around rooms of which only the door of `access` exists.
 */
export interface House extends Server {
  readonly key: string;
  /** Lines of the log, newest last. */
  readonly log: readonly { level: string; message: string; fields: Record<string, unknown> }[];
  ready: boolean;
  revoke(key: string): void;
  /** A key with these scopes only. */
  keyWith(...scopes: readonly Scope[]): string;
  /** Resolves when nobody waits for a revocation any more: nothing is open, and nothing was left behind. */
  unwatched(): Promise<void>;
}

export async function openHouse(options: Partial<ServeOptions> = {}, clock: Clock = systemClock): Promise<House> {
  const keys = new Map<string, Caller>();
  const listeners = new Map<() => void, string>();
  const waiting: (() => void)[] = [];
  const log: House['log'][number][] = [];
  const level = (name: string) => (fields: object, message: string) =>
    void log.push({ level: name, message, fields: { ...fields } });
  const logger: Logger = { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
  const runtime = { clock, ids: timeSortedIds(systemClock), random: systemRandom, log: logger };

  const access = {
    async authenticate({ authorization }: { authorization: string | null }) {
      const caller = keys.get(authorization?.replace(/^Bearer /, '') ?? '');
      if (!caller) throw new Unauthenticated();
      return caller;
    },
    onRevoked(caller: Caller, listener: () => void) {
      listeners.set(listener, caller.apiKeyId);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) for (const resolve of waiting.splice(0)) resolve();
      };
    },
  };
  function keyWith(...scopes: readonly Scope[]): string {
    const key = `gp_test_${keys.size}`;
    keys.set(key, { ...someone, apiKeyId: `key_${keys.size}`, scopes: new Set(scopes) });
    return key;
  }

  const state = { ready: true };
  const gateway: Gateway = {
    rooms: { access, audit: noAudit } as unknown as Gateway['rooms'],
    prisma: {} as Gateway['prisma'],
    runtime,
    ready: () => state.ready,
  };
  const server = await serve(gateway, { schema: houseSchema, host: '127.0.0.1', port: 0, ...options });
  return {
    ...server,
    log,
    key: keyWith(...allScopes),
    keyWith,
    get ready() {
      return state.ready;
    },
    set ready(ready) {
      state.ready = ready;
    },
    unwatched: () =>
      new Promise((resolve) => {
        if (listeners.size === 0) resolve();
        else waiting.push(resolve);
      }),
    revoke(key) {
      const id = keys.get(key)?.apiKeyId;
      keys.delete(key);
      for (const [listener, apiKeyId] of listeners) if (apiKeyId === id) listener();
    },
  };
}

const someone = {
  organizationId: 'org_1',
  teamId: 'team_1',
  projectId: 'prj_1',
  apiKeyName: 'test',
  ip: null,
};

/** What sources of subscriptions and slow fields say about themselves; awaited by tests. */
export const notes = createNotes();

function createNotes() {
  let seen: string[] = [];
  let waiting: { note: string; resolve: () => void }[] = [];
  return {
    write(note: string) {
      seen.push(note);
      for (const waiter of waiting.filter((waiter) => waiter.note === note)) waiter.resolve();
      waiting = waiting.filter((waiter) => waiter.note !== note);
    },
    /** Resolves when `note` is written, or has been since the last `clear`. */
    read(note: string): Promise<void> {
      if (seen.includes(note)) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ note, resolve }));
    },
    has: (note: string) => seen.includes(note),
    clear() {
      seen = [];
    },
  };
}

/** Resolves with the signal's abort. */
function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

interface Tree {
  readonly level: number;
}
const Tree = builder.objectRef<Tree>('Tree');
Tree.implement({
  fields: (t) => ({
    level: t.exposeInt('level'),
    child: t.field({ type: Tree, resolve: ({ level }) => ({ level: level + 1 }) }),
    children: t.connection({
      type: Tree,
      resolve: ({ level }, { first, last }) => {
        const edges = Array.from({ length: first ?? last ?? 0 }, (_, at) => ({
          cursor: String(at),
          node: { level: level + 1 },
        }));
        return {
          edges,
          pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: '0', endCursor: '0' },
        };
      },
    }),
  }),
});

const NoteInput = builder.inputType('NoteInput', { fields: (t) => ({ text: t.string({ required: true }) }) });
const anyone = { authScopes: { anyone: true } } as const;

builder.queryFields((t) => ({
  hello: t.string({
    ...anyone,
    args: { name: t.arg.string() },
    resolve: (_root, { name }) => `Hello ${name ?? 'you'}`,
  }),
  tree: t.field({ ...anyone, type: Tree, resolve: () => ({ level: 0 }) }),
  missing: t.string({
    ...anyone,
    nullable: true,
    resolve: () => {
      throw new NotFoundProblem('Thing', 'thing_1');
    },
  }),
  broken: t.string({
    ...anyone,
    nullable: true,
    resolve: () => {
      throw new Error('password=hunter2');
    },
  }),
  guarded: t.string({ authScopes: { scope: 'KEYS_READ' }, nullable: true, resolve: () => 'open' }),
  json: t.field({ ...anyone, type: 'JSON', args: { value: t.arg({ type: 'JSON' }) }, resolve: () => 'taken' }),
  slow: t.string({
    ...anyone,
    resolve: async (_root, _args, { signal }) => {
      notes.write('slow started');
      await untilAborted(signal);
      notes.write('slow aborted');
      return 'aborted';
    },
  }),
  /** More than sockets hold. */
  large: t.string({ ...anyone, resolve: () => 'x'.repeat(30_000_000) }),
  held: t.string({
    ...anyone,
    resolve: async () => {
      notes.write('held started');
      await notes.read('let go');
      return 'done';
    },
  }),
}));

builder.mutationFields((t) => ({
  remember: t.string({
    ...anyone,
    args: { input: t.arg({ type: NoteInput, required: true }) },
    resolve: (_root, { input }) => input.text.slice(0, 100),
  }),
  completionCreate: t.int({
    ...anyone,
    args: { input: t.arg({ type: NoteInput, required: true }) },
    resolve: (_root, { input }) => input.text.length,
  }),
}));

builder.subscriptionFields((t) => ({
  count: t.int({
    ...anyone,
    args: { to: t.arg.int({ required: true }) },
    subscribe: async function* (_root, { to }) {
      for (let n = 1; n <= to; n++) yield n;
    },
    resolve: (n) => n as number,
  }),
  /** A hundred megabytes, one after the other: more than sockets hold. */
  long: t.string({
    ...anyone,
    subscribe: async function* () {
      for (let n = 1; n <= 100; n++) {
        notes.write(`long ${n}`);
        yield 'x'.repeat(1_000_000);
      }
    },
    resolve: (text) => text as string,
  }),
  /** Says 1 and then waits for ever, like a provider that does not answer. */
  silent: t.int({
    ...anyone,
    subscribe: (_root, _args, { signal }) =>
      cancellable(async function* (stop) {
        notes.write('silent started');
        yield 1;
        await untilAborted(stop);
        notes.write('silent aborted');
      }, signal),
    resolve: (n) => n as number,
  }),
  /** The same, but blocked in an await that only the signal of the context ends. */
  stuck: t.int({
    ...anyone,
    subscribe: async function* (_root, _args, { signal }) {
      yield 1;
      await untilAborted(signal);
      notes.write('stuck aborted');
    },
    resolve: (n) => n as number,
  }),
  breaks: t.int({
    ...anyone,
    subscribe: async function* () {
      yield 1;
      throw new Error('password=hunter2');
    },
    resolve: (n) => n as number,
  }),
}));

export const houseSchema = builder.toSchema();

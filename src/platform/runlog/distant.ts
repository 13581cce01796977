import { readFileSync } from 'node:fs';
import { UnavailableProblem } from '../../core/problem.ts';
import type { Runtime } from '../../core/runtime.ts';
import type { Keyring } from '../keyring.ts';
import type { RedisLink } from '../redis.ts';
import { type Bell, createBell } from './bell.ts';
import { keysOf } from './keys.ts';
import { type LogEntry, LostRun } from './runlog.ts';
import { openPiece } from './sealed.ts';

const READERS = readFileSync(new URL('readers.lua', import.meta.url), 'utf8');

/** News may be lost; a reader looks by itself this often, so that lost news only delays. */
const LOOK_MS = 1000;
/** How long a reader bears silence, of Redis or of the writer, in a log that it has once seen. */
const PATIENCE_MS = 15_000;
/** A reader that has not been heard of for so long is not counted any more. */
const READER_MS = 15_000;
const READER_SIGN_MS = 5_000;
/** Pieces per look, and logs: the answer must be here long before its deadline. */
const PAGE = 100;

/** Reading the runs that are driven on other instances. */
export interface Distant {
  /** @throws UnavailableProblem when Redis cannot be reached at the start; later outages are waited for */
  follow(runId: string, afterSeq: number, idleMs: number, signal: AbortSignal): AsyncIterable<readonly LogEntry[]>;
  read(runId: string): Promise<readonly LogEntry[] | null>;
  /** Readers here and there, without this instance's own local ones. */
  followers(runId: string): Promise<{ readonly besideWriter: number; readonly distant: number }>;
  /** Closed logs only, like `count`. @param ended known to be, though their end may not be copied yet @returns how many */
  forget(runIds: readonly string[], ended: readonly string[]): Promise<number>;
  count(runIds: readonly string[]): Promise<number>;
  /** Ends all reading with LostRun. */
  dispose(): void;
}

interface Page {
  readonly entries: readonly LogEntry[];
  /** The log ends with these. */
  readonly over: boolean;
  /** There may be more already. */
  readonly full: boolean;
}

const NOTHING: Page = { entries: [], over: false, full: false };

export function createDistant(link: RedisLink, keyring: Keyring, runtime: Runtime): Distant {
  const sign = link.script(READERS);
  const { clock } = runtime;
  const bells = new Set<Bell>();
  let disposed = false;

  /** @throws LostRun when there is nothing to read and nobody who writes, UnavailableProblem */
  async function page(runId: string, afterSeq: number): Promise<Page> {
    const { stream, alive } = keysOf(link, runId);
    // The sign of life is asked for first: a writer that ends its log in between is then seen to have ended it.
    const [living, rows] = await link.run((redis) =>
      Promise.all([redis.exists(alive), redis.xrangeBuffer(stream, `(${afterSeq}-0`, '+', 'COUNT', PAGE)]),
    );
    if (rows.length === 0 && living === 0) {
      const [last] = await link.run((redis) => redis.xrevrange(stream, '+', '-', 'COUNT', 1));
      if (last?.[1][0] !== 'end') throw new LostRun();
      return { entries: [], over: true, full: false };
    }
    return {
      over: rows.at(-1)?.[1][0]?.toString() === 'end',
      full: rows.length === PAGE,
      entries: rows
        .flatMap(([id, fields]) => {
          const piece = pieceIn(fields);
          return piece ? openPiece(keyring, runId, Number.parseInt(id.toString(), 10), piece) : [];
        })
        // The first piece may have begun before.
        .filter(({ seq }) => seq > afterSeq),
    };
  }

  /** Pages that come one after the other; a silence of Redis or of the writer reads as nothing new for a while. */
  function pager(runId: string): (afterSeq: number) => Promise<Page> {
    let contactAt: number | null = null;
    return async (afterSeq) => {
      try {
        const found = await page(runId, afterSeq);
        contactAt = clock.monotonic();
        return found;
      } catch (error) {
        if (!(error instanceof UnavailableProblem) || contactAt === null) throw error;
        if (clock.monotonic() - contactAt >= PATIENCE_MS) throw new LostRun();
        return NOTHING;
      }
    };
  }

  /** Makes a reader count among the followers until it is told to stop. */
  function attendance(runId: string): { show(): void; end(): void } {
    const { readers } = keysOf(link, runId);
    const reader = runtime.ids.next('rdr');
    let nextAt = clock.monotonic();
    let showing: Promise<unknown> = Promise.resolve();
    return {
      show() {
        if (clock.monotonic() < nextAt) return;
        nextAt = clock.monotonic() + READER_SIGN_MS;
        showing = sign([readers], [reader, READER_MS]).catch(() => {}); // shown again soon
      },
      end() {
        showing = showing.then(() => link.run((redis) => redis.zrem(readers, reader))).catch(() => {}); // or forgotten
      },
    };
  }

  /** The logs among these that have come to their end. */
  async function closedOf(runIds: readonly string[]): Promise<string[]> {
    const closed: string[] = [];
    for (let from = 0; from < runIds.length; from += PAGE) {
      const some = runIds.slice(from, from + PAGE);
      const lasts = await link.run((redis) =>
        Promise.all(some.map((runId) => redis.xrevrange(keysOf(link, runId).stream, '+', '-', 'COUNT', 1))),
      );
      closed.push(...some.filter((_, place) => lasts[place]![0]?.[1][0] === 'end'));
    }
    return closed;
  }

  return {
    async *follow(runId, afterSeq, idleMs, signal) {
      const bell = createBell(clock);
      bells.add(bell);
      const next = pager(runId);
      const { show, end } = attendance(runId);
      const unsubscribe = link.subscribe(keysOf(link, runId).channel, bell.ring);
      signal.addEventListener('abort', bell.ring, { once: true });
      let seq = afterSeq;
      let spokeAt = clock.monotonic();
      try {
        while (!signal.aborted) {
          if (disposed) throw new LostRun();
          show();
          const { entries, over } = await unlessAborted(next(seq), signal, NOTHING);
          const idleMsLeft = spokeAt + idleMs - clock.monotonic();
          if (entries.length > 0 || (idleMsLeft <= 0 && !over)) {
            seq += entries.length;
            yield entries;
            spokeAt = clock.monotonic();
          } else if (!over) {
            await bell.wait(Math.min(idleMsLeft, LOOK_MS));
          }
          if (over) return;
        }
      } finally {
        bells.delete(bell);
        unsubscribe();
        signal.removeEventListener('abort', bell.ring);
        end();
      }
    },

    async read(runId) {
      const entries: LogEntry[] = [];
      try {
        for (let more = true; more; ) {
          const found = await page(runId, entries.length);
          entries.push(...found.entries);
          more = found.full;
        }
      } catch (error) {
        if (!(error instanceof LostRun)) throw error;
        if (entries.length === 0) return null;
      }
      return entries;
    },

    async followers(runId) {
      const { alive, readers } = keysOf(link, runId);
      const [besideWriter, distant] = await Promise.all([
        link.run((redis) => redis.get(alive)),
        sign([readers], ['', READER_MS]),
      ]);
      return { besideWriter: Number(besideWriter ?? 0), distant: distant as number };
    },

    async forget(runIds, ended) {
      const gone = [...new Set([...(await closedOf(runIds)), ...ended])];
      const names = gone.map((runId) => keysOf(link, runId).stream);
      if (names.length > 0) await link.run((redis) => redis.unlink(...names));
      return gone.length;
    },
    count: async (runIds) => (await closedOf(runIds)).length,

    dispose() {
      disposed = true;
      for (const bell of bells) bell.ring();
    },
  };
}

/** @param fields of an entry of a stream, as append.lua writes them: names and values in turn */
function pieceIn(fields: readonly Buffer[]): Buffer | undefined {
  const at = fields.findIndex((name) => name.toString() === 'e');
  return at < 0 ? undefined : fields[at + 1];
}

/** What comes of `work`, or `otherwise` as soon as the signal aborts: a frozen Redis must not hold who wants to go. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, otherwise: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(otherwise);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

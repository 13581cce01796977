import { readFileSync } from 'node:fs';
import type { Runtime } from '../../core/runtime.ts';
import type { Keyring } from '../keyring.ts';
import type { RedisLink } from '../redis.ts';
import { keysOf } from './keys.ts';
import type { LogEntry } from './runlog.ts';
import { sealEntry } from './sealed.ts';
import type { Shelf } from './shelf.ts';

const APPEND = readFileSync(new URL('append.lua', import.meta.url), 'utf8');

/** How long a sign of life holds. A reader bears the silence for 15 s more, so a dead writer is noticed after 30 s. */
const ALIVE_MS = 15_000;
const SIGN_MS = 5_000;
const RETRY_MS = 250;
/** Entries per call, and characters unless one entry alone has more: a call must be over long before its deadline. */
const BATCH = 500;
const BATCH_SIZE = 250_000;

/**
 * Copies the logs of the runs driven here to Redis. It has no queue of its own: what is not yet copied is what the
 * shelf holds after the last copied entry, so an outage costs no memory and the copy catches up afterwards, as long
 * as the shelf keeps the run.
 */
export interface Mirror {
  /** Something came to this run, or its end. Returns at once. */
  touch(runId: string): void;
  /** Announces a new run. Resolves when others can find it, or when Redis could not be reached. */
  announce(runId: string): Promise<void>;
  /** The run ended: once copied to its end, the copy stays for `keepMs`. */
  end(runId: string, keepMs: number): void;
  /** Stops the signs of life and waits for the calls under way. */
  close(): Promise<void>;
}

interface Copy {
  /** Entries that Redis has confirmed. */
  sent: number;
  /** How long the copy stays after the end; null while the run goes on. */
  keepMs: number | null;
  /** The call under way, if any: there is one at a time per run, which keeps the order and makes the batches. */
  busy: Promise<void> | null;
  /** Something came since the call under way began. */
  dirty: boolean;
  /** The last call failed; the next one is due in a moment, whatever comes meanwhile. */
  resting: boolean;
  /** Takes back the next sign of life or the next try. */
  cancel: () => void;
}

export function createMirror(link: RedisLink, shelf: Shelf, keyring: Keyring, runtime: Runtime): Mirror {
  const append = link.script(APPEND);
  const copies = new Map<string, Copy>();
  let open = true;

  const touch = (runId: string) => {
    const copy = copies.get(runId);
    if (!copy) return;
    copy.dirty = true;
    if (!copy.resting) copy.busy ??= work(runId, copy);
  };

  /** Copies until nothing is left to copy; then waits for news, for the next sign of life, or to try again. */
  async function work(runId: string, copy: Copy): Promise<void> {
    copy.cancel();
    await null; // what is appended in this turn of the event loop goes in one call
    try {
      while (copy.dirty) await step(runId, copy);
    } catch (error) {
      runtime.log.debug({ err: error, runId }, 'a run could not be copied to Redis; trying again');
      copy.resting = true;
    }
    copy.busy = null;
    if (!open || !copies.has(runId)) return;
    copy.cancel = runtime.clock.after(copy.resting ? RETRY_MS : SIGN_MS, () => {
      copy.resting = false;
      touch(runId);
    });
  }

  async function step(runId: string, copy: Copy): Promise<void> {
    copy.dirty = false;
    const rest = shelf.read(runId, copy.sent, BATCH);
    if (!rest) return void copies.delete(runId); // the shelf has let it go: there is nothing left to copy
    const texts = sealedBatch(keyring, runId, rest.entries);
    const more = texts.length < rest.entries.length || rest.entries.length === BATCH;
    const keepMs = rest.closed && !more && copy.keepMs !== null ? Math.ceil(copy.keepMs) : '';
    const { stream, alive, channel } = keysOf(link, runId);
    const head = [channel, shelf.followers(runId), ALIVE_MS, keepMs, copy.sent + 1];
    const held = (await append([stream, alive], [...head, ...texts])) as number;

    const lostByRedis = held < copy.sent;
    const finished = keepMs !== '' && held === copy.sent + texts.length;
    copy.sent = held;
    if (finished) copies.delete(runId);
    else if (lostByRedis || more) copy.dirty = true;
  }

  return {
    touch,
    async announce(runId) {
      copies.set(runId, { sent: 0, keepMs: null, busy: null, dirty: false, resting: false, cancel: () => {} });
      touch(runId);
      await copies.get(runId)?.busy;
    },
    end(runId, keepMs) {
      const copy = copies.get(runId);
      if (copy) copy.keepMs ??= keepMs;
      touch(runId);
    },
    async close() {
      open = false;
      for (const { cancel } of copies.values()) cancel();
      await Promise.all([...copies.values()].map(({ busy }) => busy));
      copies.clear();
    },
  };
}

/** The first of the entries, as many as go in one call. */
function sealedBatch(keyring: Keyring, runId: string, entries: readonly LogEntry[]): string[] {
  const texts: string[] = [];
  let size = 0;
  for (const entry of entries) {
    const text = sealEntry(keyring, runId, entry);
    size += text.length;
    if (size > BATCH_SIZE && texts.length > 0) break;
    texts.push(text);
  }
  return texts;
}

import { readFileSync } from 'node:fs';
import { BriefMap } from '../../core/brief.ts';
import type { Runtime } from '../../core/runtime.ts';
import { nextTurn } from '../../core/turns.ts';
import type { Keyring } from '../keyring.ts';
import type { RedisLink } from '../redis.ts';
import { keysOf } from './keys.ts';
import { sealPiece } from './sealed.ts';
import type { Shelf } from './shelf.ts';
import { textOfFirst } from './text.ts';

const APPEND = readFileSync(new URL('append.lua', import.meta.url), 'utf8');

/** How long a sign of life holds. A reader bears the silence for 15 s more, so a dead writer is noticed after 30 s. */
const ALIVE_MS = 15_000;
const SIGN_MS = 5_000;
const RETRY_MS = 250;
/**
 * How often what can wait is looked through: the news of runs that nobody elsewhere listens to, most of all runs, and runs
 * that nobody can be looking for, whose copy begins when they have gone on from one look to the next but one.
 */
const LOOK_MS = 200;
/** Entries of a run per call; and characters, of one piece and of all of them, unless one entry alone has more: a call
 * must be over long before its deadline. */
const ENTRIES = 500;
const PIECE_SIZE = 60_000;
const CALL_SIZE = 250_000;

/**
 * Copies the logs of the runs driven here to Redis: one call at a time, for all runs that have something new. It has no
 * queue of its own: what is not yet copied is what the shelf holds after the last copied entry, so an outage costs no
 * memory and the copies catch up afterwards, as long as the shelf keeps the runs. What has been copied to its end leaves
 * the shelf: it is seldom read again, and in memory the runs of a busy minute are more than all else.
 */
export interface Mirror {
  /** Something came to this run: it is copied now where other instances listen to it, in a moment where none does. */
  touch(runId: string): void;
  /** A new run that others may be looking for. Resolves when they can find it, or when Redis could not be reached. */
  announce(runId: string): Promise<void>;
  /**
   * A new run that nobody seeks yet: its copy begins when it has gone on for a while, or else with its end.
   * @param fleeting nor will anybody seek it after its end: where no copy has begun by then, none does
   */
  note(runId: string, fleeting: boolean): void;
  /** The run ended: once copied to its end, the copy stays for `keepMs`. */
  end(runId: string, keepMs: number): void;
  /** Takes an ended run off the shelf, unless a copy of it has begun, which takes it off when it is whole. */
  release(runId: string): void;
  /** Stops the signs of life. Resolves when what was due has been copied, or Redis does not answer. */
  close(): Promise<void>;
}

interface Copy {
  /** Entries that Redis has confirmed. */
  sent: number;
  /** How long the copy stays after the end; null while the run goes on. */
  keepMs: number | null;
  /** Nobody seeks it yet. */
  unsought: boolean;
  /** Nor will anybody after its end. */
  readonly fleeting: boolean;
  /** Other instances listened when something was last copied. */
  heard: boolean;
  /** Tells who announced it that it has been copied, or that it cannot be just now. */
  readonly tried: () => void;
}

export function createMirror(link: RedisLink, shelf: Shelf, keyring: Keyring, runtime: Runtime): Mirror {
  const append = link.script(APPEND);
  const { clock } = runtime;
  const copies = new BriefMap<string, Copy>();
  /** Those with something to copy, in the order in which it came. */
  const due = new Set<string>();
  /** Those with something to copy that can wait for more of it. */
  const unheard = new Set<string>();
  /** Those that nobody seeks, begun since the last look, and since the one before. */
  let young = new Set<string>();
  let older = new Set<string>();
  let working: Promise<void> | null = null;
  let resting = false;
  let cancelRetry = () => {};

  const touch = (runId: string) => {
    const copy = copies.get(runId);
    if (!copy || copy.unsought) return;
    if (copy.heard || copy.sent === 0) hurry(runId);
    else unheard.add(runId);
  };

  function hurry(runId: string): void {
    due.add(runId);
    if (!resting) working ??= work();
  }

  /** Copies until nothing is left to copy, or until Redis does not answer; then all of it is due again in a moment. */
  async function work(): Promise<void> {
    try {
      // What comes in one turn of the event loop goes in one call.
      for (await nextTurn(); due.size > 0; await nextTurn()) await send();
    } catch (error) {
      runtime.log.debug({ err: error, runs: due.size }, 'runs could not be copied to Redis; trying again');
      for (const runId of due) copies.get(runId)?.tried();
      resting = true;
      cancelRetry = clock.after(RETRY_MS, () => {
        resting = false;
        if (due.size > 0) working ??= work();
      });
    }
    working = null;
  }

  /** One call for as many of the runs that are due as go in it. Until it has succeeded they are. */
  async function send(): Promise<void> {
    const pieces = [];
    let size = 0;
    for (const runId of due) {
      const piece = writable(runId, copies.get(runId)!);
      if (!piece) continue;
      size += piece.sealed?.length ?? 0;
      if (pieces.length > 0 && size > CALL_SIZE) break;
      pieces.push(piece);
    }
    const { keys, args } = callOf(pieces);
    if (keys.length === 0) return;
    for (const { runId } of pieces) due.delete(runId);
    try {
      const told = (await append(keys, args)) as number[];
      let place = 0;
      for (const piece of pieces) sent(piece, told[place++]!, told[place++]!);
    } catch (error) {
      for (const { runId } of pieces) if (copies.has(runId)) due.add(runId);
      throw error;
    }
  }

  /** One that cannot be written has no copy, and does not stand in the way of all others. */
  function writable(runId: string, copy: Copy): Piece | null {
    try {
      return pieceOf(runId, copy);
    } catch (error) {
      runtime.log.error({ err: error, runId }, 'a run cannot be copied to Redis');
      forget(runId);
      copy.tried();
      return null;
    }
  }

  /** What of a run goes next; null where the shelf has let it go: there is nothing left to copy. */
  function pieceOf(runId: string, copy: Copy): Piece | null {
    const rest = shelf.read(runId, copy.sent, ENTRIES);
    if (!rest) {
      forget(runId);
      copy.tried();
      return null;
    }
    const { text, count } = textOfFirst(rest.entries, PIECE_SIZE);
    const more = count < rest.entries.length || rest.entries.length === ENTRIES;
    const last = copy.sent + count;
    const sealed = count > 0 ? sealPiece(keyring, runId, last, text) : null;
    const keepMs = rest.closed && !more && copy.keepMs !== null ? Math.ceil(copy.keepMs) : null;
    return { runId, copy, first: copy.sent + 1, last, sealed, keepMs, more };
  }

  function callOf(pieces: readonly Piece[]): { readonly keys: string[]; readonly args: (string | number | Buffer)[] } {
    const keys: string[] = [];
    const args: (string | number | Buffer)[] = [ALIVE_MS];
    for (const { runId, first, last, sealed, keepMs } of pieces) {
      const { stream, alive, channel } = keysOf(link, runId);
      keys.push(stream, alive);
      args.push(channel, shelf.followers(runId), keepMs ?? '', first, last, sealed ?? '');
    }
    return { keys, args };
  }

  /** @param held how many entries Redis has now @param heard by how many other instances */
  function sent({ runId, copy, sealed, more, last, keepMs }: Piece, held: number, heard: number): void {
    copy.sent = held;
    if (sealed) copy.heard = heard > 0;
    copy.tried();
    if (keepMs !== null && held === last) {
      forget(runId);
      shelf.forget([runId]);
    } else if (more || held < last) {
      due.add(runId);
    }
  }

  /** There is nothing left to copy, even if it was touched while the last of it was on its way. */
  function forget(runId: string): void {
    copies.delete(runId);
    due.delete(runId);
    unheard.delete(runId);
    young.delete(runId);
    older.delete(runId);
  }

  /** Signs of life: a call with nothing new in it is one. */
  let cancelSigns = clock.after(SIGN_MS, function sign() {
    for (const [runId] of copies) touch(runId);
    cancelSigns = clock.after(SIGN_MS, sign);
  });
  let cancelLook = clock.after(LOOK_MS, function look() {
    for (const runId of unheard) hurry(runId);
    unheard.clear();
    for (const runId of older) {
      const copy = copies.get(runId);
      if (copy) seek(runId, copy);
    }
    [older, young] = [young, new Set()];
    cancelLook = clock.after(LOOK_MS, look);
  });
  function seek(runId: string, copy: Copy): void {
    young.delete(runId);
    older.delete(runId);
    copy.unsought = false;
    hurry(runId);
  }

  return {
    touch,
    announce(runId) {
      const { promise, resolve } = Promise.withResolvers<void>();
      copies.set(runId, begun(false, false, resolve));
      hurry(runId);
      return resting ? Promise.resolve() : promise;
    },
    note(runId, fleeting) {
      copies.set(runId, begun(true, fleeting, nobody));
      young.add(runId);
    },
    end(runId, keepMs) {
      const copy = copies.get(runId);
      if (!copy) return;
      copy.keepMs ??= keepMs;
      if (copy.unsought && copy.fleeting) forget(runId);
      else seek(runId, copy);
    },
    release(runId) {
      if (!copies.has(runId)) shelf.forget([runId]);
    },
    async close() {
      cancelRetry();
      cancelSigns();
      cancelLook();
      await working;
      cancelRetry();
      copies.clear();
      due.clear();
      unheard.clear();
    },
  };
}

function begun(unsought: boolean, fleeting: boolean, tried: () => void): Copy {
  return { sent: 0, keepMs: null, unsought, fleeting, heard: false, tried };
}

const nobody = () => {};

/** Of one run, in one call. */
interface Piece {
  readonly runId: string;
  readonly copy: Copy;
  readonly first: number;
  readonly last: number;
  /** Null when there is nothing new in it. */
  readonly sealed: Buffer | null;
  /** Null when it does not end with this. */
  readonly keepMs: number | null;
  /** There is more of it on the shelf. */
  readonly more: boolean;
}

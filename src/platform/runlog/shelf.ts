import { invariant } from '../../core/assert.ts';
import { BriefMap } from '../../core/brief.ts';
import { sizeOfEvent } from '../../core/event-text.ts';
import { UnavailableProblem } from '../../core/problem.ts';
import type { Runtime } from '../../core/runtime.ts';
import { type GrowingLog, Reader } from './reader.ts';
import { type LogEntry, LostRun } from './runlog.ts';

/**
 * The logs that are kept in this process: all of them when embedded, otherwise those of the runs driven here, until their
 * copies are whole.
 */
export interface Shelf {
  has(runId: string): boolean;
  /** @throws UnavailableProblem when all places are taken by running runs */
  open(runId: string): void;
  /** @throws UnavailableProblem when the run grows beyond its bounds: it must be ended, never silently cut */
  append(runId: string, entries: readonly LogEntry[]): void;
  close(runId: string, keepMs: number): void;
  follow(runId: string, afterSeq: number, idleMs: number, signal: AbortSignal): AsyncIterable<readonly LogEntry[]>;
  /** All entries so far; null when it is not here. */
  held(runId: string): readonly LogEntry[] | null;
  /** Up to `limit` entries after `afterSeq` and whether the log is closed; null when it is not here. */
  read(runId: string, afterSeq: number, limit: number): { entries: readonly LogEntry[]; closed: boolean } | null;
  followers(runId: string): number;
  isClosed(runId: string): boolean;
  /** Takes closed runs off the shelf. @returns which they were */
  forget(runIds: readonly string[]): readonly string[];
  dispose(): void;
}

/** Where there is no room for all, the closed ones go, the one closed first before the others. */
export interface ShelfBounds {
  /** Running and closed ones together. */
  readonly runs: number;
  /** Of all closed ones together, counted as for one of them; the last one stays, however large. */
  readonly sizeOfClosed: number;
  readonly entriesPerRun: number;
  /** Of events, about what they have as JSON text in UTF-16 units. */
  readonly sizePerRun: number;
}

/**
 * 32 M units are far above the longest answer of any model we know, coalesced or not (a million tokens: 6 M); 64 M are what
 * 10,000 short calls leave.
 */
export const defaultBounds: ShelfBounds = {
  runs: 10_000,
  sizeOfClosed: 64_000_000,
  entriesPerRun: 200_000,
  sizePerRun: 32_000_000,
};

interface Run extends GrowingLog {
  readonly entries: LogEntry[];
  size: number;
  closed: boolean;
  lost: boolean;
  forget: () => void;
}

export function createShelf(runtime: Runtime, bounds: ShelfBounds = defaultBounds): Shelf {
  const runs = new BriefMap<string, Run>();
  const closed = new Set<string>(); // in the order of their closing
  let sizeOfClosed = 0;

  const remove = (runId: string) => {
    const run = runs.get(runId);
    if (!run) return;
    run.forget();
    runs.delete(runId);
    if (closed.delete(runId)) sizeOfClosed -= run.size;
  };

  return {
    has: (runId) => runs.has(runId),

    open(runId) {
      invariant(!runs.has(runId), `run ${runId} is opened once`);
      if (runs.size >= bounds.runs) {
        const [oldest] = closed;
        if (oldest === undefined) throw full(bounds.runs);
        remove(oldest);
      }
      runs.set(runId, { entries: [], readers: [], size: 0, closed: false, lost: false, forget: nothing });
    },

    append(runId, entries) {
      const run = runs.get(runId);
      if (!run) throw new LostRun();
      invariant(!run.closed, 'nothing is appended to a run after its end');
      let { size } = run;
      let count = run.entries.length;
      for (const { seq, event } of entries) {
        invariant(seq === ++count, 'events of a run are numbered without gaps');
        size += sizeOfEvent(event);
      }
      if (count > bounds.entriesPerRun || size > bounds.sizePerRun) throw tooLong(runId, bounds);
      for (const entry of entries) run.entries.push(entry);
      run.size = size;
      for (const reader of run.readers) reader.wake();
    },

    close(runId, keepMs) {
      const run = runs.get(runId);
      if (!run || run.closed) return;
      run.closed = true;
      run.forget = runtime.clock.after(keepMs, () => remove(runId));
      closed.add(runId);
      sizeOfClosed += run.size;
      for (const oldest of closed) {
        if (sizeOfClosed <= bounds.sizeOfClosed || oldest === runId) break;
        remove(oldest);
      }
      for (const reader of run.readers) reader.wake();
    },

    // Looked for now, not when the reading begins: it may have left the shelf by then.
    follow: (runId, afterSeq, idleMs, signal) => new Reader(runs.get(runId), afterSeq, idleMs, signal, runtime.clock),

    held: (runId) => runs.get(runId)?.entries.slice() ?? null,

    read(runId, afterSeq, limit) {
      const run = runs.get(runId);
      return run ? { entries: run.entries.slice(afterSeq, afterSeq + limit), closed: run.closed } : null;
    },

    followers: (runId) => runs.get(runId)?.readers.length ?? 0,
    isClosed: (runId) => closed.has(runId),

    forget(runIds) {
      const gone = runIds.filter((runId) => closed.has(runId));
      for (const runId of gone) remove(runId);
      return gone;
    },

    dispose() {
      for (const [runId, run] of [...runs]) {
        run.lost = true;
        remove(runId);
        for (const reader of run.readers) reader.wake();
      }
    },
  };
}

const nothing = () => {};

function full(runs: number): UnavailableProblem {
  return new UnavailableProblem(
    'run log',
    `${runs} runs are going on in this process; no more fit. Try again shortly.`,
  );
}

function tooLong(runId: string, { entriesPerRun, sizePerRun }: ShelfBounds): UnavailableProblem {
  return new UnavailableProblem(
    'run log',
    `Run ${runId} is longer than a run may be (${entriesPerRun} events, ${sizePerRun} characters). Ask for less at once.`,
    { retryable: false },
  );
}

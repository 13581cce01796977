import { UnavailableProblem } from '../../core/problem.ts';

/**
 * The events of a run, in order and without gaps, readable from any place while the run lasts and for a while after.
 * One writer per run (the instance that drives it), any number of readers on any instance.
 */
export interface RunLog {
  /**
   * Starts an empty log. Resolves when readers on other instances can find it, or when it is clear that they cannot
   * just now: an outage between the instances never stops a run.
   * @param sought ANYBODY where left out; for the others nobody waits
   * @throws UnavailableProblem when as many runs are going on in this process as fit
   */
  open(runId: string, sought?: Sought): Promise<void>;
  /**
   * Adds entries; their `seq` must follow the last one. The writer never waits for a reader, nor for another machine.
   * @throws UnavailableProblem when the run grows beyond its bounds: nothing was added, and the run should be failed
   */
  append(runId: string, entries: readonly LogEntry[]): void;
  /** Marks the end: readers stop after the last entry, and the log goes away after `keepMs`. Again: does nothing. */
  close(runId: string, keepMs: number): void;
  /** Lets a closed log go here, before its time: whoever would have read it has. */
  release(runId: string): void;
  /**
   * Entries after `afterSeq`, as they come, in batches as large as what is there; ends when the log is closed or
   * `signal` aborts, then within milliseconds. `return()` alone waits for the next batch: abort first.
   * Yields an empty batch at least every `idleMs`, so that a reader can show it is alive.
   * @throws LostRun when the log is unknown, or when its writer has given no sign of life for 30 s
   * @throws UnavailableProblem when other instances cannot be reached at the start; later that is waited for
   */
  follow(runId: string, afterSeq: number, idleMs: number, signal: AbortSignal): AsyncIterable<readonly LogEntry[]>;
  /** All entries so far where the log is kept in this process, which nobody has to wait for; else null. */
  held(runId: string): readonly LogEntry[] | null;
  /** All entries so far, or null when the log is unknown (never opened, or gone). @throws UnavailableProblem */
  read(runId: string): Promise<readonly LogEntry[] | null>;
  /**
   * How many readers follow the run right now, on all instances. Exact on the instance that drives the run; elsewhere
   * the driver's own readers are as of its last sign of life (5 s). A reader whose process died counts for 15 s more.
   * @throws UnavailableProblem when other instances cannot be reached
   */
  followers(runId: string): Promise<number>;
  /**
   * Lets closed logs go before their time, here and in what instances share; another instance's own copy must be
   * forgotten there. Running ones stay. @returns how many there were @throws UnavailableProblem
   */
  forget(runIds: readonly string[]): Promise<number>;
  /** How many of these there are, closed ones only. @throws UnavailableProblem */
  count(runIds: readonly string[]): Promise<number>;
  /** Lets everything go; who still follows gets LostRun. */
  dispose(): Promise<void>;
}

/**
 * Who may be looking for a run that is driven elsewhere.
 * - ANYBODY: it can be found from its beginning
 * - LATER: nobody has its id before its end; it can be found from then on, or when it has gone on for half a second
 * - MEANWHILE: nobody comes for it after its end; it can be found only while it goes on, from half a second on
 */
export type Sought = 'ANYBODY' | 'LATER' | 'MEANWHILE';

export interface LogEntry {
  /** 1, 2, 3 … */
  readonly seq: number;
  /** Unix ms. */
  readonly at: number;
  /** What happened: plain data, see core/json.ts. */
  readonly event: unknown;
}

/** The log of a run is not here any more. */
export class LostRun extends UnavailableProblem {
  constructor() {
    super(
      'run',
      'The instance that drove this completion is gone. Call again with the same idempotency key to start over.',
    );
  }
}

/**
 * Windows and slots: how much of something happened lately, how many things happen right now. Losing them lets a
 * little too much through until the windows have filled again; nothing else depends on them.
 */
export interface Counters {
  /**
   * Takes `cost` units from every window, or from none.
   * Guarantee: in any stretch of `windowMs`, never more than `limit` units are granted per key and `windowMs`. The
   * window slides in steps of `windowMs / 60` (1 ms at least), so it may refuse up to one step early, and never
   * grants too much.
   * @throws UnavailableProblem when the counters cannot be reached; whether to go on without is the caller's policy
   */
  take(demands: readonly WindowDemand[]): Promise<WindowVerdict>;
  /**
   * Gives units back, or adds some when negative, once the true amount is known. What is added counts from now and may
   * fill the window beyond its limit. What is given back leaves the oldest steps first: so the guarantee holds for
   * the net amount, whichever take it was that asked for too much.
   * @param takenAt `at` of the take that the units belong to: when it has left the window, so have they, and nothing
   *   is given back. A call that lasts longer than the window would else make room that others have taken.
   */
  give(key: string, windowMs: number, units: number, takenAt: number): Promise<void>;
  /**
   * A place among `limit` places that frees itself after `ttlMs` unless renewed: a process that dies holds nothing.
   * @returns null when all places are taken
   * @throws UnavailableProblem when the counters cannot be reached; so do the lease's own functions
   */
  lease(key: string, limit: number, ttlMs: number): Promise<Lease | null>;
  /** How many places of `key` are taken now. @throws UnavailableProblem as `lease` does */
  held(key: string): Promise<number>;
  close(): Promise<void>;
}

export interface WindowDemand {
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
  /** A whole number of units, 0 or more. */
  readonly cost: number;
}

export type WindowVerdict =
  /** `at` is the moment of the take on the counters' own clock, for `give`. */
  | { readonly granted: true; readonly at: number; readonly remaining: readonly number[] }
  /**
   * `index` is the first demand that was short; nothing was taken from any. The same take passes after `retryAfterMs`
   * if nobody else takes; one that costs more than its limit never passes.
   */
  | { readonly granted: false; readonly index: number; readonly retryAfterMs: number };

export interface Lease {
  /** @returns false when the lease had already run out and somebody else may have the place. */
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

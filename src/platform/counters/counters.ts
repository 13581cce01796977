import type { Step } from '../../core/turns.ts';

/**
 * Windows and places: how much of something happened lately, how many things happen right now. Losing them lets a
 * little too much through until the windows have filled again; nothing else depends on them.
 */
export interface Counters {
  /**
   * Takes from every window and a place of every kind that is asked for, or nothing at all: one step for everybody
   * else, so a refusal never stands in another's way, not even for a moment.
   * Guarantee: in any stretch of `windowMs`, never more than `limit` units are granted per key and `windowMs`; of
   * places, never more than `limit` at once. A window slides in steps of `windowMs / 60` (1 ms at least), so it may
   * refuse up to one step early, and never grants too much.
   * @throws UnavailableProblem when the counters cannot be reached; whether to go on without is the caller's policy
   */
  take(demands: readonly Demand[]): Promise<Verdict>;
  /**
   * Gives units back, or adds some when negative, once the true amount is known. What is added counts from now and may
   * fill the window beyond its limit. What is given back leaves the oldest steps first: so the guarantee holds for
   * the net amount, whichever take it was that asked for too much.
   * @param takenAt `at` of the take that the units belong to: when it has left the window, so have they, and nothing
   *   is given back. A call that lasts longer than the window would else make room that others have taken.
   */
  give(key: string, windowMs: number, units: number, takenAt: number): Promise<void>;
  /** What counts in a window now, and in how many ms none of it will. @throws UnavailableProblem */
  used(key: string, windowMs: number): Promise<{ readonly units: number; readonly emptyInMs: number }>;
  /** How many places of `key` are taken now. @throws UnavailableProblem */
  held(key: string): Promise<number>;
  close(): Promise<void>;
}

/** Those of one process, which nobody has to wait for. */
export interface LocalCounters extends Counters {
  /** As `take`. */
  takeNow(demands: readonly Demand[]): Verdict;
  /** As `give`. */
  giveNow(key: string, windowMs: number, units: number, takenAt: number): void;
}

export type Demand = WindowDemand | PlaceDemand;

export interface WindowDemand {
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
  /** A whole number of units, 0 or more. */
  readonly cost: number;
}

/** One place among `limit`, which frees itself after `leaseMs` unless renewed: a process that dies holds nothing. */
export interface PlaceDemand {
  readonly key: string;
  readonly limit: number;
  readonly leaseMs: number;
}

export type Verdict =
  /**
   * `at` is the moment of the take on the counters' own clock, for `give`. `remaining` is what each demand leaves;
   * there is a lease for each place, in their order.
   */
  | {
      readonly granted: true;
      readonly at: number;
      readonly remaining: readonly number[];
      readonly leases: readonly Lease[];
    }
  /**
   * `index` is the first demand that was short; nothing was taken from any. The same take passes after `retryAfterMs`
   * if nobody else takes or renews; one that costs more than its limit never passes.
   */
  | { readonly granted: false; readonly index: number; readonly retryAfterMs: number };

export interface Lease {
  /**
   * Holds the place for another `leaseMs`, counted from now. Whoever goes on although its lease ran out, or was
   * forgotten in a restart, is counted again by this, even beyond the limit: what runs is what counts.
   * @returns false when it had been free meanwhile
   */
  renew(): Promise<boolean>;
  /** Also when it ran out long ago. */
  release(): Step;
}

export function isPlace(demand: Demand): demand is PlaceDemand {
  return 'leaseMs' in demand;
}

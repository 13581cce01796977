import type { Nanos } from '../core/money.ts';
import type { Step } from './fingerprint.ts';

/** A run before the step that is judged. */
export interface RunSoFar {
  /** Unix ms. */
  readonly startedAt: number;
  readonly steps: number;
  readonly toolCalls: number;
  readonly costNanos: Nanos;
  readonly recent: readonly Step[];
  /** How often the step came that came most often. */
  readonly repeats: number;
}

/** How often a step came before. */
export interface Repetition {
  /** The judged step included. */
  readonly repeats: number;
  readonly sinceStep: number;
}

/** What one call came to. */
export interface Spent {
  readonly costNanos: Nanos;
  /** Tools that the model wanted called. */
  readonly toolCalls: number;
}

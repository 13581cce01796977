import type { TraceParent } from '../core/trace.ts';
import type { Sought } from '../platform/runlog/runlog.ts';

export interface StartOptions {
  readonly idempotencyKey: string | null;
  readonly onDisconnect: 'CONTINUE' | 'CANCEL' | 'CANCEL_AFTER_GRACE';
  readonly streamed: boolean;
  /** See coalesce.ts. */
  readonly coalesceMs: number;
  /** Who may look for the run besides the one who starts it; with an idempotency key, anybody. */
  readonly sought: Sought;
  /** Null: the call is in no trace of its caller's. */
  readonly trace: TraceParent | null;
}

export interface StartedRun {
  readonly id: string;
  /** True when the idempotency key attached this call to an earlier run. */
  readonly replayed: boolean;
}

/** A run and its request share their id but for the prefix: `cmp` for conversations, `cal` for calls of other kinds. */
export function requestIdOf(runId: string): string {
  return `req${runId.slice('cmp'.length)}`;
}

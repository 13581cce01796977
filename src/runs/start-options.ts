export interface StartOptions {
  readonly idempotencyKey: string | null;
  readonly onDisconnect: 'CONTINUE' | 'CANCEL' | 'CANCEL_AFTER_GRACE';
  readonly streamed: boolean;
  /** See coalesce.ts. */
  readonly coalesceMs: number;
  /** The caller hears the run's id with its answer, and not before, unless that takes long. */
  readonly awaited: boolean;
}

export interface StartedRun {
  readonly id: string;
  /** True when the idempotency key attached this call to an earlier run. */
  readonly replayed: boolean;
}

/** A run and its request share their id but for the prefix: `cmp` for conversations, `cal` for calls of other kinds. */
export function requestIdOf(runId: string): string {
  return runId.replace(/^(cmp|cal)_/, 'req_');
}

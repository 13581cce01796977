import type { CompletionEvent } from '../core/event.ts';

/** An entry of a run's log as its readers get it; a heartbeat repeats the last `seq`. */
export interface RunEvent {
  readonly seq: number;
  readonly at: number;
  readonly event: CompletionEvent | { readonly kind: 'heartbeat' };
}

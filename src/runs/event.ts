import type { CompletionEvent } from '../core/event.ts';

/** An entry of a completion's log as its readers get it. */
export interface RunEvent {
  readonly seq: number;
  readonly at: number;
  readonly event: SpokenEvent;
}

/** Conversations are never `answered`; calls of other kinds cannot be followed. */
export type SpokenEvent = Exclude<CompletionEvent, { readonly kind: 'answered' }>;

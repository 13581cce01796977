import type { CallAnswer } from './call.ts';
import type { FinishReason, OutputPart, PartKind } from './chat.ts';
import type { Attempt, Decision } from './decision.ts';
import type { Json } from './json.ts';
import type { Cost } from './money.ts';
import type { PolicyVerdict } from './policy.ts';
import type { BudgetStanding, RateStanding } from './standing.ts';
import type { Usage } from './usage.ts';

/** What a provider's answer is made of, whoever the provider is. */
export type ContentEvent =
  | {
      readonly kind: 'partStarted';
      readonly index: number;
      readonly part: PartKind;
      readonly toolCallId?: string;
      readonly toolName?: string;
    }
  | { readonly kind: 'textDelta'; readonly index: number; readonly text: string }
  | { readonly kind: 'reasoningDelta'; readonly index: number; readonly text: string }
  | { readonly kind: 'toolCallDelta'; readonly index: number; readonly argumentsDelta: string }
  /** The complete part: replaces everything streamed for this index. */
  | { readonly kind: 'partFinished'; readonly index: number; readonly part: OutputPart }
  /** What a call that is no conversation is answered with; its words are the text parts before. */
  | { readonly kind: 'answered'; readonly answer: CallAnswer };

export type Delta = Extract<ContentEvent, { kind: 'textDelta' | 'reasoningDelta' | 'toolCallDelta' }>;

export function isDelta(event: { readonly kind: string }): event is Delta {
  return event.kind === 'textDelta' || event.kind === 'reasoningDelta' || event.kind === 'toolCallDelta';
}

export function textOfDelta(delta: Delta): string {
  return delta.kind === 'toolCallDelta' ? delta.argumentsDelta : delta.text;
}

/** Both as one, when the second goes on where the first ends; else null. */
export function joinedDelta(a: Delta, b: Delta): Delta | null {
  if (a.kind !== b.kind || a.index !== b.index) return null;
  return deltaOf(a, textOfDelta(a) + textOfDelta(b));
}

/** The same but for its text. */
export function deltaOf({ kind, index }: Delta, text: string): Delta {
  return kind === 'toolCallDelta' ? { kind, index, argumentsDelta: text } : { kind, index, text };
}

/** What happens while providers are asked, in order. */
export type AttemptEvent =
  | ContentEvent
  | { readonly kind: 'attemptStarted'; readonly attempt: Attempt }
  /**
   * `next` is the model that is meant to be tried next: it may go to rest before its turn. Null when none is: this was the
   * last attempt, or another one that runs beside it goes on.
   */
  | { readonly kind: 'attemptFailed'; readonly attempt: Attempt; readonly next: string | null }
  /** Throw away parts with index >= fromIndex: the next attempt starts over. */
  | { readonly kind: 'outputReset'; readonly fromIndex: number; readonly reason: 'FALLBACK' | 'REPAIR' }
  | { readonly kind: 'attemptSucceeded'; readonly attempt: Attempt; readonly finishReason: FinishReason };

/**
 * The log of one completion. Applying events 1..n always gives the same state (completions/state.ts), so replaying
 * and dropping known `seq`s is all a client has to do. Exactly one `finished` or `failed` ends it.
 */
export type CompletionEvent =
  | AttemptEvent
  | { readonly kind: 'started'; readonly requestId: string; readonly owner: RunOwner }
  | { readonly kind: 'routeDecided'; readonly decision: Decision }
  | {
      readonly kind: 'usageUpdated';
      readonly usage: Usage;
      readonly cost: Cost;
      /** What is left of each limit, that first which binds first; absent in what the books tell of a call. */
      readonly rates?: readonly RateStanding[];
      /** What is left of the budgets that paid, the one first that binds first; absent from logs without it. */
      readonly budgets?: readonly BudgetStanding[];
    }
  | {
      readonly kind: 'finished';
      readonly finishReason: FinishReason;
      readonly timing: Timing;
      /** The answer as JSON, when that was asked for; null when it is none. */
      readonly object?: Json;
      readonly verdicts?: Verdicts;
    }
  | {
      readonly kind: 'failed';
      readonly status: 'FAILED' | 'CANCELLED';
      /** A Problem's toJSON. */
      readonly problem: Json;
      readonly timing: Timing;
      readonly verdicts?: Verdicts;
    };

/** What policies had to say about the call, watching ones included; absent where they had nothing to say. */
type Verdicts = readonly PolicyVerdict[];

/** Whose completion it is: what every later reader is checked against. */
export interface RunOwner {
  readonly organizationId: string;
  readonly projectId: string;
  readonly apiKeyId: string;
}

export interface Timing {
  readonly queuedMs: number;
  readonly routingMs: number;
  /** From the call to the first content event. */
  readonly ttftMs: number | null;
  readonly totalMs: number;
  /** totalMs less the time spent waiting for providers. */
  readonly overheadMs: number;
}

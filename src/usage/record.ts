import type { Caller } from '../core/caller.ts';
import type { CompletionRequest, FinishReason } from '../core/chat.ts';
import type { Attempt, Decision } from '../core/decision.ts';
import type { Timing } from '../core/event.ts';
import type { Cost } from '../core/money.ts';
import type { PolicyVerdict } from '../core/policy.ts';
import type { Problem } from '../core/problem.ts';
import type { TraceParent } from '../core/trace.ts';
import type { Usage } from '../core/usage.ts';

/** Everything worth keeping of one call that has ended: numbers and reasons, never content. */
export interface RequestRecord {
  readonly id: string;
  readonly completionId: string;
  readonly caller: Caller;
  readonly kind: RequestKind;
  readonly status: RequestStatus;
  /** Unix ms, like `finishedAt`. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly request: Pick<CompletionRequest, 'endUser' | 'agent' | 'tags' | 'copy'>;
  readonly streamed: boolean;
  /** Null: its caller told of none. */
  readonly trace: TraceParent | null;
  /** Null when the call ended before it was decided. */
  readonly decision: Decision | null;
  readonly attempts: readonly Attempt[];
  /** Of all attempts together, like `cost`. */
  readonly usage: Usage;
  readonly cost: Cost;
  readonly timing: Timing;
  readonly finishReason: FinishReason | null;
  /** What ended it, when it did not succeed. */
  readonly problem: Problem | null;
  /** What policies said about it; those that had nothing to say are left out. */
  readonly verdicts: readonly PolicyVerdict[];
}

/** The one whose answer was kept, or the last that was asked. */
export function answeringAttempt({ attempts }: Pick<RequestRecord, 'attempts'>): Attempt | undefined {
  return attempts.findLast(({ outcome }) => outcome === 'SUCCEEDED') ?? attempts.at(-1);
}

/** `error.type` of an attempt; null for one that was answered. */
export function errorOf({ errorCode, outcome }: Pick<Attempt, 'errorCode' | 'outcome'>): string | null {
  return errorCode ?? (outcome === 'SUCCEEDED' ? null : outcome);
}

export const requestKinds = ['COMPLETION', 'EMBEDDING', 'IMAGE', 'SPEECH', 'TRANSCRIPTION', 'RERANK'] as const;
export type RequestKind = (typeof requestKinds)[number];

/** `gen_ai.operation.name` of each; the conventions have names for the first two. */
export const operations: Readonly<Record<RequestKind, string>> = {
  COMPLETION: 'chat',
  EMBEDDING: 'embeddings',
  IMAGE: 'generate_image',
  SPEECH: 'speech',
  TRANSCRIPTION: 'transcription',
  RERANK: 'rerank',
};

export const requestStatuses = ['SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
export type RequestStatus = (typeof requestStatuses)[number];

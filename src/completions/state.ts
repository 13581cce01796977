import type { CallAnswer } from '../core/call.ts';
import type { FinishReason, OutputPart, PartKind } from '../core/chat.ts';
import type { Attempt, Decision } from '../core/decision.ts';
import type { CompletionEvent, RunOwner, Timing } from '../core/event.ts';
import type { Json } from '../core/json.ts';
import { type Cost, noCost } from '../core/money.ts';
import type { PolicyVerdict } from '../core/policy.ts';
import type { BudgetStanding, RateStanding } from '../core/standing.ts';
import { noUsage, type Usage } from '../core/usage.ts';

/** What a completion is, seen from the outside: the sum of its events. */
export interface CompletionState {
  readonly id: string;
  readonly requestId: string;
  readonly owner: RunOwner;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  /** Unix ms. */
  readonly createdAt: number;
  readonly finishedAt: number | null;
  /** Null when the content is not kept any more, or never was. */
  readonly parts: readonly OutputPart[] | null;
  /** Of a call that is no conversation; its words are in `parts`. */
  readonly answer: CallAnswer | null;
  readonly finishReason: FinishReason | null;
  /** The answer as JSON, when that was asked for and it is. */
  readonly object: Json | null;
  /** `provider/model` that gave the answer. */
  readonly model: string | null;
  readonly usage: Usage;
  readonly cost: Cost;
  /** What was left of its rate limits when it ended, the one first that binds first. */
  readonly rates: readonly RateStanding[] | null;
  /** What was left of the budgets that paid when it ended, the one first that binds first. */
  readonly budgets: readonly BudgetStanding[] | null;
  readonly timing: Timing | null;
  readonly decision: Decision | null;
  readonly attempts: readonly Attempt[];
  /** What policies had to say about it; none while it runs. */
  readonly verdicts: readonly PolicyVerdict[];
  /** A Problem's JSON. */
  readonly problem: Json | null;
  readonly lastSeq: number;
}

interface Entry {
  readonly seq: number;
  readonly at: number;
  readonly event: unknown;
}

type Draft = { -readonly [Field in keyof CompletionState]: CompletionState[Field] };

/** Adds up a log that starts at seq 1. Applying the same entries always gives the same state. */
export function replay(id: string, entries: readonly Entry[]): CompletionState {
  const parts: OutputPart[] = [];
  const attempts = new Map<number, Attempt>();
  const state: Draft = {
    id,
    requestId: '',
    owner: { organizationId: '', projectId: '', apiKeyId: '' },
    status: 'RUNNING',
    createdAt: entries[0]?.at ?? 0,
    finishedAt: null,
    parts: null,
    answer: null,
    finishReason: null,
    object: null,
    model: null,
    usage: noUsage,
    cost: noCost,
    rates: null,
    budgets: null,
    timing: null,
    decision: null,
    attempts: [],
    verdicts: [],
    problem: null,
    lastSeq: entries.at(-1)?.seq ?? 0,
  };
  for (const { at, event: raw } of entries) {
    const event = raw as CompletionEvent;
    switch (event.kind) {
      case 'started':
        state.requestId = event.requestId;
        state.owner = event.owner;
        break;
      case 'routeDecided':
        state.decision = event.decision;
        break;
      case 'attemptStarted':
      case 'attemptFailed':
        attempts.set(event.attempt.number, event.attempt);
        break;
      case 'attemptSucceeded':
        attempts.set(event.attempt.number, event.attempt);
        state.model = event.attempt.model;
        break;
      case 'partStarted':
        parts[event.index] = emptyPart(event.part, event.toolCallId, event.toolName);
        break;
      case 'textDelta':
      case 'reasoningDelta':
        append(parts, event.index, event.text);
        break;
      case 'toolCallDelta':
        append(parts, event.index, event.argumentsDelta);
        break;
      case 'partFinished':
        parts[event.index] = event.part;
        break;
      case 'answered':
        state.answer = event.answer;
        break;
      case 'outputReset':
        parts.length = Math.min(parts.length, event.fromIndex);
        break;
      case 'usageUpdated':
        state.usage = event.usage;
        state.cost = event.cost;
        state.rates = event.rates ?? null;
        state.budgets = event.budgets ?? null;
        break;
      case 'finished':
        state.status = 'SUCCEEDED';
        state.finishReason = event.finishReason;
        state.object = event.object ?? null;
        state.verdicts = event.verdicts ?? [];
        state.timing = event.timing;
        state.finishedAt = at;
        break;
      case 'failed':
        state.status = event.status;
        state.problem = event.problem;
        state.verdicts = event.verdicts ?? [];
        state.timing = event.timing;
        state.finishedAt = at;
        break;
    }
  }
  // Places that were never filled are left out.
  state.parts = parts.flat();
  state.attempts = [...attempts.values()];
  return state;
}

function emptyPart(kind: PartKind, toolCallId = '', name = ''): OutputPart {
  switch (kind) {
    case 'text':
      return { kind, text: '', citations: [] };
    case 'reasoning':
      return { kind, text: '' };
    case 'toolCall':
      return { kind, toolCallId, name, rawArguments: '', arguments: null };
    case 'media':
      return { kind, mimeType: 'application/octet-stream', base64: '' };
    case 'refusal':
      return { kind, text: '', category: null };
    case 'unknown':
      return { kind, provider: '', raw: null };
  }
}

function append(parts: OutputPart[], index: number, more: string): void {
  const part = parts[index];
  if (part?.kind === 'toolCall') parts[index] = { ...part, rawArguments: part.rawArguments + more };
  else if (part?.kind === 'text' || part?.kind === 'reasoning') parts[index] = { ...part, text: part.text + more };
}

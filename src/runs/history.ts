import type { CompletionState } from '../completions/index.ts';
import type { StoredRequest } from '../usage/index.ts';
import type { RunEvent, SpokenEvent } from './event.ts';

/** What the books know of a completion: everything but its content. */
export function fromHistory(request: StoredRequest): CompletionState {
  const { id: requestId, completionId: id, startedAt: createdAt, status, finishReason, ...rest } = request;
  const log = { requestId, id, createdAt, status, finishReason };
  const state: CompletionState = {
    ...rest,
    ...log,
    parts: null,
    answer: null,
    rates: null,
    budgets: null,
    object: null,
    lastSeq: 0,
  };
  return { ...state, lastSeq: shortLog(state).length };
}

/**
 * A short log for a run whose own log is gone, so that whoever comes late still sees how it went and how it ended.
 * What was said is not in it: what policies keep of that is read by itself, and audited.
 */
export function shortLog(state: CompletionState): RunEvent[] {
  const { requestId, owner, decision, usage, cost, timing, verdicts, createdAt, finishedAt } = state;
  const settled = timing ?? { queuedMs: 0, routingMs: 0, ttftMs: null, totalMs: 0, overheadMs: 0 };
  const events: SpokenEvent[] = [{ kind: 'started', requestId, owner }];
  if (decision) events.push({ kind: 'routeDecided', decision });
  events.push({ kind: 'usageUpdated', usage, cost });
  if (state.status === 'SUCCEEDED') {
    events.push({ kind: 'finished', finishReason: state.finishReason ?? 'UNKNOWN', timing: settled, verdicts });
  } else {
    const status = state.status === 'CANCELLED' ? 'CANCELLED' : 'FAILED';
    events.push({ kind: 'failed', status, problem: state.problem, timing: settled, verdicts });
  }
  return events.map((event, place) => ({ seq: place + 1, at: finishedAt ?? createdAt, event }));
}

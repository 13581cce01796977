import type { Attempt } from '../core/decision.ts';
import type { TraceParent } from '../core/trace.ts';
import { genai, glidepath } from '../platform/telemetry/genai.ts';
import type { EndedSpan, Traces } from '../platform/telemetry/traces.ts';
import { errorOf, operations, type RequestRecord } from './record.ts';

const NANOS = 1e9;
const MS = 1e3;

/**
 * Tells of a call as spans, when it has ended: one for all of it, under that of its caller, and one below for each attempt.
 * What they say is in the history too, but nothing of end users, runs, tags or words: no erasure reaches a collector.
 * @param own where the call stands
 */
export function tellSpans({ placeOf, tell }: Traces, record: RequestRecord, own: TraceParent): void {
  tell(spanOf(record), own, record.trace);
  for (const attempt of record.attempts) tell(spanOfAttempt(attempt, record), placeOf(attempt.id, own), own);
}

/** Without tokens, which are those of attempts: who adds up a trace would have them twice. */
function spanOf(record: RequestRecord): EndedSpan {
  const { caller, decision, timing, status, problem } = record;
  const operation = operations[record.kind];
  const asked = decision?.route?.slug ?? decision?.candidates[0]?.target.model;
  return {
    name: asked === undefined ? operation : `${operation} ${asked}`,
    kind: 'SERVER',
    from: record.startedAt - timing.queuedMs,
    to: record.finishedAt,
    attributes: {
      [glidepath.requestId]: record.id,
      [glidepath.completionId]: record.completionId,
      [glidepath.organizationId]: caller.organizationId,
      [glidepath.projectId]: caller.projectId,
      [glidepath.apiKeyId]: caller.apiKeyId,
      [glidepath.status]: status,
      [glidepath.route]: decision?.route?.slug,
      [glidepath.routingMs]: timing.routingMs,
      [glidepath.overheadMs]: timing.overheadMs,
      [glidepath.costUsd]: Number(record.cost.totalNanos) / NANOS,
    },
    error: status === 'FAILED' && problem ? problem.code : null,
  };
}

function spanOfAttempt(attempt: Attempt, { kind, streamed, finishedAt }: RequestRecord): EndedSpan {
  const { model, startedAt, durationMs, ttftMs, outcome, usage } = attempt;
  const operation = operations[kind];
  return {
    name: `${operation} ${model}`,
    kind: 'CLIENT',
    from: startedAt,
    to: durationMs === null ? finishedAt : startedAt + durationMs,
    attributes: {
      [genai.operation]: operation,
      [genai.provider]: attempt.provider,
      [genai.model]: model,
      [genai.stream]: streamed,
      [genai.responseModel]: attempt.responseModel ?? undefined,
      [genai.firstChunk]: streamed && ttftMs !== null ? ttftMs / MS : undefined,
      [genai.inputTokens]: usage.inputTokens,
      [genai.cacheReadTokens]: usage.cacheReadTokens || undefined,
      [genai.cacheWriteTokens]: usage.cacheWriteTokens || undefined,
      [genai.outputTokens]: usage.outputTokens,
      [genai.reasoningTokens]: usage.reasoningTokens || undefined,
      [genai.httpStatus]: attempt.httpStatus ?? undefined,
      [glidepath.attempt]: attempt.number,
      [glidepath.outcome]: outcome,
      [glidepath.providerRequestId]: attempt.providerRequestId ?? undefined,
      [glidepath.costUsd]: Number(attempt.cost.totalNanos) / NANOS,
    },
    error: outcome === 'FAILED' || outcome === 'TIMED_OUT' ? errorOf(attempt) : null,
  };
}

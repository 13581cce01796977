import { textOfLines } from '../core/cost-text.ts';
import type { Attempt } from '../core/decision.ts';
import { textByParts } from '../core/decision-text.ts';
import { withFields, withoutBigints } from '../core/json.ts';
import { detailsOf } from '../core/usage.ts';
import type { attemptColumns, Ledger, RequestRows, requestColumns } from './ledger.ts';
import { answeringAttempt, type RequestRecord } from './record.ts';

/**
 * A record as the rows of the two tables.
 * @param traceId of the trace that it is part of
 * @throws RangeError when one of its times is not a time
 */
export function rowsOf(
  record: RequestRecord,
  traceId: string | undefined,
  { rowOf }: Pick<Ledger, 'rowOf'>,
): RequestRows {
  const decided = record.decision ? textByParts(record.decision) : NOT_DECIDED;
  return {
    id: record.id,
    organizationId: record.caller.organizationId,
    parts: decided.parts,
    request: rowOf(withFields(JSON.stringify(requestRow(record, traceId)), requestTexts(record, decided))),
    attempts: record.attempts.map((attempt) =>
      rowOf(withFields(JSON.stringify(attemptRow(attempt, record)), attemptTexts(attempt))),
    ),
  };
}

const NOT_DECIDED = { text: 'null', parts: [] };

/** The other columns; what is undefined is left out, and null in the table. */
type Row<Columns, Texts> = Record<Exclude<keyof Columns, keyof Texts>, unknown>;

function requestRow(
  record: RequestRecord,
  traceId: string | undefined,
): Row<typeof requestColumns, ReturnType<typeof requestTexts>> {
  const { caller, request, timing, decision, problem, verdicts } = record;
  const experiment = decision?.experiment ?? request.copy?.assignment;
  const last = answeringAttempt(record);
  return {
    id: record.id,
    organization_id: caller.organizationId,
    team_id: caller.teamId,
    project_id: caller.projectId,
    api_key_id: caller.apiKeyId,
    completion_id: record.completionId,
    kind: record.kind,
    status: record.status,
    started_at: isoTime(record.startedAt),
    finished_at: isoTime(record.finishedAt),
    end_user: request.endUser ?? undefined,
    run_id: request.agent?.runId,
    agent: request.agent?.name,
    // Statements look for them by the names that the caller gave them.
    tags: Object.fromEntries(request.tags.map(({ key, value }) => [key, value])),
    route_id: decision?.route?.id,
    route_slug: decision?.route?.slug,
    model: last?.model,
    provider: last?.provider,
    streamed: record.streamed,
    queued_ms: Math.round(timing.queuedMs),
    routing_ms: timing.routingMs,
    ttft_ms: wholeOrNone(timing.ttftMs),
    total_ms: Math.round(timing.totalMs),
    overhead_ms: timing.overheadMs,
    finish_reason: record.finishReason ?? undefined,
    error_code: problem?.code,
    problem: withoutBigints(problem) ?? undefined,
    facts: decision?.basis?.facts,
    verdicts: withoutBigints(verdicts),
    experiment_id: experiment?.experimentId,
    experiment_arm: experiment?.arm,
    shadow_of: request.copy?.of,
    trace_id: traceId,
    ...columnsOf(record),
  };
}

/**
 * Of these columns there is text already. Facts stand beside the decision, for statements that look at them alone, and not
 * in it once more.
 */
function requestTexts({ cost }: RequestRecord, decided: { readonly text: string }) {
  return { cost_lines: textOfLines(cost.lines), decision: decided.text };
}

function attemptRow(
  attempt: Attempt,
  record: RequestRecord,
): Row<typeof attemptColumns, ReturnType<typeof attemptTexts>> {
  return {
    id: attempt.id,
    organization_id: record.caller.organizationId,
    request_id: record.id,
    number: attempt.number,
    target_id: attempt.targetId,
    model: attempt.model,
    provider: attempt.provider,
    started_at: isoTime(attempt.startedAt),
    duration_ms: wholeOrNone(attempt.durationMs),
    ttft_ms: wholeOrNone(attempt.ttftMs),
    outcome: attempt.outcome,
    error_code: attempt.errorCode ?? undefined,
    http_status: attempt.httpStatus ?? undefined,
    provider_message: attempt.providerMessage ?? undefined,
    provider_request_id: attempt.providerRequestId ?? undefined,
    response_model: attempt.responseModel ?? undefined,
    ...columnsOf(attempt),
  };
}

function attemptTexts({ cost }: Attempt) {
  return { cost_lines: textOfLines(cost.lines) };
}

/** What both tables have. */
function columnsOf({ usage, cost }: RequestRecord | Attempt) {
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    usage_source: usage.source,
    usage_details: detailsOf(usage),
    cost_nanos: cost.totalNanos.toString(),
    cost_complete: cost.complete,
  };
}

/** ISO 8601. All but the milliseconds, which is what takes long, is written once for the times of a second. */
function isoTime(unixMs: number): string {
  const second = Math.floor(unixMs / 1000);
  if (second !== lastSecond.number) lastSecond = { number: second, text: textOfSecond(second) };
  return `${lastSecond.text}.${String(Math.floor(unixMs) - second * 1000).padStart(3, '0')}Z`;
}

let lastSecond = { number: 0, text: textOfSecond(0) };

function textOfSecond(second: number): string {
  return new Date(second * 1000).toISOString().slice(0, -'.000Z'.length);
}

function wholeOrNone(ms: number | null): number | undefined {
  return ms === null ? undefined : Math.round(ms);
}

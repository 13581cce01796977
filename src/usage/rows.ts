import type { Attempt } from '../core/decision.ts';
import { textOfDecision } from '../core/decision-text.ts';
import { encodeJson, withFields } from '../core/json.ts';
import type { Cost } from '../core/money.ts';
import { detailsOf, type Usage } from '../core/usage.ts';
import type { attemptColumns, RequestRows, requestColumns } from './ledger.ts';
import type { RequestRecord } from './record.ts';

/** A record as the rows of the two tables. @throws RangeError when one of its times is not a time */
export function rowsOf(record: RequestRecord): RequestRows {
  return {
    id: record.id,
    request: storable(withFields(encodeJson(requestRow(record)), textsOf(record))),
    attempts: record.attempts.map((attempt) => storable(encodeJson(attemptRow(attempt, record)))),
  };
}

function requestRow(record: RequestRecord): Record<Exclude<keyof typeof requestColumns, 'tags' | 'decision'>, unknown> {
  const { caller, request, timing, decision, problem } = record;
  const experiment = decision?.experiment ?? request.copy?.assignment;
  const last = record.attempts.findLast(({ outcome }) => outcome === 'SUCCEEDED') ?? record.attempts.at(-1);
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
    end_user: request.endUser,
    run_id: request.agent?.runId ?? null,
    agent: request.agent?.name ?? null,
    route_id: decision?.route?.id ?? null,
    route_slug: decision?.route?.slug ?? null,
    model: last?.model ?? null,
    provider: last?.provider ?? null,
    streamed: record.streamed,
    ...usageColumns(record.usage),
    ...costColumns(record.cost),
    queued_ms: Math.round(timing.queuedMs),
    routing_ms: timing.routingMs,
    ttft_ms: wholeOrNull(timing.ttftMs),
    total_ms: Math.round(timing.totalMs),
    overhead_ms: timing.overheadMs,
    finish_reason: record.finishReason,
    error_code: problem?.code ?? null,
    problem: problem?.toJSON() ?? null,
    facts: decision?.basis?.facts ?? null,
    experiment_id: experiment?.experimentId ?? null,
    experiment_arm: experiment?.arm ?? null,
    shadow_of: request.copy?.of ?? null,
    verdicts: record.verdicts,
  };
}

/** The fields that are JSON already, or are not to be written as what travels between processes. */
function textsOf({ request, decision }: RequestRecord) {
  return {
    // Statements look for them by the names that the caller gave them.
    tags: JSON.stringify(Object.fromEntries(request.tags.map(({ key, value }) => [key, value]))),
    decision: decision === null ? 'null' : textOfDecision(decision),
  };
}

function attemptRow(attempt: Attempt, record: RequestRecord): Record<keyof typeof attemptColumns, unknown> {
  return {
    id: attempt.id,
    organization_id: record.caller.organizationId,
    request_id: record.id,
    number: attempt.number,
    target_id: attempt.targetId,
    model: attempt.model,
    provider: attempt.provider,
    started_at: isoTime(attempt.startedAt),
    duration_ms: wholeOrNull(attempt.durationMs),
    ttft_ms: wholeOrNull(attempt.ttftMs),
    outcome: attempt.outcome,
    error_code: attempt.errorCode,
    http_status: attempt.httpStatus,
    provider_message: attempt.providerMessage,
    provider_request_id: attempt.providerRequestId,
    response_model: attempt.responseModel,
    ...usageColumns(attempt.usage),
    ...costColumns(attempt.cost),
  };
}

function usageColumns(usage: Usage) {
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    usage_source: usage.source,
    usage_details: detailsOf(usage),
  };
}

function costColumns({ totalNanos, complete, lines }: Cost) {
  return { cost_nanos: totalNanos.toString(), cost_complete: complete, cost_lines: lines };
}

function isoTime(unixMs: number): string {
  return new Date(unixMs).toISOString();
}

function wholeOrNull(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}

/**
 * PostgreSQL's text holds neither NUL nor half of a surrogate pair, and one such character would refuse a whole
 * batch: they become U+FFFD. JSON writes both as escapes, so they are found in the finished text, keys included; the
 * first alternative steps over an escaped backslash, after which `u0000` is ordinary text.
 */
function storable(text: string): string {
  return text.includes('\\u') ? text.replace(/\\\\|\\u(?:0000|d[89a-f]..)/gi, keepBackslash) : text;
}

function keepBackslash(found: string): string {
  return found === '\\\\' ? found : '\ufffd';
}

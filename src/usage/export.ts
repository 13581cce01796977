import type { ExportLine, ExportQuestion } from '../core/export.ts';
import type { ScopeRef } from '../core/scope-ref.ts';
import type { Database } from '../platform/database/database.ts';
import { everything, type RequestFilter, sqlWhere } from './filter.ts';
import { parameterList } from './sql.ts';

/** What the room writes out: its calls one by one, or added up by day, project and model. See exports/index.ts. */

const PAGE = 1000;

const CALL = `id, completion_id AS "completionId", kind, status, started_at AS "startedAt", finished_at AS "finishedAt",
  team_id AS "teamId", project_id AS "projectId", api_key_id AS "apiKeyId", end_user AS "endUser", run_id AS "runId",
  trace_id AS "traceId", agent, tags, route_slug AS route, model, provider, streamed, input_tokens AS "inputTokens",
  output_tokens AS "outputTokens", reasoning_tokens AS "reasoningTokens", cache_read_tokens AS "cacheReadTokens",
  cache_write_tokens AS "cacheWriteTokens", usage_source AS "usageSource", cost_nanos AS "costNanos",
  total_ms AS "totalMs", ttft_ms AS "ttftMs", finish_reason AS "finishReason", error_code AS "errorCode"`;

/** Oldest first. */
export async function* exportedCalls(
  database: Database,
  organizationId: string,
  { from, to, scope }: ExportQuestion,
): AsyncGenerator<readonly ExportLine[]> {
  for (let after = { startedAt: new Date(from), id: '' }; ; ) {
    const { values, bind } = parameterList();
    const where = sqlWhere(organizationId, filterOf(scope, after.startedAt, new Date(to)), bind);
    const rows = await database.query<ExportLine & { id: string; startedAt: Date }>(
      `SELECT ${CALL} FROM request
       WHERE ${where} AND (started_at, id) > (${bind(after.startedAt, 'timestamptz')}, ${bind(after.id, 'text')})
       ORDER BY started_at, id LIMIT ${PAGE}`,
      values,
    );
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = { startedAt: last.startedAt, id: last.id };
  }
}

export async function* exportedUsage(
  database: Database,
  organizationId: string,
  { from, to, scope }: ExportQuestion,
): AsyncGenerator<readonly ExportLine[]> {
  const { values, bind } = parameterList();
  const where = sqlWhere(organizationId, filterOf(scope, new Date(from), new Date(to)), bind);
  yield await database.query<ExportLine>(
    `SELECT to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, project_id AS "projectId", model,
       count(*)::integer AS requests, count(*) FILTER (WHERE status <> 'SUCCEEDED')::integer AS errors,
       sum(input_tokens)::bigint AS "inputTokens", sum(output_tokens)::bigint AS "outputTokens",
       sum(cost_nanos)::text AS "costNanos"
     FROM request WHERE ${where} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    values,
  );
}

function filterOf(scope: ScopeRef | null, from: Date, to: Date): RequestFilter {
  const within = { ...everything, range: { from, to } };
  const reference = scope?.reference;
  if (!scope || reference == null) return within;
  switch (scope.kind) {
    case 'ORGANIZATION':
      return within;
    case 'TEAM':
      return { ...within, lists: { teamId: [reference] } };
    case 'PROJECT':
      return { ...within, lists: { projectId: [reference] } };
    case 'API_KEY':
      return { ...within, lists: { apiKeyId: [reference] } };
    case 'END_USER':
      return { ...within, lists: { endUser: [reference] } };
    case 'AGENT_RUN':
      return { ...within, lists: { runId: [reference] } };
    case 'MODEL':
      return { ...within, lists: { model: [reference] } };
    case 'ROUTE':
      return { ...within, routes: [reference] };
    case 'TAG': {
      const [key = '', ...value] = reference.split('=');
      return { ...within, tags: [{ key, value: value.join('=') }] };
    }
  }
}

/** The calls with these ids, as they are exported. */
export function callsById(
  database: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<readonly ExportLine[]> {
  return database.query<ExportLine>(
    `SELECT ${CALL} FROM request WHERE organization_id = $1 AND id = ANY($2) ORDER BY id`,
    [organizationId, ids],
  );
}

import type { SubjectCall } from '../core/erasure.ts';
import type { ExportLine, ExportQuestion } from '../core/export.ts';
import type { Database } from '../platform/database/database.ts';
import { requestsOf, runsOf } from './erasable.ts';

/** What the room writes out: scores, each with what answered the call. See exports/index.ts. */

const PAGE = 1000;

/** What answered is known of a call's score; a run had many, of one project unless its id was used in two. */
const SCORES = `SELECT s.id, s.created_at AS "createdAt", s.request_id AS "requestId", s.run_id AS "runId", s.name,
    CASE WHEN s.passed IS NULL THEN s.number END AS number, s.passed, s.category, s.comment, s.source,
    s.created_by AS "createdBy", COALESCE(r.project_id, (
      SELECT CASE WHEN count(*) = 1 THEN min(project_id) END FROM agent_run WHERE organization_id = s.organization_id AND run_id = s.run_id
    )) AS "projectId", r.end_user AS "endUser", r.route_slug AS route, r.model, r.provider
  FROM score s LEFT JOIN request r ON r.id = s.request_id AND r.organization_id = s.organization_id
  WHERE s.organization_id = $1`;

/** By when they were given, oldest first. */
export async function* exportedScores(
  database: Database,
  organizationId: string,
  { from, to }: ExportQuestion,
): AsyncGenerator<readonly ExportLine[]> {
  for (let after = { createdAt: new Date(from), id: '' }; ; ) {
    const rows = await database.query<ExportLine & { id: string; createdAt: Date }>(
      `${SCORES} AND s.created_at < $2 AND (s.created_at, s.id) > ($3, $4) ORDER BY s.created_at, s.id LIMIT ${PAGE}`,
      [organizationId, new Date(to), after.createdAt, after.id],
    );
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = { createdAt: last.createdAt, id: last.id };
  }
}

/** Those of some calls, and of the runs that they belong to. */
export function scoresOfCalls(
  database: Database,
  organizationId: string,
  calls: readonly SubjectCall[],
): Promise<readonly (ExportLine & { readonly id: string })[]> {
  return database.query<ExportLine & { id: string }>(
    `${SCORES} AND (s.request_id = ANY($2) OR s.run_id = ANY($3)) ORDER BY s.id`,
    [organizationId, requestsOf(calls), runsOf(calls)],
  );
}

import { NotFoundProblem } from '../core/problem.ts';
import type { ScopeRef } from '../core/scope-ref.ts';
import type { Database } from '../platform/database/database.ts';

/** Where a scope stands: the wider scopes around it. Null: not known, because many of them may be inside it. */
export interface Place {
  readonly teamId: string | null;
  readonly projectId: string | null;
  readonly routes: readonly string[];
  readonly apiKeyId: string | null;
}

const anywhere: Place = { teamId: null, projectId: null, routes: [], apiKeyId: null };

/** @throws NotFoundProblem for a team, project or key that the organization does not have */
export async function placeOf(
  database: Database,
  organizationId: string,
  { kind, reference }: ScopeRef,
): Promise<Place> {
  const query = queries[kind as keyof typeof queries];
  if (!query) return { ...anywhere, routes: kind === 'ROUTE' && reference !== null ? [reference] : [] };
  const [row] = await database.query<Partial<Place>>(query, [organizationId, reference]);
  if (!row) throw new NotFoundProblem(kind.toLowerCase(), reference ?? '');
  return { ...anywhere, ...row };
}

const queries = {
  TEAM: 'SELECT id AS "teamId" FROM team WHERE organization_id = $1 AND id = $2',
  PROJECT: `SELECT id AS "projectId", team_id AS "teamId" FROM project WHERE organization_id = $1 AND id = $2`,
  API_KEY: `SELECT api_key.id AS "apiKeyId", project.id AS "projectId", project.team_id AS "teamId"
            FROM api_key JOIN project ON project.id = api_key.project_id
            WHERE api_key.organization_id = $1 AND api_key.id = $2`,
};

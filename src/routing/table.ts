import { NotFoundProblem } from '../core/problem.ts';
import type { Database } from '../platform/database/database.ts';
import { type RouteRule, wholeRules } from './rules.ts';

/** The routes of one organization that serve traffic, as they were published. */
export interface RouteBook {
  get(slug: string): PublishedRoute | null;
  slugs(): readonly string[];
}

export interface PublishedRoute {
  readonly id: string;
  readonly slug: string;
  readonly version: number;
  readonly rules: readonly RouteRule[];
}

/** Reads the published version of every route. Drafts and older versions stay where they are. */
export async function loadRoutes(database: Database, organizationId: string): Promise<RouteBook> {
  const rows = await database.query<{ id: string; slug: string; version: number; rules: RouteRule[] }>(
    `SELECT route.id, route.slug, route_version.version, route_version.rules
     FROM route JOIN route_version
       ON route_version.route_id = route.id AND route_version.version = route.published_version
     WHERE route.organization_id = $1
     ORDER BY route.slug`,
    [organizationId],
  );
  return routeBook(rows.map((row) => ({ ...row, rules: wholeRules(row.rules) })));
}

/** One version, published or not. @param version null: the newest @throws NotFoundProblem */
export async function loadVersion(
  database: Database,
  organizationId: string,
  routeId: string,
  version: number | null,
): Promise<PublishedRoute> {
  const [row] = await database.query<{ id: string; slug: string; version: number; rules: RouteRule[] }>(
    `SELECT route.id, route.slug, route_version.version, route_version.rules
     FROM route JOIN route_version ON route_version.route_id = route.id
     WHERE route.organization_id = $1 AND route.id = $2 AND ($3::integer IS NULL OR route_version.version = $3)
     ORDER BY route_version.version DESC LIMIT 1`,
    [organizationId, routeId, version],
  );
  if (row) return { ...row, rules: wholeRules(row.rules) };
  throw version === null
    ? new NotFoundProblem('Route', routeId)
    : new NotFoundProblem('RouteVersion', `${routeId} version ${version}`);
}

export function routeBook(routes: readonly PublishedRoute[]): RouteBook {
  const bySlug = new Map(routes.map((route) => [route.slug, route]));
  return { get: (slug) => bySlug.get(slug) ?? null, slugs: () => [...bySlug.keys()] };
}

import type { Database } from '../platform/database/database.ts';
import type { RouteRule } from './rules.ts';

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
  return routeBook(rows);
}

export function routeBook(routes: readonly PublishedRoute[]): RouteBook {
  const bySlug = new Map(routes.map((route) => [route.slug, route]));
  return { get: (slug) => bySlug.get(slug) ?? null, slugs: () => [...bySlug.keys()] };
}

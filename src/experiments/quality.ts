import type { Database } from '../platform/database/database.ts';

/** How good a model's answers were found, by the name of the score. */
export interface Quality {
  readonly model: string;
  readonly score: string;
  readonly samples: number;
  readonly mean: number;
}

const LOOK_BACK_MS = 30 * 24 * 3_600_000;
/** Newest first; enough for a mean, and bounded. */
const MOST_SCORES = 20_000;

/** The means of the last thirty days' scores of requests, a shadow's own comparison left out. @param now Unix ms */
export async function qualityOf(database: Database, organizationId: string, now: number): Promise<readonly Quality[]> {
  return database.query<Quality>(
    `SELECT model, name AS score, count(*)::integer AS samples, avg(number)::float8 AS mean
     FROM (SELECT request_id, name, number FROM score
           WHERE organization_id = $1 AND created_at >= $2 AND number IS NOT NULL AND request_id IS NOT NULL
             AND created_by <> 'system'
           ORDER BY created_at DESC LIMIT ${MOST_SCORES}) AS latest
     JOIN request ON request.id = latest.request_id
     WHERE model IS NOT NULL GROUP BY model, name ORDER BY model, name`,
    [organizationId, new Date(now - LOOK_BACK_MS)],
  );
}

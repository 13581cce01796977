import type { Database } from '../platform/database/database.ts';

/** How long one answer was, and what makes it like others. */
export interface SeenLength {
  /** Route slug, '' when a model was named. */
  readonly route: string;
  /** `provider/model`. */
  readonly model: string;
  readonly apiKeyId: string;
  readonly outputTokens: number;
}

/** Enough to know every busy combination of route, model and key; some milliseconds to read. */
const NEWEST = 5_000;

/** Of the newest whole answers, oldest first. One that was cut where money or a limit ended says nothing. */
export async function lengths(database: Database, organizationId: string): Promise<readonly SeenLength[]> {
  const rows = await database.query<{ route: string; model: string; key: string; tokens: number }>(
    `SELECT coalesce(route_slug, '') AS route, model, api_key_id AS key, output_tokens AS tokens
     FROM request
     WHERE organization_id = $1 AND status = 'SUCCEEDED' AND finish_reason IN ('STOP', 'TOOL_CALLS') AND model IS NOT NULL
     ORDER BY started_at DESC LIMIT ${NEWEST}`,
    [organizationId],
  );
  return rows
    .toReversed()
    .map(({ route, model, key, tokens }) => ({ route, model, apiKeyId: key, outputTokens: tokens }));
}

import type { Database, Transaction } from '../platform/database/database.ts';
import type { Experiment } from './experiment.ts';

/** The statements of the experiments room. Writes run inside a change, which lets an organization's take turns. */

export const topicPrefix = 'experiments';

const COLUMNS = `id, organization_id AS "organizationId", slug, name, kind, status, route_id AS "routeId",
  route_slug AS "routeSlug", rule, assign_by AS "assignBy", arms, schedule, guardrails, conclusion, revision,
  started_at AS "startedAt", ended_at AS "endedAt"`;

interface Row extends Omit<Experiment, 'startedAt' | 'endedAt'> {
  readonly startedAt: Date | string | null;
  readonly endedAt: Date | string | null;
}

/** Of one organization, or of all. */
export async function runningExperiments(database: Database, organizationId: string | null): Promise<Experiment[]> {
  const rows = await database.query<Row>(
    `SELECT ${COLUMNS} FROM experiment
     WHERE status = 'RUNNING' AND ($1::text IS NULL OR organization_id = $1) ORDER BY id`,
    [organizationId],
  );
  return rows.map(read);
}

export async function experimentById(
  database: Pick<Database, 'query'> | Transaction,
  organizationId: string,
  id: string,
): Promise<Experiment | null> {
  const [row] = await database.query<Row>(`SELECT ${COLUMNS} FROM experiment WHERE organization_id = $1 AND id = $2`, [
    organizationId,
    id,
  ]);
  return row ? read(row) : null;
}

export async function slugTaken(tx: Transaction, organizationId: string, slug: string): Promise<boolean> {
  const rows = await tx.query('SELECT FROM experiment WHERE organization_id = $1 AND slug = $2', [
    organizationId,
    slug,
  ]);
  return rows.length > 0;
}

/** The slug of the experiment that runs on a route; null when none does. */
export async function runningOn(tx: Transaction, routeId: string): Promise<string | null> {
  const [row] = await tx.query<{ slug: string }>(
    `SELECT slug FROM experiment WHERE route_id = $1 AND status = 'RUNNING'`,
    [routeId],
  );
  return row?.slug ?? null;
}

/** The route, with the names of the rules that serve traffic. */
export async function routeOf(
  tx: Transaction,
  organizationId: string,
  id: string,
): Promise<{ readonly slug: string; readonly rules: readonly string[] | null } | null> {
  const [row] = await tx.query<{ slug: string; rules: readonly { readonly name: string }[] | null }>(
    `SELECT slug, rules FROM route LEFT JOIN route_version
       ON route_version.route_id = route.id AND route_version.version = route.published_version
     WHERE route.organization_id = $1 AND route.id = $2`,
    [organizationId, id],
  );
  return row ? { slug: row.slug, rules: row.rules?.map(({ name }) => name) ?? null } : null;
}

export async function insertExperiment(tx: Transaction, experiment: Experiment, at: Date): Promise<void> {
  const { arms, schedule, guardrails } = experiment;
  await tx.query(
    `INSERT INTO experiment (id, organization_id, slug, name, kind, status, route_id, route_slug, rule, assign_by, arms,
       schedule, guardrails, conclusion, revision, started_at, ended_at, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, 'DRAFT', $6, $7, $8, $9, $10, $11, $12, NULL, 1, NULL, NULL, $13, $13)`,
    [
      experiment.id,
      experiment.organizationId,
      experiment.slug,
      experiment.name,
      experiment.kind,
      experiment.routeId,
      experiment.routeSlug,
      experiment.rule,
      experiment.assignBy,
      JSON.stringify(arms),
      JSON.stringify(schedule),
      JSON.stringify(guardrails),
      at,
    ],
  );
}

/** Writes what a change of status changes, and counts the revision up by one. */
export async function updateExperiment(tx: Transaction, experiment: Experiment, at: Date): Promise<void> {
  const { id, status, conclusion, startedAt, endedAt } = experiment;
  await tx.query(
    `UPDATE experiment SET status = $2, conclusion = $3, started_at = $4, ended_at = $5, updated_at = $6,
       revision = revision + 1
     WHERE id = $1`,
    [
      id,
      status,
      conclusion,
      startedAt === null ? null : new Date(startedAt),
      endedAt === null ? null : new Date(endedAt),
      at,
    ],
  );
}

function read({ startedAt, endedAt, ...row }: Row): Experiment {
  const ms = (at: Date | string | null) => (at === null ? null : new Date(at).getTime());
  return { ...row, startedAt: ms(startedAt), endedAt: ms(endedAt) };
}

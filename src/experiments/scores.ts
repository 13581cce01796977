import { z } from 'zod';
import type { Caller } from '../core/caller.ts';
import { parse } from '../core/parse.ts';
import { idempotencyKey } from '../core/plain-text.ts';
import { IdempotencyConflictProblem, NotFoundProblem } from '../core/problem.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Database } from '../platform/database/database.ts';

export const scoreSources = ['END_USER', 'REVIEWER', 'AUTOMATED'] as const;
export type ScoreSource = (typeof scoreSources)[number];

/** What somebody or something thought of an answer. */
export interface Score {
  readonly id: string;
  /** Null for a run's. */
  readonly requestId: string | null;
  readonly runId: string | null;
  readonly name: string;
  readonly value: ScoreValue;
  readonly comment: string | null;
  readonly source: ScoreSource;
  /** An API key's id, or `system`. */
  readonly createdBy: string;
  readonly createdAt: Date;
}

export type ScoreValue = { readonly number: number } | { readonly passed: boolean } | { readonly category: string };

const scoreInput = z.object({
  /** Exactly one of them, as of `value`. */
  subject: z.object({
    request: z.string().max(100).nullish(),
    completion: z.string().max(100).nullish(),
    run: z.string().max(256).nullish(),
  }),
  name: z.string().trim().min(1).max(100),
  value: z.object({
    number: z.number().min(-1e12).max(1e12).nullish(),
    passed: z.boolean().nullish(),
    category: z.string().trim().min(1).max(100).nullish(),
  }),
  comment: z
    .string()
    .max(2000)
    .nullish()
    .transform((value) => value ?? null),
  source: z
    .enum(scoreSources)
    .nullish()
    .transform((value): ScoreSource => value ?? 'END_USER'),
  idempotencyKey,
});
export type ScoreCreateInput = z.input<typeof scoreInput>;

export interface ScoreSaved {
  readonly score: Score;
  /** True when the idempotency key had been used before and nothing was done now. */
  readonly replayed: boolean;
}

/**
 * Keeps a score of a request, a completion's request, or a run that this organization made.
 * @param createdBy the key that says so, or `system`
 * @throws ValidationProblem, IdempotencyConflictProblem; NotFoundProblem when there is no such call in the caller's
 * project (any project, for a key that reads usage)
 */
export async function createScore(
  database: Database,
  { ids, clock }: Runtime,
  caller: Caller,
  given: ScoreCreateInput,
  createdBy: string = caller.apiKeyId,
): Promise<ScoreSaved> {
  const { subject, name, value, comment, source, idempotencyKey } = parse(scoreInput, given);
  const { request, run } = subject;
  const { number, passed, category } = value;
  const kind = request != null ? 'request' : run != null ? 'run' : 'completion';
  const reference = subject[kind] ?? '';
  const rows = await database.query<Row>(INSERT[kind], [
    ids.next('scr'),
    caller.organizationId,
    reference,
    caller.scopes.has('USAGE_READ') ? null : caller.projectId,
    name,
    number ?? (passed == null ? null : Number(passed)),
    passed ?? null,
    category ?? null,
    comment,
    source,
    createdBy,
    new Date(clock.now()),
    idempotencyKey ?? null,
  ]);
  if (rows[0]) return { score: scoreOf(rows[0]), replayed: false };
  const [earlier] = idempotencyKey
    ? await database.query<Row>(
        `SELECT ${COLUMNS} FROM score WHERE organization_id = $1 AND created_by = $2 AND idempotency_key = $3`,
        [caller.organizationId, createdBy, idempotencyKey],
      )
    : [];
  if (!earlier) throw new NotFoundProblem(kind === 'run' ? 'Run' : 'Request', reference);
  const score = scoreOf(earlier);
  const same = Object.entries(score.value).every(([kind, one]) => value[kind as keyof typeof value] === one);
  if (score.name === name && same) return { score, replayed: true };
  throw new IdempotencyConflictProblem(score.createdAt.getTime(), score.id);
}

/** Of a request, its run's included, oldest first; a hundred at most. */
export async function scoresOf(database: Database, organizationId: string, requestId: string): Promise<Score[]> {
  const rows = await database.query<Row>(
    `SELECT ${COLUMNS} FROM score
     WHERE organization_id = $1 AND (request_id = $2 OR run_id = (SELECT run_id FROM request WHERE id = $2))
     ORDER BY id LIMIT 100`,
    [organizationId, requestId],
  );
  return rows.map(scoreOf);
}

interface Row {
  readonly id: string;
  readonly requestId: string | null;
  readonly runId: string | null;
  readonly name: string;
  readonly number: number | null;
  readonly passed: boolean | null;
  readonly category: string | null;
  readonly comment: string | null;
  readonly source: ScoreSource;
  readonly createdBy: string;
  readonly createdAt: Date | string;
}

const COLUMNS = `id, request_id AS "requestId", run_id AS "runId", name, number, passed, category, comment, source,
  created_by AS "createdBy", created_at AS "createdAt"`;

/**
 * Writes nothing when there is no such call, or when the idempotency key was used before.
 * @param subject the columns that say what the score is of
 * @param found of the calls there are
 */
const insert = (subject: string, found: string) => `
  INSERT INTO score (id, organization_id, request_id, run_id, name, number, passed, category, comment, source, created_by,
    created_at, idempotency_key)
  SELECT $1, organization_id, ${subject}, $5, $6, $7, $8, $9, $10, $11, $12, $13
  FROM request WHERE organization_id = $2 AND ${found} AND ($4::text IS NULL OR project_id = $4)
  ORDER BY started_at DESC LIMIT 1
  ON CONFLICT (organization_id, created_by, idempotency_key) DO NOTHING
  RETURNING ${COLUMNS}`;

const INSERT = {
  request: insert('id, NULL', 'id = $3'),
  run: insert('NULL, run_id', 'run_id = $3'),
  // A completion's id has no index, but is that of its request but for the prefix.
  completion: insert('id, NULL', "id = 'req' || substr($3::text, 4) AND completion_id = $3"),
};

function scoreOf({ number, passed, category, createdAt, ...row }: Row): Score {
  const value: ScoreValue = passed !== null ? { passed } : category !== null ? { category } : { number: number! };
  return { ...row, value, createdAt: new Date(createdAt) };
}

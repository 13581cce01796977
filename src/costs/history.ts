import { decodeJson, encodeJson } from '../core/json.ts';
import { addCost, type Cost, type CostLine, type Meter, type Nanos, noCost } from '../core/money.ts';
import type { Usage, UsageDetails, UsageSource } from '../core/usage.ts';
import type { Transaction } from '../platform/database/database.ts';

/** The SQL of the room: what past calls consumed and cost, as usage/ wrote it down. */
type Queries = Pick<Transaction, 'query'>;

export interface Span {
  readonly from: Date;
  /** Not included. */
  readonly to: Date;
}

export interface ChargedCall {
  readonly id: string;
  readonly startedAt: Date;
  readonly attempts: readonly ChargedAttempt[];
}

export interface ChargedAttempt {
  readonly id: string;
  /** `provider/model` */
  readonly model: string;
  readonly startedAt: Date;
  readonly usage: Usage;
  readonly cost: Cost;
}

export interface DailyUse {
  /** 2026-11-23, UTC. */
  readonly day: string;
  /** As the provider called it when it answered, otherwise as it was asked for; without the provider. */
  readonly model: string;
  readonly calls: number;
  readonly usage: Usage;
  readonly charged: ReadonlyMap<Meter, Nanos>;
  /** False when some of it has no price. */
  readonly complete: boolean;
}

/**
 * Calls in the order in which they came, `size` at a time.
 * @param after the last call of the page before; null for the first page
 * @param lock true inside a transaction that is going to correct them: until it ends nobody else can
 */
export async function callsIn(
  db: Queries,
  organizationId: string,
  { from, to }: Span,
  after: ChargedCall | null,
  size: number,
  lock: boolean,
): Promise<ChargedCall[]> {
  const calls = await db.query<{ id: string; startedAt: Date }>(
    `SELECT id, started_at AS "startedAt" FROM request
     WHERE organization_id = $1 AND started_at >= $2 AND started_at < $3
       AND (started_at, id) > ($4::timestamptz, $5::text)
     ORDER BY started_at, id LIMIT $6 ${lock ? 'FOR UPDATE' : ''}`,
    [organizationId, from, to, after?.startedAt ?? new Date(0), after?.id ?? '', size],
  );
  if (calls.length === 0) return [];
  const rows = await db.query<AttemptRow>(
    `SELECT id, request_id AS "requestId", model, started_at AS "startedAt", input_tokens AS "inputTokens",
       output_tokens AS "outputTokens", reasoning_tokens AS "reasoningTokens", cache_read_tokens AS "cacheReadTokens",
       cache_write_tokens AS "cacheWriteTokens", usage_source AS "source", usage_details AS "details",
       cost_nanos::text AS "totalNanos", cost_complete AS "complete", cost_lines AS "lines"
     FROM attempt WHERE request_id = ANY($1) ORDER BY request_id, number`,
    [calls.map(({ id }) => id)],
  );
  const attempts = Map.groupBy(rows, ({ requestId }) => requestId);
  return calls.map((call) => ({ ...call, attempts: (attempts.get(call.id) ?? []).map(attemptOf) }));
}

/** Gives attempts another cost, and their calls the sums of it. */
export async function correct(tx: Transaction, organizationId: string, calls: readonly ChargedCall[]): Promise<void> {
  const attempts = calls.flatMap((call) => call.attempts);
  const sums = calls.map(({ id, attempts }) => ({
    id,
    cost: attempts.map(({ cost }) => cost).reduce(addCost, noCost),
  }));
  await tx.query(correction('attempt'), [organizationId, rowsOf(attempts)]);
  await tx.query(correction('request'), [organizationId, rowsOf(sums)]);
}

/** Sums by UTC day and model of one provider's calls: what was used, and what each meter was charged. */
export async function dailyUse(
  db: Queries,
  organizationId: string,
  provider: string,
  { from, to }: Span,
): Promise<DailyUse[]> {
  const where = `organization_id = $1 AND provider = $2 AND started_at >= $3 AND started_at < $4`;
  const parameters = [organizationId, provider, from, to];
  const used = await db.query<UseRow>(
    `SELECT ${DAY} AS day, ${MODEL} AS model, count(*)::int AS calls, bool_and(cost_complete) AS complete, ${SUMS}
     FROM attempt WHERE ${where} AND usage_source <> 'NONE' GROUP BY 1, 2 ORDER BY 1, 2`,
    parameters,
  );
  const charged = await db.query<ChargeRow>(
    `SELECT ${DAY} AS day, ${MODEL} AS model, line->>'meter' AS meter,
       sum((line->'amountNanos'->>'$nanos')::bigint)::text AS nanos
     FROM attempt, jsonb_array_elements(cost_lines) AS line WHERE ${where} GROUP BY 1, 2, 3`,
    parameters,
  );
  const byPlace = Map.groupBy(charged, placeOf);
  return used.map(({ day, model, calls, complete, ...sums }) => ({
    day,
    model,
    calls,
    complete,
    usage: { ...sums, source: 'MIXED' },
    charged: new Map((byPlace.get(placeOf({ day, model })) ?? []).map(({ meter, nanos }) => [meter, BigInt(nanos)])),
  }));
}

type AttemptRow = Omit<Usage, keyof UsageDetails | 'source'> & {
  readonly id: string;
  readonly requestId: string;
  readonly model: string;
  readonly startedAt: Date;
  readonly source: UsageSource;
  readonly details: UsageDetails;
  readonly totalNanos: string;
  readonly complete: boolean;
  readonly lines: unknown;
};

function attemptOf({
  id,
  requestId: _,
  model,
  startedAt,
  totalNanos,
  complete,
  lines,
  details,
  ...usage
}: AttemptRow): ChargedAttempt {
  const cost = {
    totalNanos: BigInt(totalNanos),
    complete,
    lines: decodeJson(JSON.stringify(lines)) as CostLine[],
  };
  return { id, model, startedAt, usage: { ...usage, ...details }, cost };
}

/** $1: the organization, $2: rows as JSON. */
function correction(table: 'attempt' | 'request'): string {
  return `UPDATE ${table} SET cost_nanos = row.cost_nanos, cost_complete = row.cost_complete, cost_lines = row.cost_lines
    FROM jsonb_to_recordset($2::jsonb) AS row (id text, cost_nanos bigint, cost_complete boolean, cost_lines jsonb)
    WHERE ${table}.id = row.id AND ${table}.organization_id = $1`;
}

function rowsOf(costs: readonly { readonly id: string; readonly cost: Cost }[]): string {
  return encodeJson(
    costs.map(({ id, cost: { totalNanos, complete, lines } }) => ({
      id,
      cost_nanos: totalNanos.toString(),
      cost_complete: complete,
      cost_lines: lines,
    })),
  );
}

const DAY = `to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;
/** Without the provider's slug, which holds no slash. */
const MODEL = `coalesce(response_model, substr(model, strpos(model, '/') + 1))`;

/** Column name -> what is summed, as numbers: no sum here comes near 2^53. */
const sums = {
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  reasoningTokens: 'reasoning_tokens',
  cacheReadTokens: 'cache_read_tokens',
  cacheWriteTokens: 'cache_write_tokens',
  cacheWrite1hTokens: detail('cacheWrite1hTokens'),
  freeInputTokens: detail('freeInputTokens'),
  freeOutputTokens: detail('freeOutputTokens'),
  inputAudioTokens: detail('inputAudioTokens'),
  cacheReadAudioTokens: detail('cacheReadAudioTokens'),
  outputAudioTokens: detail('outputAudioTokens'),
  images: detail('images'),
  audioSeconds: detail('audioSeconds'),
  characters: detail('characters'),
  searches: detail('searches'),
  toolCalls: detail('toolCalls'),
} as const;

const SUMS = Object.entries(sums)
  .map(([name, column]) => `sum(${column})::float8 AS "${name}"`)
  .join(', ');

function detail(name: keyof Usage): string {
  return `coalesce((usage_details->>'${name}')::bigint, 0)`;
}

interface UseRow extends Record<keyof typeof sums, number> {
  readonly day: string;
  readonly model: string;
  readonly calls: number;
  readonly complete: boolean;
}

interface ChargeRow {
  readonly day: string;
  readonly model: string;
  readonly meter: Meter;
  readonly nanos: string;
}

function placeOf({ day, model }: Pick<ChargeRow, 'day' | 'model'>): string {
  return `${day} ${model}`;
}

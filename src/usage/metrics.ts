import type { Nanos } from '../core/money.ts';
import { ValidationProblem } from '../core/problem.ts';
import type { Bind } from './sql.ts';
import type { Cell } from './sums.ts';

/** What a number of calls came to. */
export interface UsageMetrics {
  readonly requests: number;
  /** Calls that failed; a cancelled one did not. */
  readonly errors: number;
  readonly errorRatePercent: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly totalTokens: number;
  readonly costNanos: Nanos;
  /** False when something was consumed that had no price. */
  readonly costComplete: boolean;
  uniqueEndUsers(): Promise<number>;
  /** Of the whole call. @param percentile 0..100, interpolated; null when there are no calls */
  latencyMs(percentile: number): Promise<number | null>;
  /** To the first token, over the calls that had one. */
  ttftMs(percentile: number): Promise<number | null>;
}

/** What every report adds up; everything comes back as text or number, whichever the driver takes for its type. */
export function baseSums() {
  return {
    requests: 'count(*)',
    errors: "count(*) FILTER (WHERE status = 'FAILED')",
    inputTokens: 'coalesce(sum(input_tokens), 0)',
    outputTokens: 'coalesce(sum(output_tokens), 0)',
    reasoningTokens: 'coalesce(sum(reasoning_tokens), 0)',
    cacheReadTokens: 'coalesce(sum(cache_read_tokens), 0)',
    cacheWriteTokens: 'coalesce(sum(cache_write_tokens), 0)',
    costNanos: 'coalesce(sum(cost_nanos), 0)::text',
    costComplete: 'coalesce(bool_and(cost_complete), true)',
  };
}

export type BaseSums = Readonly<Record<keyof ReturnType<typeof baseSums>, unknown>>;

/** What makes a key one of the largest; in time order the rows stand by time, and the keys with a row by cost. */
export const rankings = {
  COST_DESC: 'sum(cost_nanos)',
  REQUESTS_DESC: 'count(*)',
  TOKENS_DESC: 'sum(input_tokens::bigint + output_tokens)',
  TIME_ASC: 'sum(cost_nanos)',
} as const;

export type ReportOrder = keyof typeof rankings;

type AddUp = (aggregates: (bind: Bind) => { value: string }) => Promise<Cell<{ value: unknown }>[]>;

const MAX_MEASURES = 8;

/**
 * Distinct counts and percentiles sort all calls, so each is computed when somebody first asks for it, once for all
 * cells of the report.
 */
export function slowMeasures(addUp: AddUp): (cell: Cell<BaseSums>) => UsageMetrics {
  const measures = new Map<string, Promise<ReadonlyMap<string, number | null>>>();

  const measure = async (cell: Cell<unknown>, name: string, aggregate: (bind: Bind) => string) => {
    if (!measures.has(name)) {
      if (measures.size >= MAX_MEASURES) {
        throw ValidationProblem.at('percentile', 'TOO_MANY', `Ask for at most ${MAX_MEASURES} different measures.`);
      }
      measures.set(name, valuesOf(addUp((bind) => ({ value: aggregate(bind) }))));
    }
    return (await measures.get(name)!).get(placeOf(cell)) ?? null;
  };
  const percentile = async (cell: Cell<unknown>, column: string, percent: number) => {
    if (!(percent >= 0 && percent <= 100)) {
      throw ValidationProblem.at('percentile', 'OUT_OF_RANGE', 'A percentile lies between 0 and 100.');
    }
    return measure(cell, `${column} ${percent}`, (bind) => {
      return `percentile_cont(${bind(percent / 100, 'double precision')}) WITHIN GROUP (ORDER BY ${column})`;
    });
  };

  return (cell) => ({
    ...numbersOf(cell.sums),
    uniqueEndUsers: async () => (await measure(cell, 'end users', () => 'count(DISTINCT end_user)')) ?? 0,
    latencyMs: (percent) => percentile(cell, 'total_ms', percent),
    ttftMs: (percent) => percentile(cell, 'ttft_ms', percent),
  });
}

function numbersOf(sums: BaseSums) {
  const requests = Number(sums.requests);
  const errors = Number(sums.errors);
  const inputTokens = Number(sums.inputTokens);
  const outputTokens = Number(sums.outputTokens);
  return {
    requests,
    errors,
    errorRatePercent: requests === 0 ? 0 : (100 * errors) / requests,
    inputTokens,
    outputTokens,
    reasoningTokens: Number(sums.reasoningTokens),
    cacheReadTokens: Number(sums.cacheReadTokens),
    cacheWriteTokens: Number(sums.cacheWriteTokens),
    totalTokens: inputTokens + outputTokens,
    costNanos: BigInt(String(sums.costNanos)),
    costComplete: sums.costComplete === true,
  };
}

async function valuesOf(cells: Promise<Cell<{ value: unknown }>[]>): Promise<ReadonlyMap<string, number | null>> {
  return new Map(
    (await cells).map((cell) => [placeOf(cell), cell.sums.value === null ? null : Number(cell.sums.value)]),
  );
}

function placeOf({ bucket, place, total }: Cell<unknown>): string {
  return total ? 'total' : `${bucket?.getTime()} ${place}`;
}

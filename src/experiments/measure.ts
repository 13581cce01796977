import type { Database } from '../platform/database/database.ts';
import { type Experiment, type Metric, metrics } from './experiment.ts';
import { type Estimate, mean, quantileRanks, share } from './intervals.ts';
import type { ArmMeasures, Measure } from './judge.ts';

const P95 = 0.95;

/**
 * What the arms came to, by whom calls were assigned to: a call that another model rescued still counts for its arm.
 * @param since calls that began then or later
 * @param z how sure the intervals are, see intervals.ts
 * @param wanted the others are left out: percentiles and scores read much
 */
export async function measure(
  database: Database,
  experiment: Experiment,
  since: Date,
  z: number,
  wanted: readonly Metric[] = metrics,
): Promise<readonly ArmMeasures[]> {
  const of = [experiment.organizationId, experiment.id, since];
  const sums = new Map((await database.query<Sums>(SUMS, of)).map((row) => [row.arm, row]));
  const scores = wanted.includes('SCORE_MEAN') ? await database.query<ScoreSums>(SCORES, of) : [];
  return Promise.all(
    experiment.arms.map(async ({ name: arm, control }): Promise<ArmMeasures> => {
      const row = sums.get(arm);
      if (!row) return { arm, control, samples: 0, costNanos: 0n, measures: [] };
      const { samples, errors, costMean, costVariance, costNanos, spoken } = row;
      const quantile = (metric: Metric, column: 'ttft_ms' | 'total_ms', count: number) =>
        count > 0 && wanted.includes(metric) ? quantileOf(database, column, [...of, arm], count, z) : null;
      const [ttft, latency] = await Promise.all([
        quantile('TTFT_P95', 'ttft_ms', spoken),
        quantile('LATENCY_P95', 'total_ms', samples),
      ]);
      const measures: Measure[] = [
        { metric: 'ERROR_RATE', score: null, samples, estimate: share(errors, samples, z) },
        { metric: 'COST_PER_REQUEST', score: null, samples, estimate: mean(costMean, costVariance, samples, z) },
      ];
      if (ttft) measures.push({ metric: 'TTFT_P95', score: null, samples: spoken, estimate: ttft });
      if (latency) measures.push({ metric: 'LATENCY_P95', score: null, samples, estimate: latency });
      for (const { name, count, average, variance } of scores.filter((score) => score.arm === arm)) {
        const estimate = mean(average, variance, count, z);
        measures.push({ metric: 'SCORE_MEAN', score: name, samples: count, estimate });
      }
      return { arm, control, samples, costNanos: BigInt(costNanos), measures };
    }),
  );
}

interface Sums {
  readonly arm: string;
  readonly samples: number;
  readonly errors: number;
  /** Calls that said something. */
  readonly spoken: number;
  readonly costNanos: string;
  readonly costMean: number;
  readonly costVariance: number;
}

interface ScoreSums {
  readonly arm: string;
  readonly name: string;
  readonly count: number;
  readonly average: number;
  readonly variance: number;
}

const IN_EXPERIMENT = `organization_id = $1 AND experiment_id = $2 AND started_at >= $3 AND status <> 'CANCELLED'`;

/** An arm has failed where its own first attempt has, also when another model rescued the call. */
const SUMS = `
  SELECT experiment_arm AS arm, count(*)::integer AS samples, count(ttft_ms)::integer AS spoken,
         count(*) FILTER (WHERE status = 'FAILED' OR EXISTS (
           SELECT FROM attempt WHERE attempt.request_id = request.id AND number = 1 AND outcome IN ('FAILED', 'TIMED_OUT')
         ))::integer AS errors,
         sum(cost_nanos)::text AS "costNanos", avg(cost_nanos)::float8 AS "costMean",
         coalesce(var_samp(cost_nanos), 0)::float8 AS "costVariance"
  FROM request WHERE ${IN_EXPERIMENT} GROUP BY experiment_arm`;

/** Of calls, and of runs once each: a run's calls do not multiply its score. */
const SCORES = `
  SELECT arm, name, count(*)::integer AS count, avg(number)::float8 AS average,
         coalesce(var_samp(number), 0)::float8 AS variance
  FROM (
    SELECT experiment_arm AS arm, score.name, score.number
    FROM request JOIN score ON score.organization_id = request.organization_id AND score.request_id = request.id
    WHERE request.${IN_EXPERIMENT.replaceAll(' AND ', ' AND request.')}
    UNION ALL
    SELECT runs.arm, score.name, score.number
    FROM (SELECT DISTINCT run_id, experiment_arm AS arm FROM request WHERE ${IN_EXPERIMENT} AND run_id IS NOT NULL) AS runs
    JOIN score ON score.organization_id = $1 AND score.run_id = runs.run_id
  ) AS scored
  WHERE number IS NOT NULL GROUP BY arm, name ORDER BY name`;

async function quantileOf(
  database: Database,
  column: 'ttft_ms' | 'total_ms',
  parameters: readonly unknown[],
  count: number,
  z: number,
): Promise<Estimate> {
  const ranks = quantileRanks(P95, count, z);
  const [row] = await database.query<{ at: readonly number[] }>(
    `SELECT percentile_disc($5::float8[]) WITHIN GROUP (ORDER BY ${column}) AS at
     FROM request WHERE ${IN_EXPERIMENT} AND experiment_arm = $4 AND ${column} IS NOT NULL`,
    [...parameters, [ranks.low, ranks.value, Math.min(1, ranks.high)]],
  );
  const [low, value, high] = row!.at;
  return { low: low!, value: value!, high: ranks.high > 1 ? Infinity : high! };
}

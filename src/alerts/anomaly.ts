import type { NewAlert } from '../core/alert.ts';

/** One hour of one API key on one route. */
export interface Hour {
  readonly apiKeyId: string;
  /** Null: calls that named a model. */
  readonly route: string | null;
  /** Unix ms, the start of the hour. */
  readonly at: number;
  readonly requests: number;
  readonly costNanos: number;
  readonly outputTokens: number;
  readonly failures: number;
}

export const anomalyMetrics = ['COST', 'LENGTH', 'ERROR_RATE'] as const;
export type AnomalyMetric = (typeof anomalyMetrics)[number];

export interface Anomaly {
  readonly apiKeyId: string;
  readonly route: string | null;
  readonly at: number;
  readonly metric: AnomalyMetric;
  readonly observed: number;
  /** The median of the baseline. */
  readonly expected: number;
}

export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How far back the usual is learnt from. */
export const BASELINE_MS = 14 * DAY_MS;
/** With fewer hours to compare with, nothing is unusual yet. */
const LEAST_HOURS = 5;
const LEAST_REQUESTS = 5;
/** The median absolute deviation of a normal distribution, as a share of its standard deviation, upside down. */
const MAD_TO_DEVIATION = 1.4826;

/**
 * Pure. The hours from `from` up to but without `to` that are unlike the hours before: of the fortnight before each,
 * the same hour of the day with one on either side. The median and its deviation forgive earlier anomalies; what is
 * unusual must also be double the usual, so that a quiet key that does a little more is left in peace.
 * @param sensitivity deviations that are too far: lower is more sensitive
 */
export function anomaliesIn(hours: readonly Hour[], from: number, to: number, sensitivity: number): Anomaly[] {
  const groups = Map.groupBy(hours, ({ apiKeyId, route }) => `${apiKeyId} ${route ?? ''}`);
  const found: Anomaly[] = [];
  for (const group of groups.values()) {
    const hourAt = new Map(group.map((hour) => [hour.at, hour]));
    for (const hour of group) {
      if (hour.at < from || hour.at >= to || hour.requests < LEAST_REQUESTS) continue;
      const before = comparable(hour.at).flatMap((at) => hourAt.get(at) ?? []);
      if (before.length < LEAST_HOURS) continue;
      for (const metric of anomalyMetrics) {
        const observed = measured(hour, metric);
        const usual = before.map((other) => measured(other, metric));
        const expected = median(usual);
        const deviation = MAD_TO_DEVIATION * median(usual.map((value) => Math.abs(value - expected)));
        const far = Math.max(sensitivity * deviation, leastStep(metric, expected));
        if (observed <= expected + far) continue;
        found.push({ apiKeyId: hour.apiKeyId, route: hour.route, at: hour.at, metric, observed, expected });
      }
    }
  }
  return found.sort((a, b) => a.at - b.at);
}

/** A key per hour and cause: found again, by whichever instance, it is the same alert. */
export function alertOfAnomaly(organizationId: string, anomaly: Anomaly): NewAlert {
  const { apiKeyId, route, at, metric, observed, expected } = anomaly;
  const where = route === null ? '' : ` on route ${route}`;
  const names = { COST: 'cost', LENGTH: 'length of answers', ERROR_RATE: 'error rate' };
  return {
    organizationId,
    kind: 'ANOMALY',
    key: `anomaly:${metric}:${apiKeyId}:${route ?? ''}:${at}`,
    severity: 'WARNING',
    title: `Unusual ${names[metric]} of key ${apiKeyId}${where}`,
    message: `In the hour from ${new Date(at).toISOString()} it was ${spoken(observed, metric)}; usual are ${spoken(expected, metric)}.`,
    scope: { kind: 'API_KEY', reference: apiKeyId },
    facts: { metric, observed, expected, route, at },
  };
}

/** The same hour of each day of the fortnight before, and the hours beside it; none that is not over by then. */
function comparable(at: number): number[] {
  const days = Array.from({ length: BASELINE_MS / DAY_MS + 1 }, (_, day) => at - day * DAY_MS);
  const hours = days.flatMap((same) => [same - HOUR_MS, same, same + HOUR_MS]);
  return hours.filter((hour) => hour < at && hour >= at - BASELINE_MS);
}

function measured({ requests, costNanos, outputTokens, failures }: Hour, metric: AnomalyMetric): number {
  switch (metric) {
    case 'COST':
      return costNanos;
    case 'LENGTH':
      return outputTokens / requests;
    case 'ERROR_RATE':
      return failures / requests;
  }
}

/** Double the usual at least; of errors, a fifth of the calls more. */
function leastStep(metric: AnomalyMetric, expected: number): number {
  return metric === 'ERROR_RATE' ? 0.2 : expected;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function spoken(value: number, metric: AnomalyMetric): string {
  if (metric === 'COST') return `$${(value / 1e9).toFixed(4)}`;
  return metric === 'LENGTH' ? `${Math.round(value)} tokens a call` : `${Math.round(value * 100)} %`;
}

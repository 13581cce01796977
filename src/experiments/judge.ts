import type { Guardrail, Metric } from './experiment.ts';
import { change, difference, type Estimate } from './intervals.ts';

/** What one arm came to. */
export interface ArmMeasures {
  readonly arm: string;
  readonly control: boolean;
  /** Calls that ended by themselves; whoever hung up says nothing. */
  readonly samples: number;
  readonly costNanos: bigint;
  readonly measures: readonly Measure[];
}

export interface Measure {
  readonly metric: Metric;
  /** The name of the score, for SCORE_MEAN. */
  readonly score: string | null;
  /** How many were measured. */
  readonly samples: number;
  /** A share for ERROR_RATE, ms, nanos, or the score's own unit. */
  readonly estimate: Estimate;
}

/** How an arm differs from the control. */
export interface Delta {
  readonly metric: Metric;
  readonly score: string | null;
  /** Percentage points for ERROR_RATE, percent of the control's for the others; more is not always better. */
  readonly delta: Estimate;
  /** Chance alone hardly explains it. */
  readonly significant: boolean;
}

/** Metric by metric, where both arms have one. */
export function compared(control: ArmMeasures, arm: ArmMeasures): Delta[] {
  return arm.measures.flatMap(({ metric, score, estimate }): Delta[] => {
    const base = control.measures.find((other) => other.metric === metric && other.score === score);
    const delta = base && deltaOf(metric, base.estimate, estimate);
    return delta ? [{ metric, score, delta, significant: delta.low > 0 || delta.high < 0 }] : [];
  });
}

function deltaOf(metric: Metric, control: Estimate, arm: Estimate): Estimate | null {
  if (metric !== 'ERROR_RATE') return change(control, arm);
  const { value, low, high } = difference(control, arm);
  return { value: 100 * value, low: 100 * low, high: 100 * high };
}

/**
 * The first guard-rail that an arm has surely broken: even the kindest reading of its interval is worse than allowed.
 * @returns a sentence for people; null when none is broken, or too little is known
 */
export function brokenGuardrail(
  guardrails: readonly Guardrail[],
  control: ArmMeasures,
  arm: ArmMeasures,
): string | null {
  const deltas = compared(control, arm);
  for (const { metric, score, maxDegradation, minSamples } of guardrails) {
    const samplesIn = ({ measures }: ArmMeasures) =>
      measures.find((one) => one.metric === metric && one.score === score)?.samples ?? 0;
    if (samplesIn(control) < minSamples || samplesIn(arm) < minSamples) continue;
    const found = deltas.find((one) => one.metric === metric && one.score === score);
    // Of scores, less is worse.
    const worse = found && (metric === 'SCORE_MEAN' ? -found.delta.high : found.delta.low);
    if (worse === undefined || worse <= maxDegradation) continue;
    const unit = metric === 'ERROR_RATE' ? 'percentage points' : '%';
    const what = score === null ? metric : `${metric} of ${score}`;
    return `Arm ${arm.arm}: ${what} is at least ${worse.toFixed(1)} ${unit} worse than the control's; ${maxDegradation} is allowed.`;
  }
  return null;
}

import type { ExperimentKind } from '../core/experiment.ts';
import type { StickyKey } from '../core/stickiness.ts';

/** Two or more ways to answer a route's calls, tried on real traffic. */
export interface Experiment {
  readonly id: string;
  readonly organizationId: string;
  readonly slug: string;
  readonly name: string;
  readonly kind: ExperimentKind;
  readonly status: ExperimentStatus;
  readonly routeId: string;
  readonly routeSlug: string;
  /** The name of the rule whose calls take part; null: every rule's. */
  readonly rule: string | null;
  /** Whose calls stay in one arm. NONE deals every call for itself. */
  readonly assignBy: StickyKey;
  /** One of them is the control; the others are compared with it. */
  readonly arms: readonly Arm[];
  /** Of a canary only, in order. */
  readonly schedule: readonly Stage[];
  readonly guardrails: readonly Guardrail[];
  readonly conclusion: string | null;
  readonly revision: number;
  /** Unix ms; null before it has. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

export const experimentStatuses = ['DRAFT', 'RUNNING', 'COMPLETED', 'ROLLED_BACK'] as const;
export type ExperimentStatus = (typeof experimentStatuses)[number];

export interface Arm {
  readonly name: string;
  readonly control: boolean;
  /** Of all calls. The arms of an A/B test add up to 100; a shadow's says how many calls are copied. */
  readonly weightPercent: number;
  /** `provider/model` tried before all others; null: as the route decides. */
  readonly model: string | null;
}

/** A canary's share, and how long it stays there. */
export interface Stage {
  readonly weightPercent: number;
  readonly holdMinutes: number;
}

export const metrics = ['ERROR_RATE', 'TTFT_P95', 'LATENCY_P95', 'COST_PER_REQUEST', 'SCORE_MEAN'] as const;
export type Metric = (typeof metrics)[number];

/** How much worse than the control an arm may be before everybody goes back. */
export interface Guardrail {
  readonly metric: Metric;
  /** The name of the score, for SCORE_MEAN. */
  readonly score: string | null;
  /** Percentage points for ERROR_RATE, percent of the control's for the others. */
  readonly maxDegradation: number;
  /** Fewer calls than this in either arm decide nothing. */
  readonly minSamples: number;
}

export function controlOf({ arms }: Pick<Experiment, 'arms'>): Arm {
  return arms.find(({ control }) => control)!;
}

/** The others, in the order written. */
export function treatmentsOf({ arms }: Pick<Experiment, 'arms'>): Arm[] {
  return arms.filter(({ control }) => !control);
}

import { builder } from '../graphql/builder.ts';
import { Money } from '../graphql/words.ts';
import type { metrics } from './experiment.ts';
import type { Estimate as EstimateValue } from './intervals.ts';
import type { ArmMeasures, Delta, Measure } from './judge.ts';

export const ExperimentMetric = builder.enumType('ExperimentMetric', {
  values: {
    ERROR_RATE: { description: 'Calls that failed, or whose first attempt did and another model rescued them.' },
    TTFT_P95: { description: 'Time to the first token, ms.' },
    LATENCY_P95: { description: 'Time to the end, ms.' },
    COST_PER_REQUEST: { description: 'Billionths of a dollar.' },
    SCORE_MEAN: { description: 'Of the score of a name; passed counts 1, failed 0.' },
  } satisfies Record<(typeof metrics)[number], { description: string }>,
});
/** JSON has no infinity: an end that nobody knows is null. */
const end = (value: number) => (Number.isFinite(value) ? value : null);

const Estimate = builder.objectRef<EstimateValue>('Estimate').implement({
  description: 'A value, and between what the truth lies with 95 % certainty.',
  fields: (t) => ({
    value: t.exposeFloat('value'),
    low: t.float({ nullable: true, description: 'Null: too little is known.', resolve: ({ low }) => end(low) }),
    high: t.float({ nullable: true, description: 'Null: too little is known.', resolve: ({ high }) => end(high) }),
  }),
});

const ArmMetric = builder.objectRef<Measure>('ArmMetric').implement({
  fields: (t) => ({
    metric: t.expose('metric', { type: ExperimentMetric }),
    score: t.exposeString('score', { nullable: true }),
    samples: t.exposeInt('samples'),
    estimate: t.expose('estimate', { type: Estimate }),
  }),
});

const MetricDelta = builder.objectRef<Delta>('MetricDelta').implement({
  fields: (t) => ({
    metric: t.expose('metric', { type: ExperimentMetric }),
    score: t.exposeString('score', { nullable: true }),
    delta: t.expose('delta', {
      type: Estimate,
      description: "Arm less control: percentage points for ERROR_RATE, percent of the control's for the others.",
    }),
    significant: t.exposeBoolean('significant', { description: 'The interval is all on one side of nothing.' }),
  }),
});

export const ArmResult = builder.objectRef<ArmMeasures & { deltas: readonly Delta[] }>('ArmResult').implement({
  fields: (t) => ({
    arm: t.exposeString('arm'),
    control: t.exposeBoolean('control'),
    samples: t.exposeInt('samples', { description: 'Calls that ended by themselves.' }),
    cost: t.field({
      type: Money,
      description: 'Of all its calls.',
      resolve: ({ costNanos }) => ({ nanos: costNanos }),
    }),
    metrics: t.field({ type: [ArmMetric], resolve: ({ measures }) => [...measures] }),
    vsControl: t.field({ type: [MetricDelta], resolve: ({ deltas }) => [...deltas] }),
  }),
});

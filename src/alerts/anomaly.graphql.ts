import type { ChangeReceipt as Receipt } from '../core/change.ts';
import { builder, resultUnion } from '../graphql/builder.ts';
import { TimeRangeInput, timeRange } from '../graphql/range.ts';
import { ChangeReceipt } from '../graphql/words.ts';
import type { anomalyMetrics, Anomaly as Found } from './anomaly.ts';

const DEFAULT_SENSITIVITY = 5;

const AnomalyMetric = builder.enumType('AnomalyMetric', {
  values: {
    COST: { description: 'In nano-dollars.' },
    LENGTH: { description: 'Output tokens per call.' },
    ERROR_RATE: { description: '0 to 1.' },
  } satisfies Record<(typeof anomalyMetrics)[number], object>,
});

const Anomaly = builder.objectRef<Found>('Anomaly').implement({
  description: 'An hour of an API key on a route that is unlike the same time of day in the fortnight before.',
  fields: (t) => ({
    apiKeyId: t.exposeID('apiKeyId'),
    route: t.exposeString('route', { nullable: true, description: 'Its slug; null for calls that named a model.' }),
    at: t.field({ type: 'DateTime', resolve: ({ at }) => new Date(at) }),
    metric: t.expose('metric', { type: AnomalyMetric }),
    observed: t.exposeFloat('observed'),
    expected: t.exposeFloat('expected', { description: 'The median of the baseline.' }),
  }),
});

builder.queryField('anomalyBacktest', (t) =>
  t.field({
    type: [Anomaly],
    description: 'What the watch for anomalies would have raised in a range of whole hours; 31 days at most.',
    complexity: 20,
    authScopes: { scope: 'USAGE_READ' },
    args: {
      range: t.arg({ type: TimeRangeInput, required: true }),
      sensitivity: t.arg.float({ defaultValue: DEFAULT_SENSITIVITY, description: '1 to 100, lower finds more.' }),
    },
    resolve: async (_root, { range, sensitivity }, { rooms, caller, runtime }) => {
      const { from, to } = timeRange(range, runtime.clock.now(), 'range');
      await rooms.usage.flush();
      return [
        ...(await rooms.alerts.anomalies.backtest(caller.organizationId, from, to, sensitivity ?? DEFAULT_SENSITIVITY)),
      ];
    },
  }),
);

const AnomalyWatchSaved = builder
  .objectRef<{ enabled: boolean; sensitivity: number; change: Receipt }>('AnomalyWatchSaved')
  .implement({
    fields: (t) => ({
      enabled: t.exposeBoolean('enabled'),
      sensitivity: t.exposeFloat('sensitivity'),
      change: t.expose('change', { type: ChangeReceipt }),
    }),
  });

const AnomalyWatchResult = resultUnion('AnomalyWatchResult', AnomalyWatchSaved, [
  'ValidationError',
  'ForbiddenError',
  'UnavailableError',
]);

builder.mutationField('anomalyWatchSave', (t) =>
  t.field({
    type: AnomalyWatchResult,
    description: 'Raises an alert for every anomaly from now on. See `anomalyBacktest` for how many that would be.',
    authScopes: { scope: 'ALERTS_WRITE' },
    args: {
      enabled: t.arg.boolean({ required: true }),
      sensitivity: t.arg.float({ defaultValue: DEFAULT_SENSITIVITY, description: '1 to 100, lower finds more.' }),
    },
    resolve: (_root, { enabled, sensitivity }, { rooms, caller }) =>
      rooms.alerts.anomalies.save(caller, { enabled, sensitivity: sensitivity ?? DEFAULT_SENSITIVITY }),
  }),
);

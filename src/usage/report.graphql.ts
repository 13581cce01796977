import { builder } from '../graphql/builder.ts';
import { TimeRangeInput, timeRange } from '../graphql/range.ts';
import { Money } from '../graphql/words.ts';
import { timeBuckets } from './buckets.ts';
import { dimensionNames } from './dimensions.ts';
import { RequestFilterInput, requestFilter } from './filter.graphql.ts';
import { namesIn } from './labels.ts';
import { type UsageMetrics as Metrics, type ReportOrder, rankings } from './metrics.ts';
import type { UsageReport as Report, ReportQuery, UsageRow as Row } from './report.ts';

const TimeBucket = builder.enumType('TimeBucket', {
  description: 'Days and longer follow the calendar of the time zone; weeks begin on Monday.',
  values: timeBuckets,
});
const UsageDimension = builder.enumType('UsageDimension', { values: dimensionNames });
const UsageOrder = builder.enumType('UsageOrder', { values: Object.keys(rankings) as ReportOrder[] });

const UsageDimensionInput = builder.inputType('UsageDimensionInput', {
  isOneOf: true,
  fields: (t) => ({ by: t.field({ type: UsageDimension }), tagKey: t.string() }),
});

const UsageReportInput = builder.inputType('UsageReportInput', {
  fields: (t) => ({
    range: t.field({ type: TimeRangeInput, required: true }),
    bucket: t.field({ type: TimeBucket, description: 'Without it, a row covers the whole range.' }),
    groupBy: t.field({ type: [UsageDimensionInput], description: 'At most 3.' }),
    filter: t.field({ type: RequestFilterInput }),
    orderBy: t.field({ type: UsageOrder, required: true, defaultValue: 'COST_DESC' }),
    topN: t.int({
      required: true,
      defaultValue: 20,
      description: 'How many groups get rows of their own, 1 to 100; the rest is merged into rows with `isOther`.',
    }),
    timezone: t.string({ required: true, defaultValue: 'UTC', description: 'A name like Europe/Berlin.' }),
    compareToPrevious: t.boolean({ required: true, defaultValue: false }),
  }),
});

const percentile = {
  defaultValue: 95,
  required: true,
  description: '0 to 100. A report answers at most 8 different ones.',
} as const;

const UsageMetrics = builder.objectRef<Metrics>('UsageMetrics').implement({
  fields: (t) => ({
    requests: t.expose('requests', { type: 'SafeInt' }),
    errors: t.expose('errors', { type: 'SafeInt', description: 'Calls that failed; a cancelled one did not.' }),
    errorRatePercent: t.exposeFloat('errorRatePercent'),
    inputTokens: t.expose('inputTokens', { type: 'SafeInt', description: 'Includes cached tokens.' }),
    outputTokens: t.expose('outputTokens', { type: 'SafeInt', description: 'Includes reasoning tokens.' }),
    reasoningTokens: t.expose('reasoningTokens', { type: 'SafeInt' }),
    cacheReadTokens: t.expose('cacheReadTokens', { type: 'SafeInt' }),
    cacheWriteTokens: t.expose('cacheWriteTokens', { type: 'SafeInt' }),
    totalTokens: t.expose('totalTokens', { type: 'SafeInt' }),
    cost: t.field({ type: Money, resolve: ({ costNanos }) => ({ nanos: costNanos }) }),
    costComplete: t.exposeBoolean('costComplete', {
      description: 'False when something consumed has no price; the cost then covers only the priced part.',
    }),
    uniqueEndUsers: t.field({ type: 'SafeInt', resolve: (metrics) => metrics.uniqueEndUsers() }),
    latencyMs: t.float({
      nullable: true,
      description: 'Of the whole call.',
      args: { percentile: t.arg.float(percentile) },
      resolve: (metrics, args) => metrics.latencyMs(args.percentile),
    }),
    ttftMs: t.float({
      nullable: true,
      description: 'To the first token, over the calls that had one.',
      args: { percentile: t.arg.float(percentile) },
      resolve: (metrics, args) => metrics.ttftMs(args.percentile),
    }),
  }),
});

interface LabelledKey {
  readonly dimension: string;
  readonly value: string | null;
  readonly label: string;
}

const DimensionValue = builder.objectRef<LabelledKey>('DimensionValue').implement({
  fields: (t) => ({
    dimension: t.exposeString('dimension', { description: 'A UsageDimension, or `tag:` and the key.' }),
    value: t.exposeString('value', { nullable: true, description: 'Null for calls that have none.' }),
    label: t.exposeString('label', { description: 'For people: the name where the value is an id.' }),
  }),
});

interface LabelledRow extends Omit<Row, 'keys'> {
  readonly keys: LabelledKey[];
}

const UsageRow = builder.objectRef<LabelledRow>('UsageRow').implement({
  fields: (t) => ({
    bucketStart: t.expose('bucketStart', { type: 'DateTime', nullable: true }),
    keys: t.field({
      type: [DimensionValue],
      complexity: { field: 1, multiplier: 1 },
      description: 'In the order of `groupBy`; empty when `isOther`.',
      resolve: ({ keys }) => keys,
    }),
    isOther: t.exposeBoolean('isOther', { description: 'All groups beyond `topN`, merged.' }),
    metrics: t.expose('metrics', { type: UsageMetrics }),
  }),
});

const ResolvedRange = builder.objectRef<Pick<ReportQuery, 'range' | 'timezone'>>('ResolvedRange').implement({
  fields: (t) => ({
    from: t.field({ type: 'DateTime', resolve: ({ range }) => range.from }),
    to: t.field({ type: 'DateTime', description: 'Not included.', resolve: ({ range }) => range.to }),
    timezone: t.exposeString('timezone'),
  }),
});

const UsageReport = builder.objectRef<Report & { readonly query: ReportQuery }>('UsageReport').implement({
  fields: (t) => ({
    range: t.field({ type: ResolvedRange, resolve: ({ query }) => query }),
    bucket: t.field({ type: TimeBucket, nullable: true, resolve: ({ query }) => query.bucket }),
    totals: t.expose('totals', { type: UsageMetrics, description: 'Over all calls, whatever rows are shown.' }),
    previousTotals: t.expose('previousTotals', {
      type: UsageMetrics,
      nullable: true,
      description: 'The range of the same length just before; with `compareToPrevious`.',
    }),
    rows: t.field({
      type: [UsageRow],
      description: 'A bucket in which nothing happened has no row.',
      resolve: async ({ rows }, _args, { prisma, caller }) => {
        const names = await namesIn(rows, caller.organizationId, prisma);
        return rows.map((row) => ({
          ...row,
          keys: row.keys.map((key) => ({ ...key, label: labelOf(key.value, names) })),
        }));
      },
    }),
    truncated: t.exposeBoolean('truncated', { description: 'True when some groups were merged.' }),
    freshAsOf: t.expose('freshAsOf', {
      type: 'DateTime',
      description: 'Calls that ended before are included; those of other instances a tenth of a second later.',
    }),
  }),
});

function labelOf(value: string | null, names: ReadonlyMap<string, string>): string {
  return value === null ? '(none)' : (names.get(value) ?? value);
}

builder.queryField('usageReport', (t) =>
  t.field({
    type: UsageReport,
    description: 'What was consumed: sums over calls, in total and by group and time.',
    complexity: 20,
    authScopes: { scope: 'USAGE_READ' },
    args: { input: t.arg({ type: UsageReportInput, required: true }) },
    resolve: async (_root, { input }, { rooms, caller, runtime }) => {
      const now = runtime.clock.now();
      const query: ReportQuery = {
        range: timeRange(input.range, now, 'range'),
        bucket: input.bucket ?? null,
        timezone: input.timezone,
        groupBy: (input.groupBy ?? []).map(({ by, tagKey }) => (by ? { by } : { tagKey: tagKey! })),
        filter: requestFilter(input.filter, now, 'filter'),
        orderBy: input.orderBy,
        topN: input.topN,
        compareToPrevious: input.compareToPrevious,
      };
      return { ...(await rooms.usage.report(caller.organizationId, query)), query };
    },
  }),
);

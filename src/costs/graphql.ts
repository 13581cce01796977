import type { Nanos } from '../core/money.ts';
import { builder, resultUnion } from '../graphql/builder.ts';
import { TimeRangeInput, timeRange } from '../graphql/range.ts';
import { ChangeReceipt, Money, PriceMeter } from '../graphql/words.ts';
import type { Cause, Discrepancy, Reconciliation, Rerated, RerateRow as Row } from './index.ts';

// ---------------------------------------------------------------- pricing past calls again

const money = (nanos: Nanos) => ({ nanos });

const RerateRow = builder.objectRef<Row>('RerateRow').implement({
  fields: (t) => ({
    day: t.exposeString('day', { description: '2026-11-23, UTC.' }),
    model: t.exposeString('model', { description: 'provider/model' }),
    attempts: t.exposeInt('attempts', { description: 'That cost something else.' }),
    before: t.field({ type: Money, resolve: ({ beforeNanos }) => money(beforeNanos) }),
    after: t.field({ type: Money, resolve: ({ afterNanos }) => money(afterNanos) }),
    difference: t.field({ type: Money, resolve: (row) => money(row.afterNanos - row.beforeNanos) }),
  }),
});

const UsageRerated = builder.objectRef<Rerated>('UsageRerated').implement({
  fields: (t) => ({
    id: t.exposeID('id', { nullable: true, description: 'Names the correction; null for a dry run.' }),
    dryRun: t.boolean({ resolve: ({ id }) => id === null }),
    calls: t.exposeInt('calls', { description: 'In the range.' }),
    changed: t.exposeInt('changed', { description: 'Calls that cost something else.' }),
    skipped: t.exposeInt('skipped', { description: 'Attempts whose price nobody knows now: they stay as they are.' }),
    before: t.field({ type: Money, resolve: ({ beforeNanos }) => money(beforeNanos) }),
    after: t.field({ type: Money, resolve: ({ afterNanos }) => money(afterNanos) }),
    difference: t.field({ type: Money, resolve: (sums) => money(sums.afterNanos - sums.beforeNanos) }),
    rows: t.field({
      type: [RerateRow],
      description: 'Where it differs, by day and model.',
      resolve: ({ rows }) => [...rows],
    }),
    change: t.expose('change', { type: ChangeReceipt, nullable: true, description: 'Null for a dry run.' }),
  }),
});

const UsageRerateResult = resultUnion('UsageRerateResult', UsageRerated, ['ValidationError', 'ForbiddenError']);

builder.mutationField('usageRerate', (t) =>
  t.field({
    type: UsageRerateResult,
    description:
      'Prices past calls again, after `priceSet` corrected a price of their time. A dry run only shows the difference. ' +
      'Budgets keep what was settled at the time.',
    complexity: 50,
    authScopes: { scope: 'PROVIDERS_WRITE' },
    args: {
      range: t.arg({ type: TimeRangeInput, required: true }),
      dryRun: t.arg.boolean({ defaultValue: true, required: true }),
    },
    resolve: (_root, { range, dryRun }, { rooms, caller, runtime }) =>
      rooms.costs.rerate(caller, timeRange(range, runtime.clock.now(), 'range'), dryRun),
  }),
);

// ---------------------------------------------------------------- comparing with a vendor's export

const DiscrepancyCause = builder.enumType('DiscrepancyCause', {
  values: {
    ONLY_VENDOR: {
      description: 'No call of ours: made with the same account past the gateway, or by another provider of it.',
    },
    ONLY_OURS: { description: 'The file has nothing of it: of another account, or a model it calls otherwise.' },
    QUANTITY: { description: 'Both have it, and count differently.' },
    UNPRICED: { description: 'Some of ours has no price: `priceSet`, then `usageRerate`.' },
    PRICE: {
      description: 'Charged differently. Where counts are in the file they agree; where not, compare its usage export.',
    },
  } satisfies Record<Cause, object>,
});

const CostDiscrepancy = builder.objectRef<Discrepancy>('CostDiscrepancy').implement({
  description: 'A figure that is not the same on both sides.',
  fields: (t) => ({
    day: t.exposeString('day', { description: '2026-11-23, UTC.' }),
    model: t.exposeString('model', { description: 'Dated snapshots count as their model.' }),
    meter: t.expose('meter', { type: PriceMeter }),
    vendorQuantity: t.expose('vendorQuantity', { type: 'SafeInt', nullable: true }),
    ourQuantity: t.expose('ourQuantity', { type: 'SafeInt' }),
    vendorCost: t.field({
      type: Money,
      nullable: true,
      resolve: ({ vendorNanos }) => (vendorNanos === null ? null : money(vendorNanos)),
    }),
    ourCost: t.field({ type: Money, resolve: ({ ourNanos }) => money(ourNanos) }),
    priced: t.exposeBoolean('priced', { description: 'False when some of ours has no price.' }),
    cause: t.expose('cause', { type: DiscrepancyCause, description: 'What to look at first.' }),
  }),
});

const CostReconciliation = builder.objectRef<Reconciliation>('CostReconciliation').implement({
  fields: (t) => ({
    format: t.exposeString('format', { description: 'What the file was recognised as.' }),
    unread: t.int({
      description: 'Lines that name no day, or nothing that calls are compared by: searches, storage, other services.',
      resolve: ({ unread }) => unread.length,
    }),
    unreadRows: t.intList({
      description: 'The first hundred of them, as spreadsheets count: the header is row 1.',
      resolve: ({ unread }) => unread.slice(0, 100),
    }),
    unreadCost: t.field({
      type: Money,
      nullable: true,
      description: 'What those lines come to; null when the file speaks of no money.',
      resolve: ({ unreadNanos }) => (unreadNanos === null ? null : money(unreadNanos)),
    }),
    agreeing: t.exposeInt('agreeing', { description: 'Figures that are the same, by day, model and meter.' }),
    differing: t.field({ type: [CostDiscrepancy], resolve: ({ differing }) => [...differing] }),
    vendorCost: t.field({
      type: Money,
      nullable: true,
      description: 'Null when the file speaks of no money.',
      resolve: ({ vendorNanos }) => (vendorNanos === null ? null : money(vendorNanos)),
    }),
    ourCost: t.field({ type: Money, resolve: ({ ourNanos }) => money(ourNanos) }),
  }),
});

const CostReconcileResult = resultUnion('CostReconcileResult', CostReconciliation, [
  'ValidationError',
  'ForbiddenError',
]);

const CostImportInput = builder.inputType('CostImportInput', {
  fields: (t) => ({
    provider: t.string({ required: true, description: 'Slug of the provider whose export it is.' }),
    csv: t.string({
      required: true,
      description:
        "The file's text: OpenAI's export of completions or of costs by line item, Anthropic's of usage or costs, or a table of day, model, meter, quantity, cost_usd.",
    }),
    tolerancePercent: t.float({
      defaultValue: 0,
      required: true,
      description: "Of the vendor's figure. What its digits leave open is allowed for anyway.",
    }),
  }),
});

builder.queryField('costReconcile', (t) =>
  t.field({
    type: CostReconcileResult,
    description: "Compares a vendor's usage export with the books, per day, model and meter. Changes nothing.",
    complexity: 50,
    authScopes: { scope: 'USAGE_READ' },
    args: { import: t.arg({ type: CostImportInput, required: true }) },
    resolve: (_root, args, { rooms, caller }) => rooms.costs.reconcile(caller.organizationId, args.import),
  }),
);

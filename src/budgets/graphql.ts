import './history.graphql.ts';
import type { Caller } from '../core/caller.ts';
import type { Nanos } from '../core/money.ts';
import type { ScopeKind } from '../core/scope-ref.ts';
import { builder, nodeIds, resultUnion } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { problemTypes } from '../graphql/errors.ts';
import { ScopeRefInput, ScopeTarget, scopeRef } from '../graphql/scope-ref.ts';
import { BudgetStanding, ChangeReceipt, Money, MoneyInput } from '../graphql/words.ts';
import { budgetActions } from './book.ts';
import type { BudgetChange, BudgetStatus as Status } from './index.ts';
import { periods } from './period.ts';

// ---------------------------------------------------------------- what a budget is

const money = (nanos: Nanos) => ({ nanos });
const moment = (at: number | null) => (at === null ? null : new Date(at));

const BudgetPeriod = builder.enumType('BudgetPeriod', {
  description: 'How long a budget lasts, by the calendar of its time zone. Weeks begin on Monday; TOTAL never ends.',
  values: periods,
});

const BudgetAction = builder.enumType('BudgetAction', { values: budgetActions });

const BudgetState = builder.enumType('BudgetState', {
  values: {
    OK: {},
    WARNING: { description: 'The lowest threshold has been passed.' },
    EXCEEDED: { description: 'Used up; calls go on, or take the cheaper route.' },
    BLOCKING: { description: 'Used up, and calls are refused.' },
  } as const,
});

const BudgetStatus = builder.objectRef<Status>('BudgetStatus').implement({
  fields: (t) => ({
    limit: t.field({
      type: Money,
      description: "With this period's top-ups.",
      resolve: ({ limitNanos }) => money(limitNanos),
    }),
    spent: t.field({ type: Money, resolve: ({ spentNanos }) => money(spentNanos) }),
    reserved: t.field({
      type: Money,
      description: 'Held for calls that are still running; posted or given back at their end.',
      resolve: ({ reservedNanos }) => money(reservedNanos),
    }),
    overrun: t.field({
      type: Money,
      description:
        'The part of what is spent that providers billed beyond what had been held for the call: more than they were ' +
        'asked for, or an answer longer than usual where nothing blocks.',
      resolve: ({ overrunNanos }) => money(overrunNanos),
    }),
    remaining: t.field({
      type: Money,
      description: 'What new calls can have.',
      resolve: ({ remainingNanos }) => money(remainingNanos),
    }),
    usedPercent: t.exposeFloat('usedPercent', { description: 'Spent, of the limit.' }),
    state: t.expose('state', { type: BudgetState }),
    periodStart: t.field({ type: 'DateTime', resolve: ({ periodStart }) => new Date(periodStart) }),
    resetsAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ resetsAt }) => moment(resetsAt) }),
    burnPerHour: t.field({
      type: Money,
      description: 'By what was spent in the last hour.',
      resolve: ({ burnPerHourNanos }) => money(burnPerHourNanos),
    }),
    forecast: t.field({
      type: Money,
      nullable: true,
      description: 'Spent by the end of the period if it goes on like this.',
      resolve: ({ forecastNanos }) => (forecastNanos === null ? null : money(forecastNanos)),
    }),
    exhaustedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: "When it is used up at this rate, if before the period's end.",
      resolve: ({ exhaustedAt }) => moment(exhaustedAt),
    }),
  }),
});

function maySee({ scopes }: Caller) {
  return scopes.has('BUDGETS_WRITE') || { scope: 'BUDGETS_READ' as const };
}

nodeIds('bud', 'Budget');

const Budget = builder.prismaNode('Budget', {
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, organizationId: caller.organizationId }),
  authScopes: (_budget, { caller }) => maySee(caller),
  fields: (t) => ({
    slug: t.exposeString('slug'),
    name: t.exposeString('name'),
    scope: t.field({
      type: ScopeTarget,
      select: { scopeKind: true, scopeRef: true },
      // Written by save.ts from checked input, and by nobody else.
      resolve: ({ scopeKind, scopeRef }) => ({ kind: scopeKind as ScopeKind, reference: scopeRef || null }),
    }),
    limit: t.field({ type: Money, select: { limitNanos: true }, resolve: ({ limitNanos }) => money(limitNanos) }),
    period: t.field({
      type: BudgetPeriod,
      select: { period: true },
      resolve: ({ period }) => period as (typeof periods)[number],
    }),
    timezone: t.exposeString('timezone'),
    thresholdsPercent: t.exposeFloatList('thresholdsPercent'),
    onExceed: t.field({
      type: BudgetAction,
      select: { onExceed: true },
      resolve: ({ onExceed }) => onExceed as (typeof budgetActions)[number],
    }),
    downgradeRoute: t.exposeString('downgradeRoute', { nullable: true, description: 'A slug.' }),
    revision: t.exposeInt('revision', { description: 'Pass it as `expectedRevision` with the next change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    status: t.field({
      type: BudgetStatus,
      nullable: true,
      args: { subject: t.arg.string({ description: 'Whose account, where the budget has one for each.' }) },
      complexity: 5,
      resolve: ({ id }, { subject }, { rooms, caller }) => rooms.budgets.status(caller, id, subject ?? undefined),
    }),
  }),
});

/** Of somebody whose answer names it. */
function visible(query: object, id: string, { prisma, caller }: Context) {
  if (!caller.scopes.has('BUDGETS_READ') && !caller.scopes.has('BUDGETS_WRITE')) return null;
  return prisma.budget.findFirst({ ...query, where: { id, organizationId: caller.organizationId } });
}

builder.objectField(problemTypes.BudgetExceededError, 'budget', (t) =>
  t.prismaField({
    type: Budget,
    nullable: true,
    description: 'Null without the right to see budgets, or when it has been deleted since.',
    resolve: (query, { budgetId }, _args, context) => visible(query, budgetId, context),
  }),
);

builder.objectField(BudgetStanding, 'budget', (t) =>
  t.prismaField({
    type: Budget,
    nullable: true,
    description: 'Null without the right to see budgets, or when it has been deleted since.',
    resolve: (query, { budgetId }, _args, context) => visible(query, budgetId, context),
  }),
);

// ---------------------------------------------------------------- reading

builder.queryField('budgets', (t) =>
  t.prismaField({
    type: [Budget],
    description: 'By slug; all, or those of one scope.',
    authScopes: { scope: 'BUDGETS_READ' },
    args: { scope: t.arg({ type: ScopeRefInput }) },
    resolve: (query, _root, { scope }, { prisma, caller: { organizationId } }) => {
      const wanted = scope ? scopeRef(scope) : null;
      const where = {
        organizationId,
        ...(wanted && { scopeKind: wanted.kind, scopeRef: wanted.reference ?? '' }),
      };
      return prisma.budget.findMany({ ...query, where, orderBy: { slug: 'asc' } });
    },
  }),
);

builder.queryField('budget', (t) =>
  t.prismaField({
    type: Budget,
    nullable: true,
    authScopes: { scope: 'BUDGETS_READ' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (query, _root, { id }, { prisma, caller: { organizationId } }) =>
      prisma.budget.findFirst({ ...query, where: { id, organizationId } }),
  }),
);

// ---------------------------------------------------------------- changing

const BudgetSaved = builder.objectRef<BudgetChange>('BudgetSaved').implement({
  fields: (t) => ({
    budgetId: t.exposeID('budgetId'),
    budget: t.prismaField({
      type: Budget,
      nullable: true,
      description: 'Null after it has been deleted.',
      resolve: (query, { budgetId: id }, _args, { prisma, caller }) =>
        prisma.budget.findFirst({ ...query, where: { id, organizationId: caller.organizationId } }),
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const BudgetResult = resultUnion('BudgetResult', BudgetSaved, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'ConflictError',
  'IdempotencyConflictError',
  'UnavailableError',
]);

const BudgetSaveInput = builder.inputType('BudgetSaveInput', {
  fields: (t) => ({
    id: t.id({ description: 'Of the budget to change; none = a new one.' }),
    expectedRevision: t.int({ description: 'Refuse with a ConflictError when somebody changed the budget since.' }),
    slug: t.string({ required: true }),
    name: t.string({ required: true }),
    scope: t.field({ type: ScopeRefInput, required: true, description: 'Fixed, as are period and time zone.' }),
    limit: t.field({ type: MoneyInput, required: true }),
    period: t.field({ type: BudgetPeriod, required: true }),
    timezone: t.string({ defaultValue: 'UTC', description: 'IANA name, e.g. Europe/Berlin.' }),
    thresholdsPercent: t.floatList({ defaultValue: [50, 80, 100] }),
    onExceed: t.field({ type: BudgetAction, defaultValue: 'BLOCK' }),
    downgradeRoute: t.string({ description: 'Slug of the cheaper route that DOWNGRADE sends calls to.' }),
    idempotencyKey: t.string(),
  }),
});

const BudgetAdjustInput = builder.inputType('BudgetAdjustInput', {
  fields: (t) => ({
    budget: t.id({ required: true }),
    subject: t.string({ description: 'Whose account, where the budget has one for each.' }),
    addToCurrentPeriod: t.field({ type: MoneyInput, required: true, description: 'Negative takes away.' }),
    reason: t.string({ required: true }),
    idempotencyKey: t.string({ required: true }),
  }),
});

builder.mutationField('budgetSave', (t) =>
  t.field({
    type: BudgetResult,
    description: 'A new limit holds at once, also for the period that runs.',
    authScopes: { scope: 'BUDGETS_WRITE' },
    args: { input: t.arg({ type: BudgetSaveInput, required: true }) },
    resolve: (_root, { input: { scope, limit, ...rest } }, { rooms, caller }) => {
      const { kind, reference } = scopeRef(scope);
      return rooms.budgets.save(caller, { ...rest, scope: { kind, ref: reference ?? '' }, limitNanos: limit.nanos });
    },
  }),
);

builder.mutationField('budgetAdjust', (t) =>
  t.field({
    type: BudgetResult,
    description: 'A one-off top-up of the running period.',
    authScopes: { scope: 'BUDGETS_WRITE' },
    args: { input: t.arg({ type: BudgetAdjustInput, required: true }) },
    resolve: (_root, { input: { addToCurrentPeriod, ...rest } }, { rooms, caller }) =>
      rooms.budgets.adjust(caller, { ...rest, addNanos: addToCurrentPeriod.nanos }),
  }),
);

builder.mutationField('budgetDelete', (t) =>
  t.field({
    type: BudgetResult,
    description: 'Calls under way are still settled; the ledger stays.',
    authScopes: { scope: 'BUDGETS_WRITE' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { rooms, caller }) => rooms.budgets.delete(caller, id),
  }),
);

import { type ResolveCursorConnectionArgs, resolveCursorConnection } from '@pothos/plugin-relay';
import { alertKinds, type Severity as SeverityWord } from '../core/alert.ts';
import { ValidationProblem } from '../core/problem.ts';
import { AgentStop, builder, resultUnion } from '../graphql/builder.ts';
import { TimeRangeInput, timeRange } from '../graphql/range.ts';
import { ScopeRefInput, ScopeTarget, scopeRef } from '../graphql/scope-ref.ts';
import { ChangeReceipt, Severity } from '../graphql/words.ts';
import { type AlertFilter, alertWhere } from './follow.ts';
import { type AlertRow, alertOf } from './store.ts';

export const AlertKind = builder.enumType('AlertKind', { values: alertKinds });

export const Alert = builder.interfaceRef<AlertRow>('Alert').implement({
  description: 'Something that a person should hear of, kept once per cause and period.',
  resolveType: ({ kind }) => typeNames[kind],
  fields: (t) => ({
    id: t.exposeID('id'),
    cursor: t.string({ description: 'For `after`.', resolve: ({ seq }) => String(seq) }),
    at: t.expose('at', { type: 'DateTime' }),
    kind: t.expose('kind', { type: AlertKind }),
    severity: t.expose('severity', { type: Severity }),
    title: t.exposeString('title'),
    message: t.exposeString('message'),
    scope: t.expose('scope', { type: ScopeTarget, nullable: true }),
    acknowledgedAt: t.expose('acknowledgedAt', { type: 'DateTime', nullable: true }),
    acknowledgedBy: t.exposeID('acknowledgedBy', { nullable: true, description: 'The API key.' }),
    acknowledgeComment: t.exposeString('acknowledgeComment', { nullable: true }),
  }),
});

const typeNames: Record<AlertRow['kind'], string> = {
  BUDGET: 'BudgetAlert',
  ANOMALY: 'AnomalyAlert',
  PROVIDER: 'ProviderAlert',
  POLICY: 'PolicyAlert',
  LOOP: 'LoopAlert',
  EXPERIMENT: 'ExperimentAlert',
};

/** What the raisers of each kind put into `facts`. */
interface Facts {
  readonly budgetId?: string;
  readonly subject?: string | null;
  readonly exhaustedAt?: string;
  readonly thresholdPercent?: number;
  readonly provider?: string;
  readonly model?: string;
  readonly breaker?: 'OPENED' | 'CLOSED';
  readonly failures?: number;
  readonly attempts?: number;
  readonly metric?: string;
  readonly observed?: number;
  readonly expected?: number;
  readonly runId?: string;
  readonly stop?: 'STEPS' | 'COST' | 'DURATION' | 'TOOL_CALLS' | 'LOOP';
  readonly requestId?: string;
  readonly experimentId?: string;
  readonly arm?: string;
}
const facts = (alert: AlertRow) => alert.facts as Facts;
const interfaces = [Alert];

builder.objectRef<AlertRow>('ExperimentAlert').implement({
  interfaces,
  description: 'A guard-rail was broken, and the experiment rolled back.',
  fields: (t) => ({
    experimentId: t.id({ nullable: true, resolve: (alert) => facts(alert).experimentId }),
    arm: t.string({ nullable: true, resolve: (alert) => facts(alert).arm }),
  }),
});

const BudgetAlert = builder.objectRef<AlertRow>('BudgetAlert').implement({
  interfaces,
  fields: (t) => ({
    budget: t.prismaField({
      type: 'Budget',
      nullable: true,
      description: 'Null without the right to see budgets, or when it has been deleted since.',
      resolve: (query, alert, _args, { prisma, caller: { organizationId, scopes } }) => {
        const id = facts(alert).budgetId;
        if (id === undefined || !scopes.has('BUDGETS_READ')) return null;
        return prisma.budget.findFirst({ ...query, where: { id, organizationId } });
      },
    }),
    budgetId: t.id({ nullable: true, resolve: (alert) => facts(alert).budgetId }),
    thresholdPercent: t.float({
      nullable: true,
      description: 'Null when the budget is only forecast to run out.',
      resolve: (alert) => facts(alert).thresholdPercent,
    }),
    subject: t.string({
      nullable: true,
      description: 'Whose account, where the budget has one for each.',
      resolve: (alert) => facts(alert).subject,
    }),
    exhaustedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Of a forecast: when it will be used up at the rate of its period so far.',
      resolve: (alert) => {
        const { exhaustedAt } = facts(alert);
        return exhaustedAt === undefined ? null : new Date(exhaustedAt);
      },
    }),
  }),
});

builder.objectRef<AlertRow>('AnomalyAlert').implement({
  interfaces,
  fields: (t) => ({
    metric: t.string({ resolve: (alert) => facts(alert).metric ?? '' }),
    observed: t.float({ resolve: (alert) => facts(alert).observed ?? 0 }),
    expected: t.float({ resolve: (alert) => facts(alert).expected ?? 0 }),
  }),
});

const BreakerChange = builder.enumType('BreakerChange', {
  values: {
    OPENED: { description: 'The model fails and is not asked for a while.' },
    CLOSED: { description: 'It answers again.' },
  } as const,
});

builder.objectRef<AlertRow>('ProviderAlert').implement({
  interfaces,
  fields: (t) => ({
    provider: t.string({ description: 'Its slug.', resolve: (alert) => facts(alert).provider ?? '' }),
    model: t.string({ nullable: true, description: 'provider/model', resolve: (alert) => facts(alert).model }),
    breaker: t.field({ type: BreakerChange, nullable: true, resolve: (alert) => facts(alert).breaker }),
    failures: t.int({ description: 'Among its latest calls.', resolve: (alert) => facts(alert).failures ?? 0 }),
    attempts: t.int({ resolve: (alert) => facts(alert).attempts ?? 0 }),
  }),
});

builder.objectRef<AlertRow>('PolicyAlert').implement({
  interfaces,
  fields: (t) => ({ requestId: t.id({ nullable: true, resolve: (alert) => facts(alert).requestId }) }),
});

builder.objectRef<AlertRow>('LoopAlert').implement({
  interfaces,
  fields: (t) => ({
    run: t.prismaField({
      type: 'AgentRun',
      nullable: true,
      description: 'Null when its history has been taken away.',
      resolve: (query, alert, _args, { prisma, caller: { organizationId } }) =>
        prisma.agentRun.findFirst({
          ...query,
          where: { organizationId, projectId: alert.scope?.reference ?? '', runId: facts(alert).runId ?? '' },
        }),
    }),
    runId: t.string({ resolve: (alert) => facts(alert).runId ?? '' }),
    stop: t.field({ type: AgentStop, nullable: true, resolve: (alert) => facts(alert).stop }),
  }),
});

const AlertFilterInput = builder.inputType('AlertFilter', {
  description: 'An alert must fit every field that is given; a list is fitted by any of its values.',
  fields: (t) => ({
    severity: t.field({ type: [Severity] }),
    kinds: t.field({ type: [AlertKind] }),
    scope: t.field({ type: ScopeRefInput }),
    acknowledged: t.boolean(),
    range: t.field({ type: TimeRangeInput }),
  }),
});

function filterOf(input: typeof AlertFilterInput.$inferInput | null | undefined, now: number): AlertFilter {
  return {
    kinds: input?.kinds ?? null,
    severities: (input?.severity as readonly SeverityWord[] | null | undefined) ?? null,
    scope: input?.scope ? scopeRef(input.scope) : null,
    acknowledged: input?.acknowledged ?? null,
    budgetId: null,
    range: input?.range ? timeRange(input.range, now, 'filter.range') : null,
  };
}

function seqOf(cursor: string, argument: string): bigint {
  if (/^\d{1,18}$/.test(cursor)) return BigInt(cursor);
  throw ValidationProblem.at(argument, 'CURSOR_UNKNOWN', `'${cursor}' is no cursor of an alert.`);
}

builder.queryField('alerts', (t) =>
  t.connection(
    {
      type: Alert,
      description: 'Newest first.',
      authScopes: { scope: 'USAGE_READ' },
      args: { filter: t.arg({ type: AlertFilterInput }) },
      resolve: (_root, { filter, ...args }, { prisma, caller, runtime }) => {
        const where = alertWhere(caller.organizationId, filterOf(filter, runtime.clock.now()));
        return resolveCursorConnection(
          { args, toCursor: ({ seq }: AlertRow) => String(seq), maxSize: 100 },
          async ({ after, before, limit, inverted }: ResolveCursorConnectionArgs) => {
            const bounds = [
              ...(after ? [{ seq: { lt: seqOf(after, 'after') } }] : []),
              ...(before ? [{ seq: { gt: seqOf(before, 'before') } }] : []),
            ];
            const rows = await prisma.alert.findMany({
              where: { AND: [where, ...bounds] },
              orderBy: { seq: inverted ? 'asc' : 'desc' },
              take: limit,
            });
            return rows.map(alertOf);
          },
        );
      },
    },
    { name: 'AlertConnection' },
    { name: 'AlertEdge' },
  ),
);

builder.subscriptionField('alertRaised', (t) =>
  t.field({
    type: Alert,
    description: 'Alerts as they are raised; those missed since `after`, a cursor, come first.',
    authScopes: { scope: 'USAGE_READ' },
    args: { filter: t.arg({ type: AlertFilterInput }), after: t.arg.string() },
    subscribe: (_root, { filter, after }, { rooms, caller, runtime, signal }) =>
      rooms.alerts.follow(
        caller.organizationId,
        filterOf(filter, runtime.clock.now()),
        after == null ? null : seqOf(after, 'after'),
        signal,
      ),
    resolve: (alert) => alert,
  }),
);

builder.subscriptionField('budgetAlert', (t) =>
  t.field({
    type: BudgetAlert,
    description: 'The alerts of budgets only, like `alertRaised`.',
    authScopes: { scope: 'BUDGETS_READ' },
    args: { budget: t.arg.id(), scope: t.arg({ type: ScopeRefInput }), after: t.arg.string() },
    subscribe: (_root, { budget, scope, after }, { rooms, caller, runtime, signal }) => {
      const wanted = filterOf(scope ? { scope } : null, runtime.clock.now());
      const filter = { ...wanted, kinds: ['BUDGET' as const], budgetId: budget ?? null };
      return rooms.alerts.follow(caller.organizationId, filter, after == null ? null : seqOf(after, 'after'), signal);
    },
    resolve: (alert) => alert,
  }),
);

const AlertsAcknowledged = builder
  .objectRef<{ ids: readonly string[]; change: typeof ChangeReceipt.$inferType }>('AlertsAcknowledged')
  .implement({
    fields: (t) => ({
      alerts: t.field({
        type: [Alert],
        resolve: async ({ ids }, _args, { prisma, caller }) =>
          (
            await prisma.alert.findMany({
              where: { organizationId: caller.organizationId, id: { in: [...ids] } },
              orderBy: { seq: 'asc' },
            })
          ).map(alertOf),
      }),
      change: t.expose('change', { type: ChangeReceipt }),
    }),
  });

const AlertAckResult = resultUnion('AlertAckResult', AlertsAcknowledged, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'UnavailableError',
]);

builder.mutationField('alertAcknowledge', (t) =>
  t.field({
    type: AlertAckResult,
    description: 'Says that somebody has seen to them. Those acknowledged before stay as they are.',
    authScopes: { scope: 'ALERTS_WRITE' },
    args: { ids: t.arg.idList({ required: true }), comment: t.arg.string() },
    resolve: (_root, { ids, comment }, { rooms, caller }) => rooms.alerts.acknowledge(caller, ids, comment ?? null),
  }),
);

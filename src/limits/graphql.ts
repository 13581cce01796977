import { limitMetrics } from '../core/admission.ts';
import type { ScopeKind } from '../core/scope-ref.ts';
import { builder, nodeIds, problemTypes, resultUnion } from '../graphql/builder.ts';
import { ScopeRefInput, ScopeTarget, scopeRef } from '../graphql/scope-ref.ts';
import { ChangeReceipt, RateLimitStanding } from '../graphql/words.ts';
import type { RateLimitChange } from './save.ts';
import type { RateLimitState as State } from './state.ts';

const LimitMetric = builder.enumType('LimitMetric', {
  values: {
    ...(Object.fromEntries(limitMetrics.map((metric) => [metric, {}])) as Record<
      (typeof limitMetrics)[number],
      object
    >),
    OUTPUT_TOKENS: { description: 'Held in advance as far as the caller bounds them, otherwise counted at the end.' },
    CONCURRENT: { description: 'Calls at the same time; has no window.' },
    COST_NANOS: { description: 'Billionths of a dollar; held and counted like OUTPUT_TOKENS.' },
  },
});

const UnavailablePolicy = builder.enumType('UnavailablePolicy', {
  description: 'What a limit does while the counters shared by all instances do not answer within 100 ms.',
  values: {
    FAIL_CLOSED: { description: 'Refuse with an UnavailableError.' },
    LOCAL_SHARE: { description: 'Each instance grants its share of the amount by itself.' },
  } as const,
});

const RateLimitState = builder.objectRef<State>('RateLimitState').implement({
  description: 'Over all instances, at this moment.',
  fields: (t) => ({
    used: t.expose('used', { type: 'SafeInt' }),
    remaining: t.expose('remaining', { type: 'SafeInt' }),
    resetsAt: t.field({
      type: 'DateTime',
      description: 'When all of it is free again if nothing more is used.',
      resolve: ({ resetsAt }) => new Date(resetsAt),
    }),
    throttledLastHour: t.expose('throttledLastHour', { type: 'SafeInt', description: 'Calls it refused.' }),
  }),
});

nodeIds('lim', 'RateLimit');
const RateLimit = builder.prismaNode('RateLimit', {
  id: { field: 'id' },
  nullable: true,
  // Whoever is refused by a limit may know which one it is.
  authScopes: (_limit, { caller }) => caller.scopes.has('COMPLETIONS_WRITE') || { scope: 'BUDGETS_READ' },
  findUnique: (id, { caller }) => ({ id, organizationId: caller.organizationId }),
  fields: (t) => ({
    scope: t.field({
      type: ScopeTarget,
      select: { scopeKind: true, scopeReference: true },
      resolve: ({ scopeKind, scopeReference }) => ({
        kind: scopeKind as ScopeKind,
        reference: scopeKind === 'ORGANIZATION' ? null : scopeReference,
      }),
    }),
    metric: t.field({
      type: LimitMetric,
      select: { metric: true },
      resolve: ({ metric }) => metric as (typeof limitMetrics)[number],
    }),
    amount: t.field({ type: 'SafeInt', select: { amount: true }, resolve: ({ amount }) => Number(amount) }),
    windowMs: t.exposeInt('windowMs', { description: '0 for CONCURRENT.' }),
    whenUnavailable: t.field({
      type: UnavailablePolicy,
      select: { whenUnavailable: true },
      resolve: ({ whenUnavailable }) => whenUnavailable as 'FAIL_CLOSED' | 'LOCAL_SHARE',
    }),
    localSharePercent: t.exposeInt('localSharePercent'),
    state: t.field({
      type: RateLimitState,
      nullable: true,
      description: 'Null when the limit counts each one by itself and none is named.',
      args: { subject: t.arg.string({ description: 'Whose, where the limit counts each one by itself.' }) },
      select: { id: true },
      resolve: ({ id }, { subject }, { rooms, caller }) =>
        rooms.limits.state(id, caller.organizationId, subject ?? null),
    }),
  }),
});

builder.objectField(problemTypes.RateLimitedError, 'limit', (t) =>
  t.prismaField({
    type: RateLimit,
    nullable: true,
    description: 'The limit that is used up; null when it has been deleted since.',
    resolve: (query, { limitId }, _args, { prisma, caller }) =>
      limitId
        ? prisma.rateLimit.findUnique({ ...query, where: { id: limitId, organizationId: caller.organizationId } })
        : null,
  }),
);

builder.objectField(RateLimitStanding, 'limit', (t) =>
  t.prismaField({
    type: RateLimit,
    nullable: true,
    description: 'Null when it has been deleted since.',
    resolve: (query, { limitId: id }, _args, { prisma, caller }) =>
      prisma.rateLimit.findUnique({ ...query, where: { id, organizationId: caller.organizationId } }),
  }),
);

builder.queryField('rateLimits', (t) =>
  t.prismaField({
    type: [RateLimit],
    description: 'Of the organization, or of one scope.',
    authScopes: { scope: 'BUDGETS_READ' },
    args: { scope: t.arg({ type: ScopeRefInput }) },
    resolve: (query, _root, { scope }, { prisma, caller }) => {
      const wanted = scope ? scopeRef(scope) : null;
      const where = wanted ? { scopeKind: wanted.kind, scopeReference: wanted.reference ?? '' } : {};
      return prisma.rateLimit.findMany({
        ...query,
        where: { organizationId: caller.organizationId, ...where },
        orderBy: { id: 'asc' },
      });
    },
  }),
);

const RateLimitSaved = builder.objectRef<RateLimitChange>('RateLimitSaved').implement({
  fields: (t) => ({
    id: t.id({ resolve: ({ limit }) => limit.id }),
    rateLimit: t.prismaField({
      type: RateLimit,
      nullable: true,
      description: 'Null when it was deleted.',
      resolve: (query, { limit }, _args, { prisma, caller }) =>
        prisma.rateLimit.findUnique({ ...query, where: { id: limit.id, organizationId: caller.organizationId } }),
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const RateLimitResult = resultUnion('RateLimitResult', RateLimitSaved, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'ConflictError',
  'IdempotencyConflictError',
  'UnavailableError',
]);

const RateLimitSaveInput = builder.inputType('RateLimitSaveInput', {
  fields: (t) => ({
    id: t.id({ description: 'Of the limit to change; none = the one of this scope, metric and window, or a new one.' }),
    scope: t.field({ type: ScopeRefInput, required: true }),
    metric: t.field({ type: LimitMetric, required: true }),
    amount: t.field({ type: 'SafeInt', required: true }),
    windowMs: t.int({ defaultValue: 60_000, description: '1000 to a week; means nothing for CONCURRENT.' }),
    whenUnavailable: t.field({ type: UnavailablePolicy, defaultValue: 'LOCAL_SHARE' }),
    localSharePercent: t.int({
      defaultValue: 100,
      description: 'With LOCAL_SHARE: of the amount, per instance. 100 divided by the number of instances is exact.',
    }),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('rateLimitSave', (t) =>
  t.field({
    type: RateLimitResult,
    description: 'Holds on every instance within two seconds.',
    authScopes: { scope: 'BUDGETS_WRITE' },
    args: { input: t.arg({ type: RateLimitSaveInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }) =>
      rooms.limits.save(caller, {
        ...input,
        scope: scopeRef(input.scope),
        windowMs: input.windowMs ?? 60_000,
        whenUnavailable: input.whenUnavailable ?? 'LOCAL_SHARE',
        localSharePercent: input.localSharePercent ?? 100,
      }),
  }),
);

builder.mutationField('rateLimitDelete', (t) =>
  t.field({
    type: RateLimitResult,
    authScopes: { scope: 'BUDGETS_WRITE' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { rooms, caller }) => rooms.limits.delete(caller, id),
  }),
);

import type { Caller } from '../core/caller.ts';
import type { FieldChange as Change } from '../core/change.ts';
import { fallbackCodes } from '../core/decision.ts';
import type { Json } from '../core/json.ts';
import { builder, nodeIds, resultUnion } from '../graphql/builder.ts';
import { newestFirst } from '../graphql/newest-first.ts';
import { ChangeReceipt, FieldChange, Model, RoutingStrategy, Severity } from '../graphql/words.ts';
import './simulation.graphql.ts';
import { summaryOf } from './conditions/index.ts';
import { ConditionInput } from './conditions.graphql.ts';
import type { RouteChange, RouteRule as Rule, RuleTarget, RouteWarning as Warning } from './index.ts';
import { ruleDefaults, stickyKeys, targetDefaults, wholeRules } from './rules.ts';

// ---------------------------------------------------------------- what a route is

const RetryPolicy = builder.objectRef<{ maxAttempts: number }>('RetryPolicy').implement({
  fields: (t) => ({
    maxAttempts: t.exposeInt('maxAttempts', { description: 'The first try included, before the next target.' }),
  }),
});

const RouteTarget = builder.objectRef<RuleTarget>('RouteTarget').implement({
  description: 'One place a route may send a call to.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Kept from version to version, as long as the model stays in its rule.' }),
    modelName: t.exposeString('model', { description: 'provider/model' }),
    model: t.field({
      type: Model,
      nullable: true,
      description: 'Null when no provider offers it any more.',
      resolve: async ({ model }, _args, { rooms, caller }) =>
        (await rooms.models.book(caller.organizationId)).get(model),
    }),
    weight: t.exposeInt('weight', { description: 'Its share, where the strategy deals shares.' }),
    timeoutMs: t.exposeInt('timeoutMs', { description: 'The longest one attempt may take.' }),
    ttftTimeoutMs: t.exposeInt('ttftTimeoutMs', {
      nullable: true,
      description: 'The longest wait for the first token; null = no clock of its own.',
    }),
    idleTimeoutMs: t.int({
      nullable: true,
      description: 'The longest silence within an answer that has begun; null = 20 s.',
      resolve: ({ idleTimeoutMs }) => idleTimeoutMs ?? null,
    }),
    streaming: t.boolean({
      description: 'False: it is asked for whole answers, as it cannot stream.',
      resolve: ({ streaming }) => streaming ?? true,
    }),
    retry: t.field({ type: RetryPolicy, resolve: ({ maxAttempts }) => ({ maxAttempts }) }),
    enabled: t.exposeBoolean('enabled'),
  }),
});

const StickyKey = builder.enumType('StickyKey', { values: stickyKeys });

const FallbackCode = builder.enumType('FallbackCode', {
  description: 'The error codes after which another target may be asked.',
  values: fallbackCodes,
});

const RouteRule = builder.objectRef<Rule>('RouteRule').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    condition: t.field({
      type: 'JSON',
      nullable: true,
      description: 'In the shape of ConditionInput; null = always.',
      resolve: ({ when }) => when as Json,
    }),
    conditionSummary: t.string({
      description: 'For people: "input under 300 characters and team is growth".',
      resolve: ({ when }) => (when ? summaryOf(when) : 'always'),
    }),
    strategy: t.expose('strategy', { type: RoutingStrategy }),
    stickyBy: t.expose('stickyBy', { type: StickyKey }),
    targets: t.field({ type: [RouteTarget], resolve: ({ targets }) => [...targets] }),
    fallbacks: t.field({
      type: [RouteTarget],
      description: 'Tried after the targets, in this order.',
      resolve: ({ fallbacks }) => [...fallbacks],
    }),
    fallbackOn: t.field({ type: [FallbackCode], resolve: ({ fallbackOn }) => [...fallbackOn] }),
  }),
});

const RouteVersion = builder.prismaObject('RouteVersion', {
  authScopes: (_version, { caller }) => maySee(caller),
  fields: (t) => ({
    version: t.exposeInt('version', { description: '1, 2, 3 … within the route.' }),
    note: t.exposeString('note', { nullable: true }),
    createdBy: t.exposeID('createdBy'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    rules: t.field({
      type: [RouteRule],
      description: 'The first that matches decides; the last one takes what no other took.',
      select: { rules: true },
      // Written by routing/store.ts from checked input, and by nobody else.
      resolve: ({ rules }) => wholeRules(rules as unknown as Rule[]),
    }),
  }),
});

/** Whoever may do anything with routes may see them. */
function maySee({ scopes }: Caller) {
  return scopes.has('ROUTES_WRITE') || scopes.has('ROUTES_PUBLISH') || { scope: 'ROUTES_READ' as const };
}

nodeIds('rte', 'Route');

const Route = builder.prismaNode('Route', {
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, organizationId: caller.organizationId }),
  authScopes: (_route, { caller }) => maySee(caller),
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'What callers name as `target.route`. Never changes.' }),
    name: t.exposeString('name'),
    description: t.exposeString('description'),
    revision: t.exposeInt('revision', { description: 'Pass it as `expectedRevision` with the next change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    published: t.prismaField({
      type: RouteVersion,
      nullable: true,
      description: 'The version that serves traffic.',
      resolve: (query, { id, publishedVersion }, _args, { prisma }) =>
        prisma.routeVersion.findUnique({
          ...query,
          where: { routeId_version: { routeId: id, version: publishedVersion ?? 0 } },
        }),
    }),
    draft: t.prismaField({
      type: RouteVersion,
      nullable: true,
      description: 'The newest version, when another one (or none) serves traffic.',
      resolve: (query, { id, publishedVersion }, _args, { prisma }) =>
        prisma.routeVersion.findFirst({
          ...query,
          where: { routeId: id, version: { gt: publishedVersion ?? 0 } },
          orderBy: { version: 'desc' },
        }),
    }),
    versions: t.prismaConnection(
      {
        type: RouteVersion,
        description: 'Newest first.',
        cursor: 'id',
        maxSize: 100,
        resolve: (query, { id }, _args, { prisma }) =>
          prisma.routeVersion.findMany(newestFirst(query, { routeId: id })),
        totalCount: ({ id }, _args, { prisma }) => prisma.routeVersion.count({ where: { routeId: id } }),
      },
      { name: 'RouteVersionConnection' },
      { name: 'RouteVersionEdge' },
    ),
  }),
});

// ---------------------------------------------------------------- reading

builder.queryField('routes', (t) =>
  t.prismaField({
    type: [Route],
    description: 'By slug.',
    authScopes: { scope: 'ROUTES_READ' },
    resolve: (query, _root, _args, { prisma, caller }) =>
      prisma.route.findMany({
        ...query,
        where: { organizationId: caller.organizationId },
        orderBy: { slug: 'asc' },
      }),
  }),
);

const RouteRef = builder.inputType('RouteRef', {
  isOneOf: true,
  fields: (t) => ({ id: t.id(), slug: t.string() }),
});

builder.queryField('route', (t) =>
  t.prismaField({
    type: Route,
    nullable: true,
    authScopes: { scope: 'ROUTES_READ' },
    args: { ref: t.arg({ type: RouteRef, required: true }) },
    resolve: (query, _root, { ref: { id, slug } }, { prisma, caller: { organizationId } }) =>
      prisma.route.findFirst({ ...query, where: { organizationId, ...(id ? { id } : { slug: slug ?? '' }) } }),
  }),
);

const RouteDiff = builder.objectRef<{ changes: readonly Change[] }>('RouteDiff').implement({
  fields: (t) => ({ changes: t.field({ type: [FieldChange], resolve: ({ changes }) => [...changes] }) }),
});

const RouteDiffResult = resultUnion('RouteDiffResult', RouteDiff, [
  'NotFoundError',
  'ForbiddenError',
  'UnavailableError',
]);

builder.queryField('routeDiff', (t) =>
  t.field({
    type: RouteDiffResult,
    description:
      'What a version would change about another one: with neither named, the newest about what is published.',
    authScopes: { scope: 'ROUTES_READ' },
    args: { route: t.arg.id({ required: true }), from: t.arg.int(), to: t.arg.int() },
    resolve: async (_root, { route, from, to }, { rooms, caller }) => ({
      changes: await rooms.routing.diff(caller.organizationId, route, from ?? null, to ?? null),
    }),
  }),
);

// ---------------------------------------------------------------- changing

const ConfigDiagnostic = builder.objectRef<Warning>('ConfigDiagnostic').implement({
  description: 'Something that is allowed and will surprise somebody.',
  fields: (t) => ({
    severity: t.field({ type: Severity, resolve: () => 'WARNING' as const }),
    path: t.stringList({ resolve: ({ path }) => [...path] }),
    message: t.exposeString('message'),
  }),
});

const RouteSaved = builder.objectRef<RouteChange>('RouteSaved').implement({
  fields: (t) => ({
    route: t.prismaField({
      type: Route,
      resolve: (query, { routeId }, _args, { prisma, caller }) =>
        prisma.route.findUniqueOrThrow({ ...query, where: { id: routeId, organizationId: caller.organizationId } }),
    }),
    change: t.expose('change', { type: ChangeReceipt }),
    diff: t.field({
      type: [FieldChange],
      description: 'Empty when an earlier change was replayed.',
      resolve: ({ diff }) => [...diff],
    }),
    warnings: t.field({ type: [ConfigDiagnostic], resolve: ({ warnings }) => [...warnings] }),
  }),
});

const RouteResult = resultUnion('RouteResult', RouteSaved, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'ConflictError',
  'IdempotencyConflictError',
  'UnavailableError',
]);

const RetryPolicyInput = builder.inputType('RetryPolicyInput', {
  fields: (t) => ({ maxAttempts: t.int({ defaultValue: targetDefaults.maxAttempts }) }),
});

const RouteTargetInput = builder.inputType('RouteTargetInput', {
  fields: (t) => ({
    model: t.string({ required: true, description: 'provider/model' }),
    weight: t.int({ defaultValue: targetDefaults.weight, description: '1 to 1000.' }),
    timeoutMs: t.int({ defaultValue: targetDefaults.timeoutMs }),
    ttftTimeoutMs: t.int(),
    idleTimeoutMs: t.int({ description: 'Pings and empty events do not count as words.' }),
    streaming: t.boolean({ defaultValue: true, description: 'False for servers that cannot stream.' }),
    retry: t.field({ type: RetryPolicyInput }),
    enabled: t.boolean({ defaultValue: true }),
  }),
});

const RouteRuleInput = builder.inputType('RouteRuleInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    when: t.field({ type: ConditionInput, description: 'Which calls it takes. Every rule but the last has one.' }),
    strategy: t.field({ type: RoutingStrategy, defaultValue: ruleDefaults.strategy }),
    stickyBy: t.field({
      type: StickyKey,
      defaultValue: ruleDefaults.stickyBy,
      description: 'Whose calls stay with one target, for WEIGHTED, ROUND_ROBIN and LEAST_BUSY.',
    }),
    targets: t.field({
      type: [RouteTargetInput],
      required: true,
      description: 'The strategy says in which order they are tried.',
    }),
    fallbacks: t.field({ type: [RouteTargetInput], description: 'Tried after the targets, in this order.' }),
    fallbackOn: t.field({
      type: [FallbackCode],
      defaultValue: [...ruleDefaults.fallbackOn],
      description: 'Which failures of one target lead to the next.',
    }),
  }),
});

const RouteSaveInput = builder.inputType('RouteSaveInput', {
  fields: (t) => ({
    id: t.id({ description: 'Of the route to save a new version of; none = a new route.' }),
    expectedRevision: t.int({ description: 'Refuse with a ConflictError when somebody changed the route since.' }),
    slug: t.string({ required: true }),
    name: t.string({ required: true }),
    description: t.string(),
    rules: t.field({ type: [RouteRuleInput], required: true, description: 'The first that matches decides.' }),
    note: t.string({ description: 'Why, for whoever reads the versions.' }),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('routeSave', (t) =>
  t.field({
    type: RouteResult,
    description: 'Saves a new version, which serves no traffic until it is published.',
    authScopes: { scope: 'ROUTES_WRITE' },
    args: { input: t.arg({ type: RouteSaveInput, required: true }) },
    resolve: async (_root, { input }, { rooms, caller }) =>
      rooms.routing.save(caller, input, await rooms.models.book(caller.organizationId)),
  }),
);

builder.mutationField('routePublish', (t) =>
  t.field({
    type: RouteResult,
    description: 'Lets a version serve traffic, on every instance within two seconds.',
    authScopes: { scope: 'ROUTES_PUBLISH' },
    args: {
      id: t.arg.id({ required: true }),
      version: t.arg.int({ required: true }),
      expectedRevision: t.arg.int({ required: true }),
      note: t.arg.string(),
    },
    resolve: async (_root, args, { rooms, caller }) =>
      rooms.routing.publish(caller, args, await rooms.models.book(caller.organizationId)),
  }),
);

builder.mutationField('routeRollback', (t) =>
  t.field({
    type: RouteResult,
    description: 'Goes back to an earlier version at once, whatever has been changed since.',
    authScopes: { scope: 'ROUTES_PUBLISH' },
    args: {
      id: t.arg.id({ required: true }),
      toVersion: t.arg.int({ required: true }),
      reason: t.arg.string({ required: true }),
    },
    resolve: async (_root, args, { rooms, caller }) =>
      rooms.routing.rollback(caller, args, await rooms.models.book(caller.organizationId)),
  }),
);

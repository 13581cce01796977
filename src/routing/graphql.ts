import type { FieldChange as Change } from '../core/change.ts';
import { builder, resultUnion } from '../graphql/builder.ts';
import { ChangeReceipt, FieldChange, RoutingStrategy, Severity } from '../graphql/words.ts';
import './simulation.graphql.ts';
import { ConditionInput } from './conditions.graphql.ts';
import type { RouteChange, RouteWarning as Warning } from './index.ts';
import { FallbackCode, Route, StickyKey } from './route.graphql.ts';
import { ruleDefaults, targetDefaults } from './rules.ts';

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
    hedgeAfterMs: t.int({
      description:
        'After so long without a word, ask the next target too (or this one again, when there is none). Who speaks ' +
        'first is kept, the other is DISCARDED; both are paid for. Once per call, out of the retry budget. Default: never.',
    }),
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

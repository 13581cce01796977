import type { Caller } from '../core/caller.ts';
import { fallbackCodes } from '../core/decision.ts';
import type { Json } from '../core/json.ts';
import { stickyKeys } from '../core/stickiness.ts';
import { builder, nodeIds } from '../graphql/builder.ts';
import { newestFirst } from '../graphql/newest-first.ts';
import { Model, RoutingStrategy } from '../graphql/words.ts';
import { summaryOf } from './conditions/index.ts';
import type { RouteRule as Rule, RuleTarget } from './index.ts';
import { wholeRules } from './rules.ts';

/** What a route is; graphql.ts says what can be done with it. */
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
    hedgeAfterMs: t.int({
      nullable: true,
      description: 'After so long without a word a second attempt is begun beside the first; null = never.',
      resolve: ({ hedgeAfterMs }) => hedgeAfterMs ?? null,
    }),
    streaming: t.boolean({
      description: 'False: it is asked for whole answers, as it cannot stream.',
      resolve: ({ streaming }) => streaming ?? true,
    }),
    retry: t.field({ type: RetryPolicy, resolve: ({ maxAttempts }) => ({ maxAttempts }) }),
    enabled: t.exposeBoolean('enabled'),
  }),
});

export const StickyKey = builder.enumType('StickyKey', { values: stickyKeys });

export const FallbackCode = builder.enumType('FallbackCode', {
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

export const Route = builder.prismaNode('Route', {
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

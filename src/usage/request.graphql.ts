import { queryFromInfo } from '@pothos/plugin-prisma';
import { type ResolveCursorConnectionArgs, resolveCursorConnection } from '@pothos/plugin-relay';
import type { PolicyVerdict as Verdict } from '../core/policy.ts';
import type { Problem } from '../core/problem.ts';
import { builder, ErrorCode, ErrorInterface, nodeIds } from '../graphql/builder.ts';
import { PolicyVerdict } from '../graphql/policy-words.ts';
import { Attempt, Cost, RoutingDecision, Tag, Timing, Usage } from '../graphql/words.ts';
import { cursorOf, newerThan, olderThan, placeOf } from './cursor.ts';
import { RequestFilterInput, RequestStatus, requestFilter } from './filter.graphql.ts';
import { prismaWhere } from './filter.ts';
import { attemptOf, costOf, tagsOf, usageOf } from './read.ts';
import { type RequestKind as Kind, requestKinds, type RequestStatus as Status } from './record.ts';

const RequestKind = builder.enumType('RequestKind', { values: requestKinds });

const usageColumns = {
  inputTokens: true,
  outputTokens: true,
  reasoningTokens: true,
  cacheReadTokens: true,
  cacheWriteTokens: true,
  usageSource: true,
  usageDetails: true,
} as const;

nodeIds('req', 'GatewayRequest');
const GatewayRequest = builder.prismaNode('GatewayRequest', {
  nullable: true,
  authScopes: { scope: 'USAGE_READ' },
  id: { field: 'id' },
  select: {},
  findUnique: (id, { caller }) => ({ id, organizationId: caller.organizationId }),
  fields: (t) => ({
    completionId: t.exposeID('completionId'),
    kind: t.field({ type: RequestKind, select: { kind: true }, resolve: ({ kind }) => kind as Kind }),
    status: t.field({ type: RequestStatus, select: { status: true }, resolve: ({ status }) => status as Status }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    teamId: t.exposeID('teamId'),
    projectId: t.exposeID('projectId'),
    apiKeyId: t.exposeID('apiKeyId'),
    endUser: t.exposeString('endUser', { nullable: true, description: "The application's own name of a person." }),
    runId: t.exposeString('runId', { nullable: true, description: 'The agent run that the call belonged to.' }),
    agent: t.exposeString('agent', { nullable: true }),
    tags: t.field({ type: [Tag], select: { tags: true }, resolve: ({ tags }) => tagsOf(tags) }),
    routeId: t.exposeID('routeId', { nullable: true }),
    route: t.exposeString('routeSlug', { nullable: true, description: "The route's slug at that time." }),
    model: t.exposeString('model', { nullable: true }),
    provider: t.exposeString('provider', { nullable: true }),
    streamed: t.exposeBoolean('streamed'),
    experimentId: t.exposeID('experimentId', { nullable: true, description: 'The experiment it was part of.' }),
    experimentArm: t.exposeString('experimentArm', { nullable: true }),
    shadowOf: t.exposeID('shadowOf', {
      nullable: true,
      description: 'The request it is a copy of, made for an experiment; nobody got its answer.',
    }),
    traceId: t.exposeString('traceId', {
      nullable: true,
      description:
        'The trace it is part of (W3C Trace Context): the one its caller told of, or one that the gateway began.',
    }),
    usage: t.field({ type: Usage, select: usageColumns, resolve: usageOf }),
    cost: t.field({
      type: Cost,
      select: { costNanos: true, costComplete: true, costLines: true },
      resolve: costOf,
    }),
    timing: t.field({
      type: Timing,
      select: { queuedMs: true, routingMs: true, ttftMs: true, totalMs: true, overheadMs: true },
      resolve: (timing) => timing,
    }),
    decision: t.field({
      type: RoutingDecision,
      nullable: true,
      description: 'Null when the call ended before a target was chosen.',
      select: { decision: true, facts: true },
      resolve: (row, _args, { rooms, caller }) => rooms.usage.decisionOf(caller.organizationId, row),
    }),
    attempts: t.field({
      type: [Attempt],
      complexity: { field: 1, multiplier: 3 },
      select: { attempts: { orderBy: { number: 'asc' } } },
      resolve: ({ attempts }) => attempts.map(attemptOf),
    }),
    verdicts: t.field({
      type: [PolicyVerdict],
      description: 'What policies said about the call, watching ones included.',
      select: { verdicts: true },
      resolve: ({ verdicts }) => verdicts as unknown as Verdict[],
    }),
    errorCode: t.field({
      type: ErrorCode,
      nullable: true,
      select: { errorCode: true },
      resolve: ({ errorCode }) => errorCode as Problem['code'] | null,
    }),
    error: t.field({
      type: ErrorInterface,
      nullable: true,
      description: 'What ended the call, when it did not succeed.',
      select: { problem: true },
      // Kept as the plain form of a Problem, which is what the error types read.
      resolve: ({ problem }) => problem as unknown as Problem | null,
    }),
  }),
});

const RequestOrder = builder.enumType('RequestOrder', { values: ['NEWEST', 'OLDEST'] as const });

builder.queryField('request', (t) =>
  t.prismaField({
    type: GatewayRequest,
    nullable: true,
    authScopes: { scope: 'USAGE_READ' },
    args: { id: t.arg.id({ required: true }) },
    resolve: async (query, _root, { id }, { rooms, prisma, caller }) => {
      await rooms.usage.flush();
      return prisma.gatewayRequest.findUnique({ ...query, where: { id, organizationId: caller.organizationId } });
    },
  }),
);

builder.queryField('requests', (t) =>
  t.connection(
    {
      type: GatewayRequest,
      description: 'All calls of the organization by the time they came in, including those that ended just now.',
      authScopes: { scope: 'USAGE_READ' },
      args: {
        filter: t.arg({ type: RequestFilterInput }),
        orderBy: t.arg({ type: RequestOrder, required: true, defaultValue: 'NEWEST' }),
      },
      resolve: async (_root, { filter, orderBy, ...args }, context, info) => {
        const { rooms, prisma, caller, runtime } = context;
        const where = prismaWhere(caller.organizationId, requestFilter(filter, runtime.clock.now(), 'filter'));
        const [beyond, short] = orderBy === 'NEWEST' ? [olderThan, newerThan] : [newerThan, olderThan];
        const { select } = queryFromInfo({
          context,
          info,
          select: { id: true, startedAt: true },
          paths: [['nodes'], ['edges', 'node']],
        });
        await rooms.usage.flush();
        return resolveCursorConnection(
          { args, toCursor: cursorOf, maxSize: 100 },
          ({ after, before, limit, inverted }: ResolveCursorConnectionArgs) => {
            const bounds = [after && beyond(placeOf(after, 'after')), before && short(placeOf(before, 'before'))];
            const order = (orderBy === 'NEWEST') === inverted ? 'asc' : 'desc';
            return prisma.gatewayRequest.findMany({
              select,
              where: { AND: [where, ...bounds.filter((bound) => typeof bound === 'object')] },
              orderBy: [{ startedAt: order }, { id: order }],
              take: limit,
            });
          },
        );
      },
    },
    { name: 'GatewayRequestConnection' },
    { name: 'GatewayRequestEdge' },
  ),
);

import type { AgentStop as Stop } from '../core/problem.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { AgentStop, builder } from '../graphql/builder.ts';
import { newestFirst } from '../graphql/newest-first.ts';
import { TimeRangeInput, timeRange } from '../graphql/range.ts';
import { Money } from '../graphql/words.ts';

const LoopSuspicion = builder
  .objectRef<{ repeats: number; fingerprint: string; sinceStep: number }>('LoopSuspicion')
  .implement({
    description: 'The step that came most often: the same tool with the same arguments, or nearly the same prompt.',
    fields: (t) => ({
      repeats: t.exposeInt('repeats'),
      fingerprint: t.exposeString('fingerprint'),
      sinceStep: t.exposeInt('sinceStep'),
    }),
  });

const AgentRun = builder.prismaObject('AgentRun', {
  description: 'Everything that shared one runId. Its calls are `requests(filter: { runId })`.',
  fields: (t) => ({
    runId: t.exposeString('runId'),
    projectId: t.exposeID('projectId'),
    agent: t.exposeString('agent', { nullable: true }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    lastActivityAt: t.expose('lastActivityAt', { type: 'DateTime' }),
    steps: t.exposeInt('steps'),
    toolCalls: t.exposeInt('toolCalls', { description: 'Tools that models wanted called.' }),
    totalCost: t.field({
      type: Money,
      description: 'Of the calls that have ended.',
      select: { costNanos: true },
      resolve: ({ costNanos }) => ({ nanos: costNanos }),
    }),
    loopSuspicion: t.field({
      type: LoopSuspicion,
      nullable: true,
      description: 'Set when a step repeated.',
      select: { repeats: true, repeated: true, repeatedSince: true },
      resolve: ({ repeats, repeated, repeatedSince }) =>
        repeats > 1 ? { repeats, fingerprint: repeated!, sinceStep: repeatedSince! } : null,
    }),
    stoppedAt: t.expose('stoppedAt', { type: 'DateTime', nullable: true }),
    stoppedBy: t.field({
      type: AgentStop,
      nullable: true,
      select: { stoppedBy: true },
      resolve: ({ stoppedBy }) => stoppedBy as Stop | null,
    }),
  }),
});

builder.queryField('agentRun', (t) =>
  t.prismaField({
    type: AgentRun,
    nullable: true,
    description: 'By the runId of its calls; of projects that used the same one, the latest unless one is named.',
    authScopes: { scope: 'USAGE_READ' },
    args: { runId: t.arg.string({ required: true }), project: t.arg.id() },
    resolve: (query, _root, { runId, project }, { prisma, caller: { organizationId } }) =>
      prisma.agentRun.findFirst({
        ...query,
        where: { organizationId, runId, ...(project == null ? {} : { projectId: project }) },
        orderBy: { lastActivityAt: 'desc' },
      }),
  }),
);

const AgentRunFilter = builder.inputType('AgentRunFilter', {
  description: 'A run must fit every field that is given.',
  fields: (t) => ({
    project: t.id(),
    agent: t.string(),
    stopped: t.boolean({ description: 'Whether a limit ended it.' }),
    looping: t.boolean({ description: 'Whether a step repeated.' }),
    range: t.field({ type: TimeRangeInput, description: 'When it began.' }),
  }),
});

function runsLike(input: typeof AgentRunFilter.$inferInput | null | undefined, now: number): Prisma.AgentRunWhereInput {
  const { project, agent, stopped, looping, range } = input ?? {};
  const within = range && timeRange(range, now, 'filter.range');
  return {
    ...(project != null && { projectId: project }),
    ...(agent != null && { agent }),
    ...(stopped != null && { stoppedBy: stopped ? { not: null } : null }),
    ...(looping != null && { repeats: looping ? { gt: 1 } : { lte: 1 } }),
    ...(within && { startedAt: { gte: within.from, lt: within.to } }),
  };
}

builder.queryField('agentRuns', (t) =>
  t.prismaConnection(
    {
      type: AgentRun,
      description: 'Newest first.',
      cursor: 'id',
      maxSize: 100,
      authScopes: { scope: 'USAGE_READ' },
      args: { filter: t.arg({ type: AgentRunFilter }) },
      resolve: (query, _root, { filter }, { prisma, caller: { organizationId }, runtime }) =>
        prisma.agentRun.findMany(newestFirst(query, { ...runsLike(filter, runtime.clock.now()), organizationId })),
    },
    { name: 'AgentRunConnection' },
    { name: 'AgentRunEdge' },
  ),
);

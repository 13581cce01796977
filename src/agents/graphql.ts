import { durationMs } from '../core/duration.ts';
import type { AgentStop as Stop } from '../core/problem.ts';
import type { ScopeKind } from '../core/scope-ref.ts';
import { AgentStop, builder, nodeIds, resultUnion } from '../graphql/builder.ts';
import { ScopeRefInput, ScopeTarget, scopeRef } from '../graphql/scope-ref.ts';
import { ChangeReceipt, Money } from '../graphql/words.ts';
import type { AgentLimitChange } from './save.ts';
import type { StoredAgentLimit } from './store.ts';

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

const AgentLimitAction = builder.enumType('AgentLimitAction', {
  values: {
    WARN: { description: 'Raise an alert and go on.' },
    DOWNGRADE: { description: 'Raise an alert and send the calls of the run to another route from then on.' },
    STOP: { description: 'Raise an alert and refuse this and every later call of the run.' },
  } as const,
});

nodeIds('agl', 'AgentLimit');
const AgentLimit = builder.prismaNode('AgentLimit', {
  id: { field: 'id' },
  nullable: true,
  authScopes: { scope: 'BUDGETS_READ' },
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
    maxSteps: t.exposeInt('maxSteps', { nullable: true }),
    maxCost: t.field({
      type: Money,
      nullable: true,
      select: { maxCostNanos: true },
      resolve: ({ maxCostNanos }) => (maxCostNanos === null ? null : { nanos: maxCostNanos }),
    }),
    maxDurationMs: t.field({
      type: 'SafeInt',
      nullable: true,
      select: { maxDurationMs: true },
      resolve: ({ maxDurationMs }) => (maxDurationMs === null ? null : Number(maxDurationMs)),
    }),
    maxToolCalls: t.exposeInt('maxToolCalls', { nullable: true }),
    maxIdenticalSteps: t.exposeInt('maxIdenticalSteps', { nullable: true }),
    maxPromptTokens: t.exposeInt('maxPromptTokens', { nullable: true }),
    onLimit: t.field({
      type: AgentLimitAction,
      select: { onLimit: true },
      resolve: ({ onLimit }) => onLimit as StoredAgentLimit['onLimit'],
    }),
    downgradeRoute: t.exposeString('downgradeRoute', { nullable: true }),
  }),
});

builder.queryField('agentLimits', (t) =>
  t.prismaField({
    type: [AgentLimit],
    authScopes: { scope: 'BUDGETS_READ' },
    resolve: (query, _root, _args, { prisma, caller }) =>
      prisma.agentLimit.findMany({
        ...query,
        where: { organizationId: caller.organizationId },
        orderBy: { id: 'asc' },
      }),
  }),
);

const AgentLimitSaved = builder.objectRef<AgentLimitChange>('AgentLimitSaved').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    agentLimit: t.prismaField({
      type: AgentLimit,
      nullable: true,
      description: 'Null when it was deleted.',
      resolve: (query, { id }, _args, { prisma, caller }) =>
        prisma.agentLimit.findUnique({ ...query, where: { id, organizationId: caller.organizationId } }),
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const AgentLimitResult = resultUnion('AgentLimitResult', AgentLimitSaved, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'IdempotencyConflictError',
  'UnavailableError',
]);

const AgentLimitSaveInput = builder.inputType('AgentLimitSaveInput', {
  description: 'What is left out is not limited.',
  fields: (t) => ({
    scope: t.field({ type: ScopeRefInput, required: true, description: 'One limit per scope; all that fit hold.' }),
    maxSteps: t.int({ description: 'Calls of one run.' }),
    maxCostNanos: t.field({
      type: 'BigInt',
      description: 'When a run has spent this much, it makes no further call. A cap that is never passed is a budget.',
    }),
    maxDuration: t.field({ type: 'Duration', description: 'From the first call of a run.' }),
    maxToolCalls: t.int(),
    maxIdenticalSteps: t.int({ description: 'Of the latest 50 steps; 3 is a good start.' }),
    maxPromptTokens: t.int({ description: 'Of any call, whether it belongs to a run or not; estimated.' }),
    onLimit: t.field({ type: AgentLimitAction, defaultValue: 'STOP' }),
    downgradeRoute: t.string({ description: 'The slug of a published route, with DOWNGRADE.' }),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('agentLimitSave', (t) =>
  t.field({
    type: AgentLimitResult,
    description: 'Holds on every instance within two seconds.',
    authScopes: { scope: 'BUDGETS_WRITE' },
    args: { input: t.arg({ type: AgentLimitSaveInput, required: true }) },
    resolve: (_root, { input: { scope, maxDuration, ...input } }, { rooms, caller }) =>
      rooms.agents.save(caller, {
        ...input,
        scope: scopeRef(scope) as Parameters<typeof rooms.agents.save>[1]['scope'],
        maxDurationMs: maxDuration == null ? null : durationMs(maxDuration),
        onLimit: input.onLimit ?? 'STOP',
      }),
  }),
);

builder.mutationField('agentLimitDelete', (t) =>
  t.field({
    type: AgentLimitResult,
    authScopes: { scope: 'BUDGETS_WRITE' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { rooms, caller }) => rooms.agents.delete(caller, id),
  }),
);

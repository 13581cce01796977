import { durationMs } from '../core/duration.ts';
import type { ScopeKind } from '../core/scope-ref.ts';
import { builder, nodeIds, resultUnion } from '../graphql/builder.ts';
import { ScopeRefInput, ScopeTarget, scopeRef } from '../graphql/scope-ref.ts';
import { ChangeReceipt, Money } from '../graphql/words.ts';
import type { AgentLimitChange } from './save.ts';
import type { StoredAgentLimit } from './store.ts';

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

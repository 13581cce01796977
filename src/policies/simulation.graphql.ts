import { builder } from '../graphql/builder.ts';
import { TimeRangeInput, timeRange } from '../graphql/range.ts';
import { ScopeRefInput, scopeRef } from '../graphql/scope-ref.ts';
import type { PolicySimulation as Simulation } from './index.ts';
import { PolicyRuleInput } from './kinds/graphql.ts';

const SimulatedOutcome = builder.enumType('SimulatedOutcome', { values: ['BLOCKED', 'MOVED', 'EXPIRED'] as const });

const SimulatedCall = builder.objectRef<Simulation['examples'][number]>('SimulatedCall').implement({
  fields: (t) => ({
    requestId: t.exposeID('requestId'),
    outcome: t.expose('outcome', { type: SimulatedOutcome }),
    reason: t.exposeString('reason'),
  }),
});

const PolicySimulation = builder.objectRef<Simulation>('PolicySimulation').implement({
  description: 'What rules would have done to calls of the past, by what is kept of them.',
  fields: (t) => ({
    replayed: t.exposeInt('replayed'),
    blocked: t.exposeInt('blocked'),
    moved: t.exposeInt('moved', { description: 'Another model of the same route would have answered.' }),
    expired: t.exposeInt('expired', { description: 'Their records would be gone by now.' }),
    unjudged: t.exposeInt('unjudged', { description: 'Calls that some rule could not be tried on.' }),
    unjudgedBecause: t.stringList({ resolve: ({ unjudgedBecause }) => [...unjudgedBecause] }),
    examples: t.field({
      type: [SimulatedCall],
      description: 'At most twenty, newest first.',
      resolve: ({ examples }) => [...examples],
    }),
  }),
});

const PolicySimulateInput = builder.inputType('PolicySimulateInput', {
  fields: (t) => ({
    policies: t.idList(),
    rules: t.field({ type: [PolicyRuleInput], description: 'A draft that nobody has saved.' }),
    scope: t.field({ type: ScopeRefInput, description: 'Where it would be bound. Left out: the organization.' }),
    range: t.field({ type: TimeRangeInput, required: true }),
    maxRequests: t.int({ required: true, defaultValue: 1000, description: 'Of the newest; at most 10000.' }),
  }),
});

builder.queryField('policySimulate', (t) =>
  t.field({
    type: PolicySimulation,
    description: 'Policies by their ids and drafts, tried on recorded calls as if enforced.',
    authScopes: { scope: 'POLICIES_READ' },
    complexity: 50,
    args: { input: t.arg({ type: PolicySimulateInput, required: true }) },
    resolve: async (_root, { input }, { rooms, caller, runtime }) => {
      const { policies, rules, scope, range, maxRequests } = input;
      await rooms.usage.flush();
      return rooms.policies.simulate(
        caller,
        {
          policyIds: policies ?? [],
          rules: (rules ?? []) as object[],
          scope: scope ? scopeRef(scope) : { kind: 'ORGANIZATION', reference: null },
          range: timeRange(range, runtime.clock.now(), 'input.range'),
          maxRequests,
        },
        await rooms.models.book(caller.organizationId),
      );
    },
  }),
);

import { builder } from '../graphql/builder.ts';
import { TimeRangeInput, timeRange } from '../graphql/range.ts';
import { ScopeRefInput, scopeRef } from '../graphql/scope-ref.ts';
import type { PolicySimulation as Simulation } from './index.ts';
import { PolicyRuleInput } from './kinds/graphql.ts';
import { simulatedOutcomes } from './simulate.ts';

const SimulatedOutcome = builder.enumType('SimulatedOutcome', { values: simulatedOutcomes });

const SimulatedCall = builder.objectRef<Simulation['examples'][number]>('SimulatedCall').implement({
  fields: (t) => ({
    requestId: t.exposeID('requestId'),
    outcome: t.expose('outcome', { type: SimulatedOutcome }),
    reason: t.exposeString('reason'),
    excerpt: t.exposeString('excerpt', {
      nullable: true,
      description: 'Some of what was said, as it would have been passed on. Reading it is audited.',
    }),
  }),
});

const PolicySimulation = builder.objectRef<Simulation>('PolicySimulation').implement({
  description: 'What rules would have done to calls of the past, by what is kept of them.',
  fields: (t) => ({
    replayed: t.exposeInt('replayed'),
    blocked: t.exposeInt('blocked', { description: 'These are none of the others but `expired`.' }),
    redacted: t.exposeInt('redacted', {
      description: 'Something would have been taken out of what was said; these are not counted as flagged.',
    }),
    flagged: t.exposeInt('flagged', { description: 'A guard-rail would have let them through with a note.' }),
    moved: t.exposeInt('moved', { description: 'Another model of the same route would have answered.' }),
    expired: t.exposeInt('expired', { description: 'Their records would be gone by now.' }),
    unjudged: t.exposeInt('unjudged', {
      description: 'Calls that some rule could not be tried on, and that no other would have blocked.',
    }),
    unjudgedBecause: t.stringList({ resolve: ({ unjudgedBecause }) => [...unjudgedBecause] }),
    cutShort: t.exposeBoolean('cutShort', {
      description: 'The range has more calls: `maxRequests` have been tried, or 20 s were over.',
    }),
    read: t.exposeInt('read', {
      description: 'Calls of which it was read what was said, where a policy had it kept. Needs CONTENT_READ; audited.',
    }),
    examples: t.field({
      type: [SimulatedCall],
      description: 'At most five of each outcome, newest first.',
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
    resolve: async (_root, { input }, { rooms, caller, runtime, signal }) => {
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
        {
          models: await rooms.models.book(caller.organizationId),
          tryOnKept: rooms.completions.tryOnKept,
          audit: rooms.audit.write,
        },
        signal,
      );
    },
  }),
);

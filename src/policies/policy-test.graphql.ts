import type { PolicyTest } from '../core/policy.ts';
import { builder } from '../graphql/builder.ts';
import { Direction, PolicyVerdict } from '../graphql/policy-words.ts';
import { ScopeRefInput, scopeRef } from '../graphql/scope-ref.ts';
import { PolicyRuleInput } from './kinds/graphql.ts';

const PolicyFinding = builder.objectRef<PolicyTest['findings'][number]>('PolicyFinding').implement({
  description: 'A stretch of the tested text, by UTF-16 code units.',
  fields: (t) => ({
    start: t.exposeInt('start'),
    end: t.exposeInt('end'),
    label: t.exposeString('label', { description: 'A detector, or the name of a pattern.' }),
    enforced: t.exposeBoolean('enforced', { description: 'Whether a rule acts on it, or all of them watch.' }),
  }),
});

const PolicyTestReport = builder.objectRef<PolicyTest>('PolicyTestReport').implement({
  fields: (t) => ({
    verdicts: t.field({ type: [PolicyVerdict], resolve: ({ verdicts }) => [...verdicts] }),
    findings: t.field({ type: [PolicyFinding], resolve: ({ findings }) => [...findings] }),
    resultingText: t.exposeString('resultingText', { nullable: true, description: 'Null when it would be blocked.' }),
    blocked: t.exposeBoolean('blocked'),
  }),
});

const PolicyTestInput = builder.inputType('PolicyTestInput', {
  description: 'Policies by their ids and drafts are tried as if enforced; with neither, what holds at the scope.',
  fields: (t) => ({
    policies: t.idList(),
    rules: t.field({ type: [PolicyRuleInput], description: 'A draft that nobody has saved.' }),
    scope: t.field({ type: ScopeRefInput, description: 'Left out: the organization.' }),
    text: t.string({ required: true }),
    direction: t.field({ type: Direction, required: true, defaultValue: 'INPUT' }),
  }),
});

builder.queryField('policyTest', (t) =>
  t.field({
    type: PolicyTestReport,
    description: 'Tries rules on a text. Nothing is kept of it; webhooks are really asked.',
    authScopes: { scope: 'POLICIES_READ' },
    complexity: 10,
    args: { input: t.arg({ type: PolicyTestInput, required: true }) },
    resolve: async (_root, { input }, { rooms, caller, signal }) => {
      const { policies, rules, scope, text, direction } = input;
      const admission = await rooms.policies.rehearse(caller, {
        policyIds: policies ?? [],
        rules: (rules ?? []) as object[],
        scope: scope ? scopeRef(scope) : { kind: 'ORGANIZATION', reference: null },
      });
      return rooms.completions.tryRules(caller, admission, text, direction === 'BOTH' ? 'INPUT' : direction, signal);
    },
  }),
);

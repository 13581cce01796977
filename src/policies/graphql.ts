import type { PolicyMode as Mode } from '../core/policy.ts';
import type { ScopeKind } from '../core/scope-ref.ts';
import { builder, nodeIds, problemTypes, resultUnion } from '../graphql/builder.ts';
import { PolicyMode, PolicyVerdict } from '../graphql/policy-words.ts';
import { ScopeRefInput, ScopeTarget, scopeRef } from '../graphql/scope-ref.ts';
import { ChangeReceipt, FieldChange } from '../graphql/words.ts';
import type { EffectiveRule as Effective, PolicyChange, StoredRule } from './index.ts';
import { PolicyRule, PolicyRuleInput, shownRule } from './kinds/graphql.ts';
import { scopeOf } from './store.ts';

builder.prismaObject('PolicyBinding', {
  fields: (t) => ({
    scope: t.field({
      type: ScopeTarget,
      select: { scopeKind: true, scopeReference: true },
      resolve: ({ scopeKind, scopeReference }) => scopeOf(scopeKind as ScopeKind, scopeReference),
    }),
    mode: t.field({ type: PolicyMode, select: { mode: true }, resolve: ({ mode }) => mode as Mode }),
    since: t.expose('since', { type: 'DateTime' }),
    boundBy: t.exposeID('boundBy'),
  }),
});

builder.prismaObject('PolicyVersion', {
  fields: (t) => ({
    version: t.exposeInt('version'),
    note: t.exposeString('note', { nullable: true }),
    createdBy: t.exposeID('createdBy'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    rules: t.field({
      type: [PolicyRule],
      select: { rules: true },
      // Written by policies/save.ts from checked input, and by nobody else.
      resolve: ({ rules }) => (rules as unknown as StoredRule[]).map(shownRule) as never,
    }),
  }),
});

nodeIds('pol', 'Policy');
const Policy = builder.prismaNode('Policy', {
  id: { field: 'id' },
  nullable: true,
  authScopes: (_policy, { caller }) => caller.scopes.has('POLICIES_WRITE') || { scope: 'POLICIES_READ' as const },
  findUnique: (id, { caller }) => ({ id, organizationId: caller.organizationId }),
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'How other policies name it in `replaces`. Never changes.' }),
    name: t.exposeString('name'),
    description: t.exposeString('description'),
    frameworks: t.exposeStringList('frameworks', { description: 'e.g. GDPR: for reports, no behaviour of its own.' }),
    replaceable: t.exposeBoolean('replaceable', {
      description: 'Whether a policy enforced at a narrower scope may stand in for it.',
    }),
    replaces: t.exposeStringList('replaces', {
      description: 'Slugs of policies that it stands in for where they are bound to a wider scope and replaceable.',
    }),
    version: t.exposeInt('version', { description: 'The newest, which is the one that holds.' }),
    revision: t.exposeInt('revision', { description: 'Pass it as `expectedRevision` with the next change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    rules: t.field({
      type: [PolicyRule],
      select: { versions: { orderBy: { version: 'desc' }, take: 1 } },
      resolve: ({ versions: [newest] }) => (newest!.rules as unknown as StoredRule[]).map(shownRule) as never,
    }),
    bindings: t.relation('bindings'),
    versions: t.relation('versions', {
      description: 'Newest first, at most a hundred.',
      query: { orderBy: { version: 'desc' }, take: 100 },
    }),
  }),
});

// ---------------------------------------------------------------- reading

builder.queryField('policies', (t) =>
  t.prismaField({
    type: [Policy],
    description: 'By slug.',
    authScopes: { scope: 'POLICIES_READ' },
    resolve: (query, _root, _args, { prisma, caller: { organizationId } }) =>
      prisma.policy.findMany({ ...query, where: { organizationId }, orderBy: { slug: 'asc' } }),
  }),
);

builder.queryField('policy', (t) =>
  t.prismaField({
    type: Policy,
    nullable: true,
    authScopes: { scope: 'POLICIES_READ' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (query, _root, { id }, { prisma, caller: { organizationId } }) =>
      prisma.policy.findUnique({ ...query, where: { id, organizationId } }),
  }),
);

const EffectiveRule = builder.objectRef<Effective>('EffectiveRule').implement({
  fields: (t) => ({
    rule: t.field({ type: PolicyRule, resolve: ({ rule }) => shownRule(rule) as never }),
    policyId: t.id({ resolve: ({ policy }) => policy.id }),
    policySlug: t.string({ resolve: ({ policy }) => policy.slug }),
    version: t.int({ resolve: ({ policy }) => policy.version }),
    ruleIndex: t.exposeInt('ruleIndex'),
    mode: t.field({ type: PolicyMode, resolve: ({ policy }) => policy.mode }),
    inheritedFrom: t.field({ type: ScopeTarget, resolve: ({ policy }) => policy.scope }),
    overridden: t.boolean({
      description: 'True when a policy of a narrower scope stands in for this one, so that the rule does not hold.',
      resolve: ({ overriddenBy }) => overriddenBy !== null,
    }),
    overriddenBy: t.string({
      nullable: true,
      description: 'The slug of that policy.',
      resolve: ({ overriddenBy }) => overriddenBy?.slug ?? null,
    }),
  }),
});

interface AtScope {
  readonly scope: ReturnType<typeof scopeRef>;
  readonly rules: readonly Effective[];
}

const EffectivePolicy = builder.objectRef<AtScope>('EffectivePolicy').implement({
  description: 'All rules that reach one scope, from the widest to the narrowest: they add up.',
  fields: (t) => ({
    scope: t.expose('scope', { type: ScopeTarget }),
    rules: t.field({ type: [EffectiveRule], resolve: ({ rules }) => [...rules] }),
  }),
});

builder.queryField('effectivePolicy', (t) =>
  t.field({
    type: EffectivePolicy,
    authScopes: { scope: 'POLICIES_READ' },
    args: { scope: t.arg({ type: ScopeRefInput, required: true }) },
    resolve: async (_root, args, { rooms, caller }) => {
      const scope = scopeRef(args.scope);
      return { scope, rules: await rooms.policies.effective(caller, scope) };
    },
  }),
);

builder.objectField(problemTypes.PolicyBlockedError, 'verdicts', (t) =>
  t.field({ type: [PolicyVerdict], resolve: ({ verdicts }) => [...verdicts] }),
);

// ---------------------------------------------------------------- changing

const PolicySaved = builder.objectRef<PolicyChange>('PolicySaved').implement({
  fields: (t) => ({
    id: t.id({ resolve: ({ policyId }) => policyId }),
    policy: t.prismaField({
      type: Policy,
      nullable: true,
      description: 'Null when it was deleted.',
      resolve: (query, { policyId }, _args, { prisma, caller: { organizationId } }) =>
        prisma.policy.findUnique({ ...query, where: { id: policyId, organizationId } }),
    }),
    change: t.expose('change', { type: ChangeReceipt }),
    diff: t.field({
      type: [FieldChange],
      description: 'Empty when an earlier change was replayed.',
      resolve: ({ diff }) => [...diff],
    }),
  }),
});

const PolicyResult = resultUnion('PolicyResult', PolicySaved, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'ConflictError',
  'IdempotencyConflictError',
  'UnavailableError',
]);

const PolicySaveInput = builder.inputType('PolicySaveInput', {
  fields: (t) => ({
    id: t.id({ description: 'Of the policy to save a new version of; none = a new policy.' }),
    expectedRevision: t.int({ description: 'Refuse with a ConflictError when somebody changed the policy since.' }),
    slug: t.string({ required: true }),
    name: t.string({ required: true }),
    description: t.string(),
    frameworks: t.stringList(),
    replaceable: t.boolean({ required: true, defaultValue: false }),
    replaces: t.stringList(),
    rules: t.field({ type: [PolicyRuleInput], required: true }),
    note: t.string({ description: 'Why, for whoever reads the versions.' }),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('policySave', (t) =>
  t.field({
    type: PolicyResult,
    description:
      'Holds wherever the policy is bound, on every instance within two seconds. A new one is bound nowhere.',
    authScopes: { scope: 'POLICIES_WRITE' },
    args: { input: t.arg({ type: PolicySaveInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }) => rooms.policies.save(caller, input),
  }),
);

const PolicyBindInput = builder.inputType('PolicyBindInput', {
  fields: (t) => ({
    policy: t.id({ required: true }),
    scope: t.field({
      type: ScopeRefInput,
      required: true,
      description: 'Organization, team, project, route (of the calls that name it) or apiKey.',
    }),
    mode: t.field({ type: PolicyMode, required: true, defaultValue: 'MONITOR' }),
    note: t.string(),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('policyBind', (t) =>
  t.field({
    type: PolicyResult,
    description: 'Makes a policy hold at a scope, or changes its mode there.',
    authScopes: { scope: 'POLICIES_WRITE' },
    args: { input: t.arg({ type: PolicyBindInput, required: true }) },
    resolve: (_root, { input: { scope, ...input } }, { rooms, caller }) =>
      rooms.policies.bind(caller, { ...input, scope: scopeRef(scope) }),
  }),
);

builder.mutationField('policyUnbind', (t) =>
  t.field({
    type: PolicyResult,
    authScopes: { scope: 'POLICIES_WRITE' },
    args: { policy: t.arg.id({ required: true }), scope: t.arg({ type: ScopeRefInput, required: true }) },
    resolve: (_root, { policy, scope }, { rooms, caller }) => rooms.policies.unbind(caller, policy, scopeRef(scope)),
  }),
);

builder.mutationField('policyDelete', (t) =>
  t.field({
    type: PolicyResult,
    description: 'Only a policy that is bound nowhere can go.',
    authScopes: { scope: 'POLICIES_WRITE' },
    args: { id: t.arg.id({ required: true }), expectedRevision: t.arg.int({ required: true }) },
    resolve: (_root, { id, expectedRevision }, { rooms, caller }) =>
      rooms.policies.delete(caller, id, expectedRevision),
  }),
);

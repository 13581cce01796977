import type { Caller, Scope } from '../core/caller.ts';
import { builder, nodeIds, resultUnion } from '../graphql/builder.ts';
import { ChangeReceipt, HealthStatus } from '../graphql/words.ts';
import { type CatalogueRow, catalogue, rowOf } from './catalogue.ts';
import type { Setting } from './catalogue-row.ts';
import { handlingOf, type StatedDataHandling } from './data-handling.ts';
import type { ProviderHealth as Health, ProviderChanged, ProviderTested as Tested } from './index.ts';

// ---------------------------------------------------------------- what a provider is

/** In the schema `OPENAI_COMPATIBLE`, in the rows `openai-compatible`: assembled from the catalogue, nowhere typed twice. */
export const ProviderKind = builder.enumType('ProviderKind', {
  description: 'What kinds of provider this gateway speaks to.',
  values: Object.fromEntries(
    catalogue.map(({ kind, displayName }) => [
      kind.replaceAll('-', '_').toUpperCase(),
      { value: kind, description: displayName },
    ]),
  ) as Record<string, { value: (typeof catalogue)[number]['kind']; description: string }>,
});

const SettingInfo = builder.objectRef<Setting>('ProviderSettingInfo').implement({
  fields: (t) => ({ name: t.exposeString('name'), description: t.exposeString('description') }),
});

const ProviderKindInfo = builder.objectRef<CatalogueRow>('ProviderKindInfo').implement({
  description: 'What must be known to reach a provider of this kind.',
  fields: (t) => ({
    kind: t.field({ type: ProviderKind, resolve: ({ kind }) => kind as (typeof catalogue)[number]['kind'] }),
    displayName: t.exposeString('displayName'),
    baseUrl: t.exposeString('baseUrl', {
      nullable: true,
      description: 'Where it lives unless told otherwise, with a {name} for each setting. Null: the provider must say.',
    }),
    settings: t.field({ type: [SettingInfo], resolve: ({ settings }) => [...settings] }),
    needsSecret: t.boolean({ resolve: ({ needs }) => needs.includes('secret') }),
    secretFields: t.stringList({
      description: 'When its secret is a JSON object: the fields it must have. Empty: a plain key.',
      resolve: ({ secretFields }) => [...(secretFields?.required ?? [])],
    }),
    environment: t.stringList({
      description: 'Variables whose presence makes such a provider at the first start.',
      resolve: ({ secretNames, settings }) => [...secretNames, ...settings.map(({ environment }) => environment)],
    }),
  }),
});

builder.queryField('providerKinds', (t) =>
  t.field({
    type: [ProviderKindInfo],
    description: 'Every kind of provider this gateway speaks to, and what each needs.',
    authScopes: { scope: 'PROVIDERS_READ' },
    resolve: () => [...catalogue],
  }),
);

const ProviderSetting = builder.objectRef<{ name: string; value: string }>('ProviderSetting').implement({
  fields: (t) => ({ name: t.exposeString('name'), value: t.exposeString('value') }),
});

const CredentialSource = builder.enumType('CredentialSource', {
  values: {
    ENV: { description: "A variable of the gateway's environment." },
    DATABASE: { description: 'Stored here, encrypted.' },
  },
});

builder.prismaObject('Credential', {
  select: { id: true },
  fields: (t) => ({
    id: t.exposeID('id'),
    label: t.exposeString('label'),
    source: t.field({
      type: CredentialSource,
      select: { envName: true },
      resolve: ({ envName }) => (envName === null ? 'DATABASE' : 'ENV'),
    }),
    env: t.exposeString('envName', { nullable: true }),
    lastFour: t.exposeString('lastFour', { nullable: true }),
    weight: t.exposeInt('weight', { description: 'Its share of the calls, against the other credentials.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
});

const BreakerState = builder.enumType('BreakerState', {
  description: 'Whether calls are let through to a model that fails.',
  values: {
    CLOSED: { description: 'All of them.' },
    OPEN: { description: 'None, for some seconds.' },
    HALF_OPEN: { description: 'One at a time, to see whether it is back.' },
  } as const,
});

const ProviderHealth = builder.objectRef<Health>('ProviderHealth').implement({
  description: 'As the instance that answers this query has seen it in the last five minutes.',
  fields: (t) => ({
    status: t.expose('status', {
      type: HealthStatus,
      description:
        'DEGRADED: more than a tenth of its calls fail, or some of its models rest. DOWN: all of them rest. ' +
        'UNKNOWN: nobody has asked it for five minutes.',
    }),
    breaker: t.expose('breaker', { type: BreakerState, description: 'The worst of its models.' }),
    errorRatePercent: t.exposeFloat('errorRatePercent'),
    p50Ms: t.int({ nullable: true, resolve: ({ p50Ms }) => rounded(p50Ms) }),
    p95Ms: t.int({ nullable: true, resolve: ({ p95Ms }) => rounded(p95Ms) }),
    ttftP50Ms: t.int({ nullable: true, resolve: ({ ttftP50Ms }) => rounded(ttftP50Ms) }),
    inFlight: t.exposeInt('inFlight'),
    since: t.field({ type: 'DateTime', resolve: ({ since }) => new Date(since) }),
    lastError: t.exposeString('lastError', { nullable: true, description: "The provider's words, without secrets." }),
  }),
});

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}

const DataHandling = builder.objectRef<StatedDataHandling>('DataHandling').implement({
  description: 'What a provider does with what it is sent.',
  fields: (t) => ({
    regions: t.stringList({ description: 'Empty: not stated.', resolve: ({ regions }) => [...regions] }),
    zeroRetention: t.exposeBoolean('zeroRetention', { description: 'It keeps nothing.' }),
    trainsOnInputs: t.exposeBoolean('trainsOnInputs'),
    source: t.exposeString('source', {
      nullable: true,
      description: "The vendor's page and when it was read; null where your organization has stated it.",
    }),
  }),
});

const DataHandlingInput = builder.inputType('DataHandlingInput', {
  description: 'As your contract with the provider has it. It replaces what is known of it in public, all of it.',
  fields: (t) => ({
    regions: t.stringList({ required: true, description: 'All places where it may handle data, e.g. eu, us-east-1.' }),
    zeroRetention: t.boolean({ required: true }),
    trainsOnInputs: t.boolean({ required: true }),
  }),
});

nodeIds('prv', 'Provider');

export const Provider = builder.prismaNode('Provider', {
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, organizationId: caller.organizationId }),
  authScopes: (_provider, { caller }) => maySee(caller),
  select: { id: true },
  fields: (t) => ({
    slug: t.exposeString('slug', { description: 'The part before the slash in the names of its models.' }),
    kind: t.field({
      type: ProviderKind,
      select: { kind: true },
      // Written by providers/save.ts from checked input, and by nobody else.
      resolve: ({ kind }) => kind as (typeof catalogue)[number]['kind'],
    }),
    displayName: t.exposeString('displayName'),
    baseUrl: t.exposeString('baseUrl', { nullable: true }),
    settings: t.field({
      type: [ProviderSetting],
      select: { settings: true },
      resolve: ({ settings }) =>
        Object.entries(settings as Record<string, string>).map(([name, value]) => ({ name, value })),
    }),
    enabled: t.exposeBoolean('enabled'),
    dataHandling: t.field({
      type: DataHandling,
      nullable: true,
      description: 'What residency policies go by; null while nobody has stated anything: they then deny it.',
      select: { kind: true, baseUrl: true, dataHandling: true },
      // Written by providers/save.ts from checked input, and by nobody else.
      resolve: ({ kind, ...provider }) => handlingOf(rowOf(kind), provider as never),
    }),
    health: t.field({
      type: ProviderHealth,
      select: { id: true },
      resolve: ({ id }, _args, { rooms }) => rooms.providers.health(id),
    }),
    revision: t.exposeInt('revision', { description: 'Counts its changes: pass it as expectedRevision.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    credentials: t.relation('credentials', {
      description:
        'Never the secret: only where it comes from and its last characters. Calls go to the usable ones by their weights.',
      query: { orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] },
    }),
  }),
});

/** Whoever may change providers may see them. */
const providerScopes: readonly Scope[] = ['PROVIDERS_READ', 'PROVIDERS_WRITE'];

function maySee({ scopes }: Caller): boolean {
  return providerScopes.some((scope) => scopes.has(scope));
}

builder.queryField('providers', (t) =>
  t.prismaField({
    type: [Provider],
    description: 'All of the organization, oldest first.',
    authScopes: { scope: 'PROVIDERS_READ' },
    resolve: (query, _root, _args, { prisma, caller: { organizationId } }) =>
      prisma.provider.findMany({ ...query, where: { organizationId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] }),
  }),
);

// ---------------------------------------------------------------- changing

const ProviderSaved = builder.objectRef<ProviderChanged>('ProviderSaved').implement({
  fields: (t) => ({
    provider: t.prismaField({
      type: Provider,
      resolve: (query, { providerId }, _args, { prisma, caller: { organizationId } }) =>
        prisma.provider.findUniqueOrThrow({ ...query, where: { id: providerId, organizationId } }),
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const ProviderResult = resultUnion('ProviderResult', ProviderSaved, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'ConflictError',
  'IdempotencyConflictError',
]);

const ProviderSettingInput = builder.inputType('ProviderSettingInput', {
  fields: (t) => ({ name: t.string({ required: true }), value: t.string({ required: true }) }),
});

const ProviderSaveInput = builder.inputType('ProviderSaveInput', {
  fields: (t) => ({
    id: t.id({ description: 'Without it a provider is created, with it one is changed.' }),
    expectedRevision: t.int({ description: 'Refuse with ConflictError when it has been changed since.' }),
    slug: t.string({ required: true }),
    kind: t.field({ type: ProviderKind, required: true }),
    displayName: t.string(),
    baseUrl: t.string({
      description: "Left out, the provider's own address. Must be public, or allowed by the operator.",
    }),
    settings: t.field({
      type: [ProviderSettingInput],
      description: 'What `providerKinds` says this kind needs besides a secret: a region, a project. All of them.',
    }),
    enabled: t.boolean({ description: 'A new provider is enabled unless told otherwise.' }),
    dataHandling: t.field({ type: DataHandlingInput, description: 'null takes back what was stated.' }),
    idempotencyKey: t.string(),
  }),
});

const CredentialSecretInput = builder.inputType('CredentialSecretInput', {
  isOneOf: true,
  fields: (t) => ({
    env: t.string({
      description: "Name of a variable of the gateway's environment, for its operator: it takes ORGANIZATIONS_WRITE.",
    }),
    value: t.string({ description: 'Stored encrypted; write-only.' }),
  }),
});

const CredentialSaveInput = builder.inputType('CredentialSaveInput', {
  fields: (t) => ({
    provider: t.id({ required: true }),
    label: t.string({ required: true, description: 'A credential with the same label is replaced.' }),
    weight: t.int({
      description: 'Its share of the calls, against the other credentials. 0: kept, not used. Default 1.',
    }),
    secret: t.field({ type: CredentialSecretInput, required: true }),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('providerSave', (t) =>
  t.field({
    type: ProviderResult,
    authScopes: { scope: 'PROVIDERS_WRITE' },
    args: { input: t.arg({ type: ProviderSaveInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }) => rooms.providers.save(caller, input),
  }),
);

builder.mutationField('credentialSave', (t) =>
  t.field({
    type: ProviderResult,
    authScopes: { scope: 'PROVIDERS_WRITE' },
    args: { input: t.arg({ type: CredentialSaveInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }) => rooms.providers.credentialSave(caller, input),
  }),
);

builder.mutationField('credentialDelete', (t) =>
  t.field({
    type: ProviderResult,
    authScopes: { scope: 'PROVIDERS_WRITE' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { rooms, caller }) => rooms.providers.credentialDelete(caller, id),
  }),
);

// ---------------------------------------------------------------- trying

const ProviderTested = builder.objectRef<Tested>('ProviderTested').implement({
  description: 'It answered, with what is saved for it. Nothing was spent.',
  fields: (t) => ({
    provider: t.prismaField({
      type: Provider,
      resolve: (query, { providerId }, _args, { prisma, caller: { organizationId } }) =>
        prisma.provider.findUniqueOrThrow({ ...query, where: { id: providerId, organizationId } }),
    }),
    latencyMs: t.exposeInt('latencyMs'),
    modelsVisible: t.exposeInt('modelsVisible', {
      nullable: true,
      description: 'How many models it lists; null where it has no list.',
    }),
  }),
});

const ProviderTestResult = resultUnion('ProviderTestResult', ProviderTested, [
  'NotFoundError',
  'ForbiddenError',
  'ProviderError',
]);

builder.mutationField('providerTest', (t) =>
  t.field({
    type: ProviderTestResult,
    description: 'Asks a provider for its models, to see whether address and credential are right.',
    authScopes: { scope: 'PROVIDERS_WRITE' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { rooms, caller }) => rooms.providers.test(caller, id),
  }),
);

import { type Caller, documentPolicies } from '../core/caller.ts';
import { builder, nodeIds, resultUnion } from '../graphql/builder.ts';
import { newestFirst } from '../graphql/newest-first.ts';
import { ChangeReceipt } from '../graphql/words.ts';
import type { ApiKeyChanged } from './index.ts';
import { scopesOfKey } from './key-scopes.ts';
import { Scope } from './scope.graphql.ts';

nodeIds('key', 'ApiKey');

const DocumentPolicy = builder.enumType('DocumentPolicy', {
  description: 'Which GraphQL documents a key may run: any within the cost limit, or registered ones only.',
  values: documentPolicies,
});

/** The hashes are no fields of this type, and what is no field is never read from the table. */
export const ApiKey = builder.prismaNode('ApiKey', {
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, organizationId: caller.organizationId }),
  authScopes: ({ id }, { caller }) => maySee(caller, id) || { scope: 'KEYS_READ' },
  select: { id: true },
  fields: (t) => ({
    name: t.exposeString('name'),
    prefix: t.exposeString('prefix'),
    project: t.relation('project'),
    scopes: t.field({
      type: [Scope],
      select: { scopes: true, everyScope: true },
      resolve: ({ scopes, everyScope }) => scopesOfKey(scopes, everyScope),
    }),
    everyScope: t.exposeBoolean('everyScope', {
      description: 'Whether it gets the scopes that later releases bring: the keys that organizations begin with do.',
    }),
    issuedTo: t.exposeID('issuedTo', {
      nullable: true,
      description:
        'Who was shown its secret, by making it or rotating it last, also by another key of his: a person, or a key that is nobody’s. Null for those that organizations begin with.',
    }),
    documents: t.field({
      type: DocumentPolicy,
      select: { documents: true },
      resolve: ({ documents }) => documentPolicies.find((policy) => policy === documents) ?? 'TRUSTED_ONLY',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Written once a minute at most.',
    }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true }),
    graceUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Set while the secret before the last rotation is still accepted.',
      select: { graceUntil: true, revokedAt: true },
      resolve: ({ graceUntil, revokedAt }, _args, { runtime }) =>
        graceUntil && !revokedAt && graceUntil.getTime() > runtime.clock.now() ? graceUntil : null,
    }),
  }),
});

/** Everybody his own key, and who manages keys the ones he manages. */
function maySee(caller: Caller, apiKeyId: string): boolean {
  return caller.apiKeyId === apiKeyId || caller.scopes.has('KEYS_READ') || caller.scopes.has('KEYS_WRITE');
}

builder.queryField('apiKeys', (t) =>
  t.prismaConnection(
    {
      type: ApiKey,
      description: 'Newest first.',
      cursor: 'id',
      maxSize: 100,
      authScopes: { scope: 'KEYS_READ' },
      args: {
        project: t.arg.id({ description: 'Only the keys of this project.' }),
        issuedTo: t.arg.id({ description: 'Only the keys whose secret this person, or this key, was shown.' }),
        includeRevoked: t.arg.boolean({ required: true, defaultValue: false }),
      },
      resolve: (query, _root, args, { prisma, caller }) =>
        prisma.apiKey.findMany(newestFirst(query, whereOf(caller, args))),
      totalCount: (_root, args, { prisma, caller }) => prisma.apiKey.count({ where: whereOf(caller, args) }),
    },
    { name: 'ApiKeyConnection' },
    { name: 'ApiKeyEdge' },
  ),
);

function whereOf(
  { organizationId }: Caller,
  {
    project,
    issuedTo,
    includeRevoked,
  }: { project?: string | null | undefined; issuedTo?: string | null | undefined; includeRevoked: boolean },
) {
  return {
    organizationId,
    ...(project ? { projectId: project } : {}),
    ...(issuedTo ? { issuedTo } : {}),
    ...(includeRevoked ? {} : { revokedAt: null }),
  };
}

// ---------------------------------------------------------------- changing

const ApiKeySaved = builder.objectRef<ApiKeyChanged>('ApiKeySaved').implement({
  fields: (t) => ({
    apiKey: t.prismaField({
      type: ApiKey,
      resolve: (query, { apiKeyId }, _args, { prisma, caller: { organizationId } }) =>
        prisma.apiKey.findUniqueOrThrow({ ...query, where: { id: apiKeyId, organizationId } }),
    }),
    secret: t.string({
      nullable: true,
      description: 'Shown once, by create and rotate. Null on replay of the same idempotencyKey.',
      resolve: ({ secret }) => secret?.reveal() ?? null,
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const ApiKeyResult = resultUnion('ApiKeyResult', ApiKeySaved, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'IdempotencyConflictError',
]);

const ApiKeyCreateInput = builder.inputType('ApiKeyCreateInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    project: t.id({ required: true, description: 'The project its calls are counted for.' }),
    scopes: t.field({ type: [Scope], required: true, description: 'Only scopes that your own key has.' }),
    documents: t.field({
      type: DocumentPolicy,
      defaultValue: 'ANY',
      description: 'TRUSTED_ONLY: registered operations (`operationSave`) and nothing else, not at `/v1` either.',
    }),
    expiresAt: t.field({ type: 'DateTime', description: 'Left out, the key works until it is revoked.' }),
    idempotencyKey: t.string(),
  }),
});

const ApiKeyRotateInput = builder.inputType('ApiKeyRotateInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    grace: t.field({
      type: 'Duration',
      required: true,
      defaultValue: 'PT24H',
      description: 'How long the old secret goes on working; PT0S for not at all.',
    }),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('apiKeyCreate', (t) =>
  t.field({
    type: ApiKeyResult,
    authScopes: { scope: 'KEYS_WRITE' },
    args: { input: t.arg({ type: ApiKeyCreateInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }) => rooms.access.apiKeyCreate(caller, input),
  }),
);

builder.mutationField('apiKeyRotate', (t) =>
  t.field({
    type: ApiKeyResult,
    description: 'A new secret for the same key. The one before the old one stops working at once.',
    authScopes: { scope: 'KEYS_WRITE' },
    args: { input: t.arg({ type: ApiKeyRotateInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }) => rooms.access.apiKeyRotate(caller, input),
  }),
);

builder.mutationField('apiKeyRevoke', (t) =>
  t.field({
    type: ApiKeyResult,
    description: 'For good: within a second no secret of this key is accepted, and its subscriptions end.',
    authScopes: { scope: 'KEYS_WRITE' },
    args: { id: t.arg.id({ required: true }), reason: t.arg.string({ required: true }) },
    resolve: (_root, input, { rooms, caller }) => rooms.access.apiKeyRevoke(caller, input),
  }),
);

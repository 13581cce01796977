import type { Caller } from '../../core/caller.ts';
import { builder, nodeIds, resultUnion } from '../../graphql/builder.ts';
import { newestFirst } from '../../graphql/newest-first.ts';
import { ChangeReceipt } from '../../graphql/words.ts';
import { Scope } from '../scope.graphql.ts';
import type { UserChanged } from './index.ts';
import { Role, rolesFor } from './roles.graphql.ts';

nodeIds('usr', 'User');

/** Everybody himself, and who manages people all of them: names and addresses are personal data. */
export const User = builder.prismaNode('User', {
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, organizationId: caller.organizationId }),
  authScopes: ({ id }, { caller }) => id === caller.apiKeyId || { scope: 'MEMBERS_WRITE' },
  select: { id: true },
  fields: (t) => ({
    email: t.exposeString('email'),
    name: t.exposeString('name'),
    project: t.relation('project', { description: 'Whose calls those of this person are.' }),
    groups: t.exposeStringList('groups', { description: 'As the identity provider said at the last sign-in.' }),
    roles: t.field({
      type: [Role],
      description: 'Those that were given to the person, and those of the groups.',
      select: { roles: true, groups: true },
      resolve: async (user, _args, context) => [...(await rolesFor(context)).of(user)],
    }),
    scopes: t.field({
      type: [Scope],
      description: 'What all roles together allow.',
      select: { roles: true, groups: true },
      resolve: async (user, _args, context) => [...(await rolesFor(context)).scopesOf(user)],
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    lastSignInAt: t.expose('lastSignInAt', { type: 'DateTime', nullable: true }),
    workingKeys: t.loadable({
      type: 'Int',
      description:
        'API keys whose secret this person was shown and that still work, also when the person is disabled: see `apiKeys(issuedTo:)`.',
      load: (ids: string[], { rooms, caller }) => rooms.access.people.workingKeys(caller.organizationId, ids),
      // A later mutation of the same operation counts anew.
      loaderOptions: { cache: false },
      resolve: ({ id }) => id,
    }),
    disabled: t.boolean({ select: { disabledAt: true }, resolve: ({ disabledAt }) => disabledAt !== null }),
  }),
});

builder.queryField('users', (t) =>
  t.prismaConnection(
    {
      type: User,
      description: 'Newest first.',
      cursor: 'id',
      maxSize: 100,
      authScopes: { scope: 'MEMBERS_WRITE' },
      resolve: (query, _root, _args, { prisma, caller }) => prisma.user.findMany(newestFirst(query, ours(caller))),
      totalCount: (_root, _args, { prisma, caller }) => prisma.user.count({ where: ours(caller) }),
    },
    { name: 'UserConnection' },
    { name: 'UserEdge' },
  ),
);

function ours({ organizationId }: Caller) {
  return { organizationId };
}

// ---------------------------------------------------------------- changing

const UserSaved = builder.objectRef<UserChanged>('UserSaved').implement({
  fields: (t) => ({
    user: t.prismaField({
      type: User,
      resolve: (query, { userId }, _args, { prisma, caller: { organizationId } }) =>
        prisma.user.findUniqueOrThrow({ ...query, where: { id: userId, organizationId } }),
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const UserResult = resultUnion('UserResult', UserSaved, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'IdempotencyConflictError',
]);

const UserSaveInput = builder.inputType('UserSaveInput', {
  fields: (t) => ({
    id: t.id({ description: 'Of the person to change; left out, a new one is invited.' }),
    email: t.string({
      required: true,
      description: 'Whoever signs in with this address, verified by the identity provider, is this person.',
    }),
    name: t.string({ description: 'Until the identity provider says it.' }),
    roles: t.idList({ required: true, description: 'Only roles that allow nothing that you may not do yourself.' }),
    project: t.id({ description: 'Whose calls those of this person are; left out, the oldest.' }),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('userSave', (t) =>
  t.field({
    type: UserResult,
    description: 'You need all that the person may do, before and afterwards.',
    authScopes: { scope: 'MEMBERS_WRITE' },
    args: { input: t.arg({ type: UserSaveInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }) => rooms.access.people.userSave(caller, input),
  }),
);

builder.mutationField('userDisable', (t) =>
  t.field({
    type: UserResult,
    description: 'Within a second no session of this person is accepted on any instance, and open subscriptions end.',
    authScopes: { scope: 'MEMBERS_WRITE' },
    args: {
      id: t.arg.id({ required: true }),
      reason: t.arg.string({ required: true }),
      revokeKeys: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Whether the `workingKeys` end too. Needs KEYS_WRITE; services that live by them stop.',
      }),
    },
    resolve: (_root, input, { rooms, caller }) => rooms.access.people.userDisable(caller, input),
  }),
);

builder.mutationField('userEnable', (t) =>
  t.field({
    type: UserResult,
    description: 'You need all that the person may do.',
    authScopes: { scope: 'MEMBERS_WRITE' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, input, { rooms, caller }) => rooms.access.people.userEnable(caller, input),
  }),
);

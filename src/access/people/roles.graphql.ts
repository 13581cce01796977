import { builder, resultUnion } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { ChangeReceipt } from '../../graphql/words.ts';
import { Scope } from '../scope.graphql.ts';
import type { RoleBook, RoleChanged, Role as RoleValue } from './index.ts';

export const Role = builder.objectRef<RoleValue>('RoleDef').implement({
  description: 'A set of scopes with a name, for people and groups of them.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    description: t.exposeString('description'),
    builtIn: t.exposeBoolean('builtIn', { description: 'Every organization has it, and it stays as it is.' }),
    scopes: t.field({ type: [Scope], resolve: ({ scopes }) => [...scopes] }),
  }),
});

const books = new WeakMap<Context, Promise<RoleBook>>();

/** Read once for an operation, however many people it asks for. */
export function rolesFor(context: Context): Promise<RoleBook> {
  const known = books.get(context);
  if (known) return known;
  const book = context.rooms.access.people.roles(context.caller.organizationId);
  books.set(context, book);
  return book;
}

builder.queryField('roles', (t) =>
  t.field({
    type: [Role],
    description: 'Built-in ones first.',
    authScopes: { anyone: true },
    resolve: async (_root, _args, context) => [...(await rolesFor(context)).all],
  }),
);

const RoleSaved = builder.objectRef<RoleChanged>('RoleSaved').implement({
  fields: (t) => ({
    role: t.field({
      type: Role,
      nullable: true,
      description: 'Null when it was deleted.',
      resolve: async ({ roleId }, _args, { rooms, caller }) =>
        (await rooms.access.people.roles(caller.organizationId)).all.find(({ id }) => id === roleId) ?? null,
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const RoleResult = resultUnion('RoleResult', RoleSaved, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'IdempotencyConflictError',
]);

const RoleSaveInput = builder.inputType('RoleSaveInput', {
  fields: (t) => ({
    id: t.id({ description: 'Of the role to change; left out, a new one is made.' }),
    name: t.string({ required: true }),
    description: t.string(),
    scopes: t.field({ type: [Scope], required: true, description: 'Only scopes that you have yourself.' }),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('roleSave', (t) =>
  t.field({
    type: RoleResult,
    description: 'Holds at once for everybody who has the role, in open subscriptions too.',
    authScopes: { scope: 'MEMBERS_WRITE' },
    args: { input: t.arg({ type: RoleSaveInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }) => rooms.access.people.roleSave(caller, input),
  }),
);

builder.mutationField('roleDelete', (t) =>
  t.field({
    type: RoleResult,
    description: 'A role that nobody has.',
    authScopes: { scope: 'MEMBERS_WRITE' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, input, { rooms, caller }) => rooms.access.people.roleDelete(caller, input),
  }),
);

import { builder, resultUnion } from '../graphql/builder.ts';
import { ChangeReceipt } from '../graphql/words.ts';
import type { OrganizationCreated as Created } from './index.ts';

const OrganizationCreated = builder.objectRef<Created>('OrganizationCreated').implement({
  description: 'What is in the new organization is for its own keys to see: log in with the secret.',
  fields: (t) => ({
    organizationId: t.exposeID('organizationId'),
    secret: t.string({
      nullable: true,
      description: "The new organization's admin key. Shown once; null on replay of the same idempotencyKey.",
      resolve: ({ secret }) => secret?.reveal() ?? null,
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const OrganizationResult = resultUnion('OrganizationResult', OrganizationCreated, [
  'ValidationError',
  'ForbiddenError',
  'IdempotencyConflictError',
]);

const OrganizationCreateInput = builder.inputType('OrganizationCreateInput', {
  fields: (t) => ({
    slug: t.string({ required: true, description: 'Lower-case letters, digits and hyphens; unique in this gateway.' }),
    name: t.string({ required: true }),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('organizationCreate', (t) =>
  t.field({
    type: OrganizationResult,
    description: 'A new tenant with a team, a project and an admin key. For the operator of this gateway.',
    authScopes: { scope: 'ORGANIZATIONS_WRITE' },
    args: { input: t.arg({ type: OrganizationCreateInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }) => rooms.access.organizationCreate(caller, input),
  }),
);

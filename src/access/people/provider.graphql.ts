import { isoDuration } from '../../core/duration.ts';
import { builder, resultUnion } from '../../graphql/builder.ts';
import { ChangeReceipt } from '../../graphql/words.ts';
import type { ProviderChanged, ProviderRow } from './index.ts';

const GroupRole = builder.objectRef<ProviderRow['groupRoles'][number]>('GroupRole').implement({
  fields: (t) => ({
    group: t.exposeString('group', { description: 'As the identity provider names it; `*` is everybody.' }),
    role: t.exposeID('role'),
  }),
});

const IdentityProvider = builder.objectRef<ProviderRow>('IdentityProvider').implement({
  description: 'Who says who the people of an organization are: an issuer of OpenID Connect.',
  fields: (t) => ({
    issuer: t.exposeString('issuer'),
    clientId: t.exposeString('clientId'),
    confidential: t.boolean({
      description: 'Whether a client secret is kept.',
      resolve: ({ clientSecret }) => clientSecret !== null,
    }),
    scopes: t.stringList({ resolve: ({ scopes }) => [...scopes] }),
    groupsClaim: t.exposeString('groupsClaim'),
    groupRoles: t.field({ type: [GroupRole], resolve: ({ groupRoles }) => [...groupRoles] }),
    trustEmail: t.exposeBoolean('trustEmail'),
    maxAge: t.field({ type: 'Duration', resolve: ({ maxAgeMs }) => isoDuration(maxAgeMs) }),
    idle: t.field({ type: 'Duration', resolve: ({ idleMs }) => isoDuration(idleMs) }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
});

builder.queryField('identityProvider', (t) =>
  t.field({
    type: IdentityProvider,
    nullable: true,
    description: 'Null: nobody can sign in, and API keys are the only way.',
    authScopes: { scope: 'MEMBERS_WRITE' },
    resolve: (_root, _args, { rooms, caller }) => rooms.access.people.provider(caller.organizationId),
  }),
);

const IdentityProviderSaved = builder.objectRef<ProviderChanged>('IdentityProviderSaved').implement({
  fields: (t) => ({
    identityProvider: t.field({
      type: IdentityProvider,
      nullable: true,
      description: 'Null when it was deleted.',
      resolve: (_saved, _args, { rooms, caller }) => rooms.access.people.provider(caller.organizationId),
    }),
    change: t.expose('change', { type: ChangeReceipt }),
  }),
});

const IdentityProviderResult = resultUnion('IdentityProviderResult', IdentityProviderSaved, [
  'ValidationError',
  'NotFoundError',
  'ForbiddenError',
  'IdempotencyConflictError',
]);

const GroupRoleInput = builder.inputType('GroupRoleInput', {
  fields: (t) => ({
    group: t.string({ required: true, description: '`*` is everybody whom the issuer signs in.' }),
    role: t.id({ required: true }),
  }),
});

const IdentityProviderSaveInput = builder.inputType('IdentityProviderSaveInput', {
  fields: (t) => ({
    issuer: t.string({ required: true, description: 'Its URL; the rest is found out by OpenID Connect Discovery.' }),
    clientId: t.string({ required: true }),
    clientSecret: t.string({
      description: 'Left out: the one that is kept, if issuer and client stay; otherwise a public client.',
    }),
    scopes: t.stringList({ description: 'To ask for; left out: openid, email, profile.' }),
    groupsClaim: t.string({ description: 'Which claim names the groups; left out: groups.' }),
    groupRoles: t.field({ type: [GroupRoleInput], description: 'Which roles people have by their groups.' }),
    trustEmail: t.boolean({
      description: 'For issuers that do not say whether an e-mail address is verified, and whose addresses always are.',
    }),
    maxAge: t.field({ type: 'Duration', description: 'A session ends after this, PT12H where left out.' }),
    idle: t.field({ type: 'Duration', description: 'And when it went unused for this long, PT1H where left out.' }),
    idempotencyKey: t.string(),
  }),
});

builder.mutationField('identityProviderSave', (t) =>
  t.field({
    type: IdentityProviderResult,
    description:
      'Register `<public URL>/login/callback` there as the redirect URI. Whoever names the issuer decides who everybody ' +
      'is: that takes all scopes of an admin.',
    authScopes: { scope: 'MEMBERS_WRITE' },
    args: { input: t.arg({ type: IdentityProviderSaveInput, required: true }) },
    resolve: (_root, { input }, { rooms, caller }) => rooms.access.people.identityProviderSave(caller, input),
  }),
);

builder.mutationField('identityProviderDelete', (t) =>
  t.field({
    type: IdentityProviderResult,
    description: 'Nobody signs in any more; open sessions go on until they end.',
    authScopes: { scope: 'MEMBERS_WRITE' },
    resolve: (_root, _args, { rooms, caller }) => rooms.access.people.identityProviderDelete(caller),
  }),
);
